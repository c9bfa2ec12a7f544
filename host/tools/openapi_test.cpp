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

TEST(OpenApiTest, MethodsThatLookTheSameStayApart) {
  const auto made = document_of({}, {R"({"interface":"a/1","version":"1.0.0","methods":[
      {"name":"do it","input":{"type":"string"}},{"name":"do_it","input":{"type":"integer"}}]})"});
  const auto& paths = made.at("paths").as_object();
  const auto ask = [&](const char* path, const char* place) {
    return std::string(paths.at(path).at("post").at_pointer(place).as_string());
  };
  const char* const schema = "/requestBody/content/application~1json/schema/$ref";
  EXPECT_EQ(ask("/api/host/methods/a/1/do%20it", "/operationId"), "a.1.do_it");
  EXPECT_EQ(ask("/api/host/methods/a/1/do_it", "/operationId"), "a.1.do_it-2");
  EXPECT_EQ(ask("/api/host/methods/a/1/do%20it", schema), "#/components/schemas/a.1.do_it.input");
  EXPECT_EQ(ask("/api/host/methods/a/1/do_it", schema), "#/components/schemas/a.1.do_it-2.input");
}

TEST(OpenApiTest, OfTwoRoutesWithOnePathTheOneThatTakesLessIsTold) {
  const auto made =
      document_of({route("GET", "/a/{all...}", {"all"}), route("GET", "/a/{x}", {"x"}),
                   route("PUT", "/a/{rest...}", {"rest"})});
  const auto& path = made.at("paths").at("/a/{x}").as_object();
  EXPECT_EQ(path.at("get").at("summary"), "x");
  EXPECT_EQ(path.at("put").at("summary"), "rest");
}

TEST(OpenApiTest, APathIsWrittenAsItIsSent) {
  const auto made = document_of({route("GET", "/price list/\xc3\xa4", {})});
  EXPECT_TRUE(made.at("paths").as_object().contains("/price%20list/%C3%A4"));
}

TEST(OpenApiTest, WhatIsNoSchemaIsLeftOut) {
  const auto made = document_of(
      {route("PUT", "/a", {"", parse(R"({"type":5})"), parse(R"({"type":5})"), parse("[1]")})},
      {R"({"interface":"a/1","version":"1.0.0","methods":[{"name":"m","input":{"type":5},
           "output":"text"}]})"});
  EXPECT_EQ(made.at("components").at("schemas").as_object().size(), 1u);  // Problem
  EXPECT_FALSE(made.at("paths").at("/a").at("put").as_object().contains("parameters"));
}

TEST(OpenApiTest, AMethodIsThatOfTheInstanceWhichAnswersAndEachOfSeveralHasAPath) {
  const auto version = [](const char* number, const char* type) {
    return std::string(R"({"interface":"a/1","version":")") + number +
           R"(","methods":[{"name":"m","summary":"Does","input":{"type":")" + type + R"("}}]})";
  };
  auto served = serve({version("1.2.0", "string"), version("1.0.0", "integer")});
  const auto table = http::RouteTable::build({}).value();
  const auto input = [&](const object& made, const char* path) {
    const auto& operation = made.at("paths").at(path).at("post");
    const std::string name(
        operation.at_pointer("/requestBody/content/application~1json/schema/$ref").as_string());
    boost::json::error_code failed;
    return boost::json::value(made).find_pointer(name.substr(1) + "/type", failed)->as_string() ==
           "integer";
  };
  auto made = make_openapi({"host", "1.0.0", table->routes(), served});
  EXPECT_FALSE(input(made, "/api/host/methods/a/1/m"));
  EXPECT_FALSE(input(made, "/api/host/plugins/plugin-0/methods/a/1/m"));
  EXPECT_TRUE(input(made, "/api/host/plugins/plugin-1/methods/a/1/m"));
  const auto& second =
      made.at("paths").at("/api/host/plugins/plugin-1/methods/a/1/m").at("post").as_object();
  EXPECT_EQ(second.at("operationId"), "plugin-1.a.1.m");
  EXPECT_EQ(second.at("summary"), "Does, by plugin-1");
  EXPECT_EQ(second.at("tags"), parse(R"(["plugin-1"])"));
  served[1].priority = 1;
  made = make_openapi({"host", "1.0.0", table->routes(), served});
  EXPECT_TRUE(input(made, "/api/host/methods/a/1/m"));
}

TEST(OpenApiSchemasTest, DefinitionsKeepApartAndReferencesAreDecoded) {
  OpenApiSchemas schemas;
  (void)schemas.add("a", parse(R"({"$defs":{"b c":{"type":"string"},"b_c":{"type":"integer"},
      "d/e":{"type":"null"}},"properties":{"x":{"$ref":"#/$defs/b%20c"},
      "y":{"$ref":"#/$defs/b_c"},"z":{"$ref":"#/$defs/d~1e"},"$ref":{"type":"string"}},
      "examples":[{"$ref":"#/no/reference"}]})"));
  const auto taken = schemas.take();
  EXPECT_EQ(taken.at("a").at("properties"), parse(R"({"x":{"$ref":"#/components/schemas/a.b_c"},
      "y":{"$ref":"#/components/schemas/a.b_c-2"},"z":{"$ref":"#/components/schemas/a.d_e"},
      "$ref":{"type":"string"}})"));
  EXPECT_EQ(taken.at("a.b_c-2"), parse(R"({"type":"integer"})"));
  EXPECT_EQ(taken.at("a").at("examples"), parse(R"([{"$ref":"#/no/reference"}])"));
}

TEST(OpenApiSchemasTest, PartsThatReferToTheWholeFindIt) {
  OpenApiSchemas schemas;
  const auto parts = schemas.add_parts(
      "q", parse(R"({"properties":{"x":{"type":"string"},"y":{"$ref":"#/properties/x"}}})"));
  EXPECT_EQ(parts.at_pointer("/properties/y/$ref"), "#/components/schemas/q/properties/x");
  EXPECT_TRUE(schemas.take().at("q").at("properties").as_object().contains("x"));
  (void)schemas.add_parts("other", parse(R"({"properties":{"x":{"type":"string"}}})"));
  EXPECT_TRUE(schemas.take().empty());
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
