#include "host/tools/openapi.hpp"

#include <gmock/gmock.h>

#include "host/tools/openapi_schemas.hpp"
#include "host/tools/test_support.hpp"

namespace tenon::tools {
namespace {

using boost::json::object;
using boost::json::parse;

class Nobody final : public http::Handler {
  void handle(http::Request&, http::Response&) override {}
};

http::Route route(const char* method, const char* pattern, http::RouteDocument document) {
  http::Route out;
  out.method = method;
  out.pattern = pattern;
  out.owner = "plugin shop";
  out.handler = std::make_shared<Nobody>();
  out.document = std::make_shared<http::RouteDocument>(std::move(document));
  return out;
}

object document_of(std::vector<http::Route> routes, std::vector<std::string> provides = {}) {
  const auto table = http::RouteTable::build(std::move(routes)).value();
  return make_openapi({"host", "1.0.0", table->routes(), serve(provides)});
}

TEST(OpenApiTest, ARouteIsAnOperationWithItsParameters) {
  const auto made = document_of(
      {route("GET", "/items/{id}/{rest...}", {"One item", parse(R"({"type":"object","properties":{
      "limit":{"type":["integer","null"],"description":"How many"},"kind":{"type":"string"}},
      "required":["kind"]})")})});
  const auto& operation = made.at("paths").at("/items/{id}/{rest}").at("get");
  EXPECT_EQ(operation.at("operationId"), "get_items_id_rest");
  EXPECT_EQ(operation.at("summary"), "One item");
  EXPECT_EQ(operation.at("tags"), parse(R"(["shop"])"));
  EXPECT_EQ(operation.at("security"), parse("[]"));
  EXPECT_EQ(operation.at("parameters"), parse(R"([
    {"name":"id","in":"path","required":true,"schema":{"type":"string"}},
    {"name":"rest","in":"path","required":true,"schema":{"type":"string"},
     "description":"May hold slashes."},
    {"name":"limit","in":"query","description":"How many","schema":{"type":"integer"}},
    {"name":"kind","in":"query","required":true,"schema":{"type":"string"}}])"));
}

TEST(OpenApiTest, RoutesOfOneShapeStandTogether) {
  const auto made = document_of({route("GET", "/a/{x}", {"x"}), route("PUT", "/a/{y}", {"y"})});
  ASSERT_EQ(made.at("paths").as_object().size(), 1u);
  const auto& path = made.at("paths").at("/a/{x}").as_object();
  EXPECT_EQ(path.at("put").at("parameters").at(0).at("name"), "x");
}

TEST(OpenApiTest, OperationIdsThatWouldBeTheSameAreNot) {
  const auto made = document_of({route("GET", "/a/b", {}), route("GET", "/a_b", {})});
  EXPECT_EQ(made.at("paths").at("/a/b").at("get").at("operationId"), "get_a_b");
  EXPECT_EQ(made.at("paths").at("/a_b").at("get").at("operationId"), "get_a_b-2");
}

TEST(OpenApiTest, ARouteThatIsNotToldOfIsLeftOut) {
  auto hidden = route("GET", "/hidden", {});
  hidden.document = nullptr;
  EXPECT_TRUE(document_of({hidden}).at("paths").as_object().empty());
}

TEST(OpenApiTest, WhatNeedsTheTokenSaysSo) {
  auto control = route("PUT", "/a", {"", nullptr, parse(R"({"type":"integer"})")});
  control.access = http::Access::host_state;
  const auto made = document_of({control});
  const auto& operation = made.at("paths").at("/a").at("put");
  EXPECT_EQ(operation.at("security"), parse(R"([{"hostToken":[]}])"));
  EXPECT_EQ(operation.at("requestBody").at_pointer("/content/application~1json"),
            parse(R"({"schema":{"$ref":"#/components/schemas/put_a.body"},"example":1})"));
}

TEST(OpenApiTest, AMethodHasAPathOfItsOwn) {
  const auto made = document_of({}, {R"({"interface":"acme.x/2","version":"2.0.0","methods":[
                          {"name":"do it","input":{"type":"string"}}]})"});
  const auto& operation =
      made.at("paths").at("/api/host/methods/acme.x/2/do%20it").at("post").as_object();
  EXPECT_EQ(operation.at("operationId"), "acme.x.2.do_it");
  EXPECT_EQ(made.at("components").at("schemas").at("acme.x.2.do_it.input"),
            parse(R"({"type":"string"})"));
}

TEST(OpenApiSchemasTest, DefinitionsBecomeComponentsAndReferencesFollow) {
  OpenApiSchemas schemas;
  const auto reference = schemas.add("a", parse(R"({"$id":"x","$defs":{"b c":{"$ref":"#"}},
      "items":{"$ref":"#/$defs/b c/items"},"not":{"$ref":"#/items"}})"));
  EXPECT_EQ(reference, parse(R"({"$ref":"#/components/schemas/a"})"));
  EXPECT_EQ(schemas.take(), parse(R"({"a":{"items":{"$ref":"#/components/schemas/a.b_c/items"},
                           "not":{"$ref":"#/components/schemas/a/items"}},
                      "a.b_c":{"$ref":"#/components/schemas/a"}})"));
}

}  // namespace
}  // namespace tenon::tools
