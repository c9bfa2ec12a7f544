#include "host/sandbox/policy.hpp"

#include <gmock/gmock.h>

#include "host/sandbox/report.hpp"

namespace tenon::sandbox {
namespace {

using testing::Contains;
using testing::HasSubstr;

Policy full() {
  Policy policy;
  policy.read = {"/srv/a", "/srv/b \"c\""};
  policy.write = {"/srv/own"};
  policy.code = {"/opt/lib"};
  policy.outbound = {{"example.com", 443, {"93.184.216.34", "2606:2800::1"}}};
  policy.memory_bytes = uint64_t{1} << 40;
  policy.file_bytes = 1000;
  policy.open_files = 100;
  policy.threads = 8;
  policy.cpu_percent = 50;
  policy.environment = {"HOME"};
  policy.report_reads = true;
  return policy;
}

TEST(Policy, CrossesToTheWorkerWhole) {
  const auto text = encode(full());

  const auto again = decode_policy(text);

  ASSERT_TRUE(again.ok()) << again.error().message;
  EXPECT_EQ(encode(*again), text);
  EXPECT_EQ(again->read[1], "/srv/b \"c\"");
  EXPECT_EQ(again->memory_bytes, uint64_t{1} << 40);
  EXPECT_EQ(again->outbound[0].addresses[1], "2606:2800::1");
}

TEST(Policy, RefusesWhatMakesNoSenseAndSaysWhere) {
  struct Case {
    std::function<void(Policy&)> spoil;
    const char* path;
    const char* message;
  };
  const Case cases[] = {
      {[](Policy& p) { p.read[1] = "srv"; }, "read[1]", "absolute path, found \"srv\""},
      {[](Policy& p) { p.write[0] = ""; }, "write[0]", "absolute path"},
      {[](Policy& p) { p.code[0] = std::string("/a\0b", 4); }, "code[0]", "without NUL"},
      {[](Policy& p) { p.read[0] = "/" + std::string(5000, 'a'); }, "read[0]", "less than 4096"},
      {[](Policy& p) { p.write.assign(5000, "/a"); }, "write", "at most 4096 paths, found 5000"},
      {[](Policy& p) { p.outbound[0].port = 0; }, "outbound[0].port", "1 or more"},
      {[](Policy& p) { p.outbound[0].host = ""; }, "outbound[0].host", "host name"},
      {[](Policy& p) { p.outbound[0].addresses[0] = "1.2.3"; }, "outbound[0].addresses",
       "found \"1.2.3\""},
      {[](Policy& p) { p.environment[0] = "A=B"; }, "environment[0]", "environment variable"},
  };
  for (const auto& one : cases) {
    Policy policy = full();
    one.spoil(policy);

    const auto checked = check(policy);
    const auto decoded = decode_policy(encode(policy));

    ASSERT_FALSE(checked.ok()) << one.path;
    EXPECT_EQ(checked.error().path, one.path);
    EXPECT_THAT(checked.error().message, HasSubstr(one.message));
    EXPECT_FALSE(decoded.ok()) << one.path;
  }
}

TEST(Policy, RefusesForeignBytes) {
  for (const char* bytes : {"", "{}", "[]", "null", "{\"read\":[1]}", "\xff\xfe"})
    EXPECT_FALSE(decode_policy(bytes).ok()) << bytes;
  EXPECT_FALSE(decode_policy(std::string(8 << 20, ' ')).ok());
}

TEST(Resolve, TakesAddressesWithoutAskingAnyone) {
  const auto v4 = resolve("127.0.0.1:80");
  const auto v6 = resolve("[::1]:8080");

  ASSERT_TRUE(v4.ok());
  EXPECT_EQ(v4->host, "127.0.0.1");
  EXPECT_EQ(v4->port, 80);
  EXPECT_THAT(v4->addresses, testing::ElementsAre("127.0.0.1"));
  ASSERT_TRUE(v6.ok());
  EXPECT_EQ(v6->host, "::1");
  EXPECT_THAT(v6->addresses, Contains("::1"));
}

TEST(Resolve, RefusesOtherForms) {
  for (const char* text : {"", "example.com", ":80", "a:", "a:0", "a:70000", "a:8x", "a:-1"}) {
    const auto made = resolve(text);
    ASSERT_FALSE(made.ok()) << text;
    EXPECT_EQ(made.error().code, Code::invalid) << text;
  }
}

TEST(Report, CrossesToTheHost) {
  Report report;
  report.active("seccomp", "a list");
  report.missing("landlock files", "not in this kernel");

  const auto again = decode_report(encode(report));

  ASSERT_TRUE(again.ok());
  EXPECT_TRUE(again->is_active("seccomp"));
  EXPECT_FALSE(again->is_active("landlock files"));
  EXPECT_FALSE(again->is_active("unheard of"));
  EXPECT_EQ(again->find("landlock files")->detail, "not in this kernel");
}

}  // namespace
}  // namespace tenon::sandbox
