#include "host/tools/tool_list.hpp"

#include <gmock/gmock.h>

#include "host/tools/json_schema.hpp"
#include "host/tools/test_support.hpp"

namespace tenon::tools {
namespace {

using testing::ElementsAre;

std::vector<std::string> names_of(const ToolList& list) {
  std::vector<std::string> out;
  for (const auto& tool : list.all()) out.push_back(tool.name);
  return out;
}

TEST(ToolListTest, NamesAreThoseOfInterfaceAndMethod) {
  EXPECT_EQ(tool_name("tenon.catalog/1", "relate"), "tenon.catalog.relate");
  EXPECT_EQ(tool_name("tenon.catalog/2", "relate"), "tenon.catalog_V2.relate");
}

TEST(ToolListTest, NamesThatDoNotFitAreMadeToFitAndStayDifferent) {
  const auto spaced = tool_name("a.b/1", "two words");
  const auto dotted = tool_name("a.b/1", "two.words");
  const auto longer = tool_name("a/1", std::string(300, 'x'));
  const auto longest = tool_name("a/1", std::string(301, 'x'));
  EXPECT_THAT(spaced, testing::StartsWith("a.b.two_words_"));
  EXPECT_NE(spaced, dotted);
  EXPECT_NE(longer, longest);
  for (const auto& name : {spaced, dotted, longer, longest}) {
    EXPECT_LE(name.size(), 128u);
    EXPECT_EQ(
        name.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-"),
        name.npos)
        << name;
  }
}

TEST(ToolListTest, WithoutPatternsOffersWhatIsReadOnly) {
  const auto served = serve({R"({"interface":"a/1","version":"1.0.0","methods":[
      {"name":"look","read_only":true},{"name":"again","idempotent":true},{"name":"change"}]})"});
  EXPECT_THAT(names_of(ToolList(served, std::nullopt)), ElementsAre("a.look"));
  EXPECT_THAT(names_of(ToolList(served, {{"*"}})), ElementsAre("a.again", "a.change", "a.look"));
  EXPECT_THAT(names_of(ToolList(served, {{"a.c*e", "b.*"}})), ElementsAre("a.change"));
  EXPECT_THAT(names_of(ToolList(served, {{}})), ElementsAre());
}

TEST(ToolListTest, WhatIsNotOfferedIsThereWithTheReason) {
  const auto served = serve({R"({"interface":"a/1","version":"1.0.0","methods":[
      {"name":"look","read_only":true},{"name":"change"},{"name":"odd","input":7}]})"});
  const auto told = [&](const ToolList& list) {
    std::vector<std::string> out;
    for (const auto& one : list.withheld()) out.push_back(one.name + ": " + one.reason);
    return out;
  };
  EXPECT_THAT(
      told(ToolList(served, std::nullopt)),
      ElementsAre("a.change: it does not say that it only reads (read_only)",
                  "a.odd: what it takes cannot be checked: the schema of its input is none"));
  EXPECT_THAT(
      told(ToolList(served, {{"a.c*"}})),
      ElementsAre("a.look: mcp.tools does not name it",
                  "a.odd: what it takes cannot be checked: the schema of its input is none"));
}

TEST(ToolListTest, AMethodMayNameItsToolUnlessAnotherWantsTheSameName) {
  const std::string a =
      R"({"interface":"a/1","version":"1.0.0","methods":[{"name":"m","tool":"find"}]})";
  const std::string b =
      R"({"interface":"b/1","version":"1.0.0","methods":[{"name":"m","tool":"find"}]})";
  EXPECT_THAT(names_of(ToolList(serve({a}), {{"*"}})), ElementsAre("find"));
  EXPECT_THAT(names_of(ToolList(serve({a, b}), {{"*"}})), ElementsAre("a.m", "b.m"));
}

std::string version(const char* number, const char* summary, const char* more = "") {
  return std::string(R"({"interface":"a/1","version":")") + number +
         R"(","methods":[{"name":"m","summary":")" + summary + "\"" + more + "}]}";
}

std::string words_of(const ToolList& list, const char* name) {
  const Tool* tool = list.find(name);
  return tool ? std::string(text_of(tool->description, "description")) : "no such tool";
}

TEST(ToolListTest, TheToolOfAnInterfaceIsThatOfTheInstanceWhichAnswers) {
  for (const auto& order : {std::vector{version("1.2.0", "new"), version("1.0.0", "old")},
                            std::vector{version("1.0.0", "old"), version("1.2.0", "new")}})
    EXPECT_EQ(words_of(ToolList(serve(order), {{"*"}}), "a.m"), "new");
  auto served = serve({version("1.2.0", "new"), version("1.0.0", "old")});
  served[1].priority = 1;
  const ToolList list(served, {{"*"}});
  EXPECT_EQ(words_of(list, "a.m"), "old");
  EXPECT_EQ(list.find("a.m")->instance, "plugin-1");
}

TEST(ToolListTest, EachOfSeveralInstancesIsAToolBesides) {
  const auto one = serve({version("1.0.0", "x")});
  EXPECT_THAT(names_of(ToolList(one, {{"*"}})), ElementsAre("a.m"));
  const auto two = serve({version("1.0.0", "first", R"(,"tool":"t","input":{"type":"string"})"),
                          version("1.0.0", "second", R"(,"tool":"u","read_only":true)")});
  const ToolList list(two, {{"*"}});
  EXPECT_THAT(names_of(list), ElementsAre("a_OF_plugin-0.m", "a_OF_plugin-1.m", "t"));
  EXPECT_EQ(list.find("t")->instance, "plugin-0");
  EXPECT_TRUE(list.find("a_OF_plugin-0.m")->wraps_input);
  EXPECT_FALSE(list.find("a_OF_plugin-1.m")->wraps_input);
  EXPECT_EQ(words_of(list, "a_OF_plugin-1.m"), "second (plugin-1)");
  // What one instance promises is no promise of another's.
  EXPECT_THAT(names_of(ToolList(two, std::nullopt)), ElementsAre("a_OF_plugin-1.m"));
  EXPECT_THAT(names_of(ToolList(two, {{"a.*"}})), ElementsAre());
}

TEST(ToolListTest, AMethodWhoseInputHasNoSchemaToBeHeldAgainstIsNoTool) {
  const ToolList list(serve({R"({"interface":"a/1","version":"1.0.0","methods":[
      {"name":"bad","input":{"type":"nonsense"}},{"name":"odd","output":"text"}]})"}),
                      {{"*"}});
  EXPECT_THAT(names_of(list), ElementsAre("a.odd"));
  EXPECT_FALSE(list.all()[0].description.contains("outputSchema"));
}

TEST(ToolListTest, ColumnInterfacesAreNoTools) {
  const auto served = serve({R"({"interface":"a/1","version":"1.0.0","kind":"column",
                                 "methods":[{"name":"m"}]})"});
  EXPECT_THAT(names_of(ToolList(served, {{"*"}})), ElementsAre());
}

TEST(ToolListTest, WhatIsNoObjectIsWrappedWithReferencesThatStillLead) {
  const ToolList list(serve({R"({"interface":"a/1","version":"1.0.0","methods":[{"name":"m",
               "input":{"type":"array","items":{"$ref":"#/$defs/n"},"$defs":{"n":{"type":"integer"}}},
               "output":{"anyOf":[{"type":"null"},{"type":"array","items":{"$ref":"#"}}]}}]})"}),
                      {{"*"}});
  const Tool& tool = list.all().at(0);
  EXPECT_TRUE(tool.wraps_input && tool.wraps_output);
  EXPECT_EQ(tool.description.at("inputSchema"),
            boost::json::parse(R"({"type":"object","$defs":{"n":{"type":"integer"}},
              "properties":{"input":{"type":"array","items":{"$ref":"#/$defs/n"}}},
              "required":["input"],"additionalProperties":false})"));
  EXPECT_EQ(tool.description.at("outputSchema").at_pointer("/properties/result/anyOf/1/items/$ref"),
            "#/properties/result");
}

TEST(ToolListTest, PatternsTakeAnythingForAStar) {
  EXPECT_TRUE(matches_pattern("tenon.catalog.relate", "tenon.*.relate"));
  EXPECT_TRUE(matches_pattern("aXbXc", "*X*c"));
  EXPECT_TRUE(matches_pattern("", "**"));
  EXPECT_FALSE(matches_pattern("a.b", "a"));
  EXPECT_FALSE(matches_pattern("a.b", "*.c"));
  // A naive search would take for ever.
  EXPECT_FALSE(matches_pattern(std::string(5000, 'a'), std::string(100, '*') + "b"));
}

}  // namespace
}  // namespace tenon::tools
