#include "host/plugins/permissions.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <fstream>
#include <random>

#include "host/config/host_config.hpp"
#include "tests/support/scratch_folder.hpp"

namespace tenon::plugins {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;

std::string told(const Result<void>& result) {
  return result.ok() ? "" : result.error().message;
}

class PermissionsTest : public testing::Test {
 protected:
  PermissionsTest() {
    for (const char* folder : {"data/plugins", "lists", "lists-2", "out", "secret"})
      fs::create_directories(root_ / folder);
    std::ofstream(root_ / "secret/key") << "x";
    std::ofstream(root_ / "lists/a.csv") << "x";
  }

  // `manifest` and `yaml` are members of the manifest and of the instance.
  Permissions permissions(const std::string& manifest, const std::string& yaml, bool own = false,
                          const std::string& schema = "") {
    const auto parsed_manifest =
        Manifest::parse(R"({"manifest": 1, "id": "greeter", "version": "1.0.0")" + manifest + "}");
    if (!parsed_manifest.ok()) throw std::runtime_error(parsed_manifest.error().message);
    const auto parsed = config::parse_host_config(config::load_text(
        "plugins: {my-greeter: {" + yaml + "}}", (root_ / "tenon.yaml").string()));
    if (!parsed.ok()) throw std::runtime_error(config::to_string(parsed.problems));
    const auto& spec = parsed.config.plugins.at(0);
    std::vector<config::PathValue> written;
    if (!schema.empty()) {
      const auto compiled = config::Schema::compile(schema);
      if (!compiled.ok()) throw std::runtime_error(compiled.error().message);
      written = compiled->paths(spec.config);
    }
    return Permissions({spec.id, *parsed_manifest, spec.settings.permissions, own,
                        root_ / "data/plugins/my-greeter", root_, written});
  }

  std::string at(const std::string& path) const { return (root_ / path).string(); }

  ScratchFolder scratch_;
  fs::path root_ = scratch_.path();
};

TEST_F(PermissionsTest, WithoutAWordItHasItsOwnFolderTablesRoutesAndInterfaces) {
  const auto may = permissions(
      R"(,"requires": [{"interface": "acme.clock/1"}], "routes": [{"method": "GET", "path": "/x/{id}"}])",
      "");

  EXPECT_EQ(told(may.may_write(at("data/plugins/my-greeter/deep/new"))), "");
  EXPECT_EQ(told(may.may_read(at("data/plugins/my-greeter"))), "");
  EXPECT_EQ(told(may.may_open_store("my-greeter")), "");
  EXPECT_EQ(told(may.may_open_store("my_greeter")), "");
  EXPECT_EQ(told(may.may_use("acme.clock/1")), "");
  EXPECT_EQ(told(may.may_serve("GET", "/x/{id}")), "");
  EXPECT_TRUE(may.environment().empty() && may.outbound().empty());

  EXPECT_FALSE(may.may_read(at("data/plugins/my-greeter-2")).ok());
  EXPECT_FALSE(may.may_read(at("data/plugins")).ok());
  EXPECT_FALSE(may.serves("POST", "/x/{id}"));
}

TEST_F(PermissionsTest, EachRefusalNamesPermissionAndTheLineToAdd) {
  const auto may =
      permissions(R"(,"requires": [{"interface": "acme.clock/1"}])", "permissions: {routes: []}");
  struct Case {
    Result<void> result;
    std::string message;
  };
  const std::string key = at("secret/key");
  const std::string add = "; add to plugins.my-greeter.permissions: ";
  const Case cases[] = {
      {may.may_read(key), "my-greeter may not read " + key + ": permission read is missing" + add +
                              "read: [\"" + key + "\"]"},
      {may.may_write(key), "my-greeter may not write " + key + ": permission write is missing" +
                               add + "write: [\"" + key + "\"]"},
      {may.may_use("acme.sink/2"),
       "my-greeter may not use the interface acme.sink/2: permission interfaces is missing" + add +
           "interfaces: [\"acme.clock/1\", \"acme.sink/2\"]"},
      {may.may_open_store("catalog"),
       "my-greeter may not open the store's namespace catalog: permission store is missing" + add +
           "store: [\"my_greeter\", \"catalog\"]"},
      {may.may_connect("api.example.com", 443),
       "my-greeter may not connect to api.example.com:443: permission outbound is missing" + add +
           "outbound: [\"api.example.com:443\"]"},
      {may.may_connect("2001:db8::1", 443),
       "my-greeter may not connect to [2001:db8::1]:443: permission outbound is missing" + add +
           "outbound: [\"[2001:db8::1]:443\"]"},
      {may.may_serve("GET", "/x/{id}"),
       "my-greeter may not serve GET /x/{id}: permission routes is missing" + add +
           "routes: [\"GET /x/{id}\"]"},
      {may.may_see("TZ"),
       "my-greeter may not see the environment variable TZ: permission environment is missing" +
           add + "environment: [\"TZ\"]"},
  };
  for (const Case& c : cases) {
    ASSERT_FALSE(c.result.ok()) << c.message;
    EXPECT_EQ(c.result.error().code, Code::denied);
    EXPECT_EQ(c.result.error().message, c.message);
  }
  EXPECT_EQ(may.may_read(key).error().path, "plugins.my-greeter.permissions.read");
}

// What is to be added is taken back as it is meant, whatever is in it.
TEST_F(PermissionsTest, TheLineToAddGrantsWhatWasRefused) {
  for (const std::string name : {"plain", "with blank", "quo\"te", "back\\slash", "${HOME}", "$${x",
                                 "a: b # c", "{x}", "new\nline", "h\xc3\xa9"}) {
    const std::string asked = at("secret/" + name);
    const auto refused = permissions("", "").may_read(asked);
    ASSERT_FALSE(refused.ok());
    const std::string& message = refused.error().message;
    const std::string line = message.substr(message.find("read: ["));

    EXPECT_EQ(told(permissions("", "permissions: {" + line + "}").may_read(asked)), "") << line;
  }
}

TEST_F(PermissionsTest, AListIsExactlyWhatIsGranted) {
  const auto may = permissions(
      R"(,"requires": [{"interface": "acme.clock/1"}, {"interface": "acme.sink/2"}],
          "routes": [{"method": "GET", "path": "/x/{id}"}, {"method": "POST", "path": "/y"}])",
      "permissions: {store: [other-one], interfaces: [acme.sink/2], routes: ['* /x/{rest...}'],"
      " outbound: ['*.example.com:443'], environment: [TZ]}");

  EXPECT_FALSE(may.may_use("acme.clock/1").ok());
  EXPECT_TRUE(may.may_use("acme.sink/2").ok());
  EXPECT_TRUE(may.serves("GET", "/x/{id}"));
  EXPECT_FALSE(may.serves("POST", "/y"));
  EXPECT_TRUE(may.may_open_store("other_one").ok());
  EXPECT_FALSE(may.may_open_store("my-greeter").ok());
  EXPECT_TRUE(may.may_connect("api.example.com", 443).ok());
  EXPECT_TRUE(may.may_see("TZ").ok());
  EXPECT_THAT(may.environment(), ElementsAre("TZ"));
  EXPECT_THAT(told(may.may_use("acme.clock/1")), HasSubstr("interfaces: [\"acme.clock/1\"]"));
}

TEST_F(PermissionsTest, WishesAreGrantedToTheHostsOwnLibrariesOnly) {
  const std::string wants = R"(,"permissions": {
      "read": [{"value": ")" +
                            at("lists") + R"(", "reason": "r"}],
      "write": [{"value": ")" +
                            at("out") + R"(", "reason": "r"}],
      "outbound": [{"value": "*.example.com:443", "reason": "r"}],
      "environment": [{"value": "TZ", "reason": "r"}],
      "store": [{"value": "catalog", "reason": "r"}]})";
  const auto manifest =
      Manifest::parse(R"({"manifest": 1, "id": "x", "version": "1.0.0")" + wants + "}");
  ASSERT_TRUE(manifest.ok());
  const auto own = permissions(wants, "", true);
  const auto foreign = permissions(wants, "", false);
  const auto granted = permissions(
      wants,
      "permissions: {read: [lists], write: [out], outbound: ['*.com:*'], environment: [TZ],"
      " store: [catalog]}");

  EXPECT_TRUE(own.may_read(at("lists/a.csv")).ok());
  EXPECT_TRUE(own.may_write(at("out/x")).ok());
  EXPECT_TRUE(own.may_connect("a.example.com", 443).ok());
  EXPECT_TRUE(own.may_see("TZ").ok());
  EXPECT_TRUE(own.may_open_store("catalog").ok() && own.may_open_store("my-greeter").ok());
  for (const auto& one : manifest->wants) {
    EXPECT_TRUE(own.grants(one)) << one.value;
    EXPECT_FALSE(foreign.grants(one)) << one.value;
    EXPECT_TRUE(granted.grants(one)) << one.value;
  }
}

TEST_F(PermissionsTest, WhatTheOperatorWritesInTheConfigurationIsGranted) {
  const char* schema = R"({"properties": {
      "files": {"type": "array", "items": {"type": "string", "format": "tenon-read-path"}},
      "export": {"type": "string", "format": "tenon-write-path"},
      "hidden": {"type": "string", "format": "tenon-read-path", "default": "/etc/shadow"},
      "plain": {"type": "string"}}})";
  const auto may =
      permissions("", "config: {files: [lists/*.csv, secret/key, /], export: out, plain: lists-2}",
                  false, schema);

  EXPECT_TRUE(may.may_read(at("lists/a.csv")).ok());
  EXPECT_TRUE(may.may_read(at("secret/key")).ok());
  EXPECT_TRUE(may.may_write(at("out/new/file")).ok());
  EXPECT_FALSE(may.may_write(at("lists/a.csv")).ok());
  EXPECT_FALSE(may.may_read(at("secret/other")).ok());
  EXPECT_FALSE(may.may_read(at("lists-2")).ok());
  EXPECT_FALSE(may.may_read("/etc/shadow").ok());
}

TEST_F(PermissionsTest, NoTrickLeadsOutOfAGrantedFolder) {
  fs::create_symlink("../secret", root_ / "lists/out");
  fs::create_symlink(root_ / "secret/key", root_ / "lists/key");
  fs::create_symlink("../secret/new", root_ / "lists/dangling");
  fs::create_symlink("/", root_ / "lists/top");
  fs::create_symlink("lists", root_ / "again");
  const auto may = permissions("", "permissions: {write: [again/]}");

  EXPECT_TRUE(may.may_write(at("lists/a.csv")).ok());
  EXPECT_TRUE(may.may_write(at("again/a.csv")).ok());
  EXPECT_TRUE(may.may_write(at("lists/new/deep")).ok());
  EXPECT_TRUE(may.may_write(at("secret/../lists/a.csv")).ok());
  for (const char* path :
       {"lists/../secret/key", "lists/./../secret/key", "lists//..//secret//key", "lists/out/key",
        "lists/key", "lists/dangling", "lists/dangling/below", "lists/top/etc/passwd",
        "again/../secret/key", "lists/new/../../secret/key", "lists/a.csv/../../secret/key",
        "lists-2/x", "lists.bak", "list", ".", "lists/..", "lists/out/../secret/key",
        "lists/top/proc/self/root/etc/passwd"})
    for (const auto& result : {may.may_write(at(path)), may.may_read(at(path))})
      EXPECT_FALSE(result.ok()) << path;
  for (const std::string& path : std::vector<std::string>{
           "", "lists/a.csv", at("lists/a").append(1, '\0'), "/proc/self/root" + at("secret/key"),
           "/proc/self/cwd/../../etc/passwd"})
    EXPECT_FALSE(may.may_write(path).ok()) << path;
  EXPECT_TRUE(may.may_read("/proc/self/root" + at("lists/a.csv")).ok());
}

// A plugin that may write beside a granted place must not be able to lead that grant elsewhere.
TEST_F(PermissionsTest, ALinkLaidLaterGrantsNothing) {
  const auto may = permissions("", "permissions: {read: [out/folder, out/later], write: [out]}");
  fs::create_directories(root_ / "out/folder");
  EXPECT_TRUE(may.may_read(at("out/folder/x")).ok());

  fs::remove(root_ / "out/folder");
  fs::create_symlink("/", root_ / "out/folder");
  fs::create_symlink(root_ / "secret", root_ / "out/later");

  EXPECT_FALSE(may.may_read(at("out/folder/etc/passwd")).ok());
  EXPECT_FALSE(may.may_read(at("out/later/key")).ok());
  EXPECT_FALSE(may.may_read(at("secret/key")).ok());
  EXPECT_FALSE(may.may_read("/etc/passwd").ok());
}

TEST_F(PermissionsTest, NothingIsGrantedByDefault) {
  const Permissions none;
  EXPECT_FALSE(none.may_read("/").ok());
  EXPECT_FALSE(none.may_use("a/1").ok());
  EXPECT_FALSE(none.may_open_store("").ok());
  EXPECT_FALSE(none.serves("GET", "/"));
  EXPECT_FALSE(none.may_connect("localhost", 80).ok());
}

// Random paths over random links: what is granted is, by the kernel's own resolution, inside.
TEST_F(PermissionsTest, WhatIsGrantedLiesInsideByTheKernelsResolution) {
  std::mt19937 random(77);
  const auto pick = [&](size_t n) { return random() % n; };
  const std::vector<std::string> names = {"lists", "out", "secret", "key",
                                          "a.csv", "l",   "m",      "new"};
  const std::vector<std::string> folders = {"", "/lists", "/out", "/secret"};
  const auto path = [&](size_t longest) {
    std::string text;
    for (size_t i = 0, parts = 1 + pick(longest); i < parts; ++i)
      text += (i ? "/" : "") + (pick(3) == 0 ? ".." : names[pick(names.size())]);
    return text;
  };
  const auto may = permissions("", "permissions: {write: [lists]}");
  const std::string inside = at("lists");
  size_t granted = 0;
  size_t refused = 0;
  for (int round = 0; round < 100; ++round) {
    for (const auto& folder : folders)
      for (const char* link : {"l", "m"}) {
        std::error_code ignored;
        fs::remove(root_.string() + folder + "/" + link, ignored);
        fs::create_symlink(pick(2) ? root_.string() + "/" + path(3) : path(3),
                           root_.string() + folder + "/" + link);
      }
    for (int i = 0; i < 50; ++i) {
      const std::string asked = root_.string() + "/" + path(6);
      char* kernel = ::realpath(asked.c_str(), nullptr);
      const bool allowed = may.may_write(asked).ok();
      ++(allowed ? granted : refused);
      if (kernel) {
        const std::string place = kernel;
        EXPECT_EQ(allowed, place == inside || place.starts_with(inside + "/"))
            << asked << " leads to " << place;
      }
      ::free(kernel);
    }
  }
  EXPECT_GT(granted, 100U);
  EXPECT_GT(refused, 100U);
}

}  // namespace
}  // namespace tenon::plugins
