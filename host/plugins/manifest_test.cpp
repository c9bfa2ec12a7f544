#include "host/plugins/manifest.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "host/plugins/manifest_keys.hpp"
#include "host/plugins/manifest_schemas.hpp"

namespace tenon::plugins {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(Manifest, ReadsWhatAPluginOffers) {
  const auto manifest = Manifest::parse(R"({
    "manifest": 1, "id": "demo", "version": "1.2.3", "new-member-of-a-later-version": true,
    "provides": [{"interface": "a/1", "version": "1.0.0", "methods": [{"name": "x"}, {"name": "y", "idempotent": true}]},
                 {"interface": "b/2", "version": "2.1.0", "kind": "column", "methods": [{"name": "z"}]}],
    "requires": [{"interface": "c/1", "range": "^1.4", "optional": true, "many": true}],
    "routes": [{"method": "GET", "path": "/demo/{id}", "access": "editor", "idempotent": true}],
    "permissions": {"read": [{"value": "/a/b", "reason": "r"}], "later-kind": [1],
                    "outbound": [{"value": "x.example.com:443", "reason": "o"}]},
    "pages": [{"path": "/demo", "title": "Demo", "module": "demo.js"}],
    "config_schema": {"type": "object"}})");

  ASSERT_TRUE(manifest.ok()) << manifest.error().message;
  EXPECT_EQ(manifest->version.to_string(), "1.2.3");
  EXPECT_EQ(manifest->provides[1].first_method, 2u);
  EXPECT_TRUE(manifest->provides[1].columns);
  EXPECT_TRUE(manifest->provides[0].methods[1].idempotent);
  EXPECT_EQ(manifest->method_count(), 3u);
  EXPECT_TRUE(manifest->requires_[0].optional && manifest->requires_[0].many);
  EXPECT_EQ(manifest->routes[0].access, "editor");
  EXPECT_TRUE(manifest->routes[0].idempotent);
  ASSERT_EQ(manifest->wants.size(), 2u);
  EXPECT_EQ(manifest->wants[0].kind, PermissionKind::outbound);
  EXPECT_EQ(manifest->wants[0].value, "x.example.com:443");
  EXPECT_EQ(manifest->wants[0].reason, "o");
  EXPECT_EQ(manifest->wants[1].kind, PermissionKind::read);
  EXPECT_TRUE(manifest->config_schema.is_object());
}

struct BadManifest {
  const char* text;
  const char* path;
  const char* message;
};

TEST(Manifest, SaysWhereItIsWrong) {
  const BadManifest cases[] = {
      {"[]", "", "not an object"},
      {"{", "", "not JSON"},
      {R"({"id": "a", "version": "1.0.0"})", "manifest", "format number"},
      {R"({"manifest": 9})", "manifest", "a newer host may"},
      {R"({"manifest": 1, "version": "1.0.0"})", "id", "missing"},
      {R"({"manifest": 1, "id": "A b", "version": "1.0.0"})", "id", "does not match"},
      {R"({"manifest": 1, "id": "a", "version": "one"})", "version", "not a version"},
      {R"({"manifest": 1, "id": "a", "version": "1.0.0", "provides": [{"interface": "x"}]})",
       "provides[0].interface", "name/major"},
      {R"({"manifest": 1, "id": "a", "version": "1.0.0", "provides": [{"interface": "x/2", "version": "1.0.0"}]})",
       "provides[0].version", "major 2"},
      {R"({"manifest": 1, "id": "a", "version": "1.0.0", "provides": [{"interface": "x/1", "version": "1.0.0",
          "methods": [{"name": 3}]}]})",
       "provides[0].methods[0].name", "expected a string"},
      {R"({"manifest": 1, "id": "a", "version": "1.0.0", "provides": [{"interface": "x/1", "version": "1.0.0",
          "methods": [{"name": "m"}, {"name": "m"}]}]})",
       "provides[0].methods", "stands twice"},
      {R"({"manifest": 1, "id": "a", "version": "1.0.0", "requires": [{"interface": "x/1", "range": "^^"}]})",
       "requires[0].range", "not a version range"},
      {R"({"manifest": 1, "id": "a", "version": "1.0.0", "routes": [{"method": "FETCH", "path": "/"}]})",
       "routes[0].method", "FETCH"},
      {R"({"manifest": 1, "id": "a", "version": "1.0.0", "routes": [{"method": "GET", "path": "x"}]})",
       "routes[0].path", "starts with no /"},
      {R"({"manifest": 1, "id": "a", "version": "1.0.0", "routes": [{"method": "GET", "path": "/health"}]})",
       "routes[0].path", "belongs to the host"},
      {R"({"manifest": 1, "id": "a", "version": "1.0.0", "routes": [{"method": "PUT", "path": "/api/host/x"}]})",
       "routes[0].path", "belongs to the host"},
      {R"({"manifest": 1, "id": "a", "version": "1.0.0", "routes": [{"method": "GET", "path": "/{all...}"}]})",
       "routes[0].path", "belongs to the host"},
      {R"({"manifest": 1, "id": "a" "version": "1.0.0"})", "", "at byte 26, after"},
      {R"({"manifest": 1, "id": "a", "version": "1.0.0", "routes": [{"method": "GET", "path": "/x", "query": 3}]})",
       "routes[0].query", "expected a JSON Schema"},
      {R"({"manifest": 1, "id": "a", "version": "1.0.0", "provides": [{"interface": "x/1", "version": "1.0.0",
          "methods": [{"name": "m", "tool": "a.b"}]}]})",
       "provides[0].methods", "no name of a tool"},
      {R"({"manifest": 1, "id": "a", "version": "1.0.0", "permissions": []})", "permissions",
       "expected an object"},
      {R"({"manifest": 1, "id": "a", "version": "1.0.0", "permissions": {"read": {}}})",
       "permissions.read", "expected a list"},
      {R"({"manifest": 1, "id": "a", "version": "1.0.0", "permissions": {"read": [{"value": "/x"}]}})",
       "permissions.read[0].reason", "missing"},
      {R"({"manifest": 1, "id": "a", "version": "1.0.0", "permissions": {"read": [{"value": "/x", "reason": ""}]}})",
       "permissions.read[0].reason", "empty"},
      {R"({"manifest": 1, "id": "a", "version": "1.0.0", "permissions": {"write": [{"value": "x", "reason": "r"}]}})",
       "permissions.write[0].value", "no absolute path"},
      {R"({"manifest": 1, "id": "a", "version": "1.0.0", "permissions": {"read": [{"value": "/a/../b", "reason": "r"}]}})",
       "permissions.read[0].value", "no absolute path"},
      {R"({"manifest": 1, "id": "a", "version": "1.0.0", "permissions": {"outbound": [{"value": "x", "reason": "r"}]}})",
       "permissions.outbound[0].value", "no port"},
      {R"({"manifest": 1, "id": "a", "version": "1.0.0", "permissions": {"environment": [{"value": "A=B", "reason": "r"}]}})",
       "permissions.environment[0].value", "no name"},
  };
  for (const auto& c : cases) {
    const auto manifest = Manifest::parse(c.text);
    ASSERT_FALSE(manifest.ok()) << c.text;
    EXPECT_EQ(manifest.error().path, c.path) << c.text;
    EXPECT_THAT(manifest.error().message, HasSubstr(c.message)) << c.text;
  }
}

TEST(Manifest, LeavesPluginsWhatOnlyBeginsLikeTheHosts) {
  for (const char* path : {"/healthy", "/hosts", "/api/hosts", "/pluginsx/a", "/x", "/{name}"})
    EXPECT_FALSE(is_reserved_path(path)) << path;
}

TEST(Manifest, SchemasThatDoNotCompileAreNamed) {
  const auto manifest = Manifest::parse(R"({"manifest": 1, "id": "a", "version": "1.0.0",
    "provides": [{"interface": "x/1", "version": "1.0.0",
                  "methods": [{"name": "m", "input": {"type": "strung"}, "output": {}}]}],
    "routes": [{"method": "GET", "path": "/x", "answer": {"type": 3}}]})");
  ASSERT_TRUE(manifest.ok()) << manifest.error().message;
  EXPECT_THAT(broken_schemas(*manifest), ElementsAre(HasSubstr("m's input at #/type"),
                                                     HasSubstr("GET /x's answer at #/type")));
}

TEST(Manifest, KeysThatAreUnknownAreNamedWithTheirPlaceAndWhatMayBeMeant) {
  const std::string text = R"({"manifest": 1, "id": "a", "version": "1.0.0", "licence": "MIT",
    "provides": [{"interface": "x/1", "version": "1.0.0", "knd": "column",
                  "methods": [{"name": "m"}, {"name": "n", "readonly": true, "output": {"a": 1}}]}],
    "requires": [{"interface": "y/1", "versions": "*"}],
    "routes": [{"method": "GET", "path": "/x", "sumary": "s"}],
    "pages": [{"path": "/p", "title": "P", "module": "p.js", "icon": "p.svg"}],
    "permissions": {"network": [], "read": [{"value": "/x", "reason": "r", "why": "r"}]},
    "events": {"publish": []}, "config_schema": {"type": "object", "titel": "any"}})";
  ASSERT_TRUE(Manifest::parse(text).ok()) << Manifest::parse(text).error().message;
  EXPECT_THAT(
      unknown_manifest_keys(text),
      ElementsAre(R"(licence: unknown key; did you mean "license"?)",
                  R"(provides[0].knd: unknown key; did you mean "kind"?)",
                  R"(provides[0].methods[1].readonly: unknown key; did you mean "read_only"?)",
                  R"(requires[0].versions: unknown key)",
                  R"(routes[0].sumary: unknown key; did you mean "summary"?)",
                  R"(pages[0].icon: unknown key)", R"(permissions.network: unknown key)",
                  R"(permissions.read[0].why: unknown key)",
                  R"(events.publish: unknown key; did you mean "publishes"?)"));
  EXPECT_THAT(unknown_manifest_keys(R"({"manifest": 1, "title": "t", "description": "d",
    "license": "l", "homepage": "h"})"),
              ElementsAre());
}

}  // namespace
}  // namespace tenon::plugins
