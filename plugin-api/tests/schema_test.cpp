#include "tenon/schema.hpp"

#include <gmock/gmock.h>

#include <array>

#include "host/config/loader.hpp"
#include "host/config/schema.hpp"
#include "shapes.hpp"

namespace tenon {
namespace {

using json::Mode;
using shapes::Derived;
using shapes::Everything;
using shapes::Item;
using shapes::Ruled;

// Made at compile time, as the manifest's note makes it.
template <class T, Mode mode = Mode::strict>
std::string schema_of() {
  constexpr size_t size = [] {
    schema::Writer counter;
    schema::write<T>(counter, mode);
    return counter.size();
  }();
  constexpr auto text = [] {
    std::array<char, size> buffer{};
    schema::Writer writer(buffer.data());
    schema::write<T>(writer, mode);
    return buffer;
  }();
  return {text.data(), text.size()};
}

TEST(SchemaTest, EachKindOfMemberHasItsType) {
  EXPECT_EQ(
      schema_of<Everything>(),
      R"({"type":"object","properties":{"flag":{"type":"boolean"},"byte":{"type":"integer"},)"
      R"("number":{"type":"integer"},"ratio":{"type":"number"},"text":{"type":"string"},)"
      R"("size":{"enum":["small","large"]},"items":{"type":"array","items":{"type":"object",)"
      R"("properties":{"name":{"type":"string"},"count":{"type":"integer"}},)"
      R"("required":["name","count"],"additionalProperties":false}},"counts":{"type":"object",)"
      R"("additionalProperties":{"type":"integer"}},"note":{"type":["string","null"]},)"
      R"("anything":{"description":"any JSON value"}},"required":["flag","byte","number","ratio",)"
      R"("text","size","items","counts","anything"],"additionalProperties":false})");
}

TEST(SchemaTest, InAConfigurationOnlyWhatIsRequiredIsRequired) {
  EXPECT_EQ(
      (schema_of<Item, Mode::config>()),
      R"({"type":"object","properties":{"name":{"type":"string"},"count":{"type":"integer"}},)"
      R"("required":[],"additionalProperties":false})");
  EXPECT_EQ(
      (schema_of<Ruled, Mode::config>()),
      R"({"type":"object","properties":{"name":{"type":"string","description":"Who","pattern":)"
      R"("^[a-z]+$"},"limit":{"type":"integer","minimum":1,"maximum":99}},"required":["name"],)"
      R"("additionalProperties":false})");
}

TEST(SchemaTest, ExamplesAndKindsOfContentAreTold) {
  EXPECT_EQ(schema_of<shapes::Shown>(),
            R"({"type":"object","properties":{"name":{"type":"string","examples":["a \"b\""]},)"
            R"("count":{"type":["integer","null"],"examples":[7]},"picture":{"type":"string",)"
            R"("contentMediaType":"image/png","contentEncoding":"base64"}},)"
            R"("required":["name","picture"],"additionalProperties":false})");
}

TEST(SchemaTest, TextsThatNameFilesSaySo) {
  EXPECT_EQ(
      (schema_of<shapes::Files, Mode::config>()),
      R"({"type":"object","properties":{"out":{"type":"string","format":"tenon-write-path"},)"
      R"("lists":{"type":"array","items":{"type":"string","format":"tenon-read-path"}},)"
      R"("named":{"type":"object","additionalProperties":{"type":"string","format":"tenon-read-path"}},)"
      R"("maybe":{"type":["string","null"],"format":"tenon-read-path"},)"
      R"("folders":{"type":"array","items":{"type":"object","properties":{"inbox":{"type":"string",)"
      R"("format":"tenon-read-path","description":"In"}},"required":[],"additionalProperties":false}},)"
      R"("plain":{"type":"string"}},"required":[],"additionalProperties":false})");
}

TEST(SchemaTest, TheHostFindsTheTextsThatNameFiles) {
  const auto schema = config::Schema::compile(schema_of<shapes::Files, Mode::config>());
  ASSERT_TRUE(schema.ok()) << schema.error().path << ": " << schema.error().message;
  config::Document document = config::load_text(
      "{out: o, lists: [a, ''], named: {x: b}, maybe: c, folders: [{inbox: d}], plain: e}", "t");

  std::vector<std::string> found;
  for (const auto& one : schema->paths(document.root))
    found.push_back(one.path + (one.use == config::PathUse::write ? " w " : " r ") + one.text +
                    " " + one.mark.to_string());

  EXPECT_THAT(found,
              testing::ElementsAre("out w o t:1:7", "lists[0] r a t:1:18", "named.x r b t:1:37",
                                   "maybe r c t:1:48", "folders[0].inbox r d t:1:69"));
}

TEST(SchemaTest, InheritedMembersAreDescribed) {
  EXPECT_THAT(schema_of<Derived>(), testing::HasSubstr(R"("inherited":{"type":"integer"})"));
}

TEST(SchemaTest, TheHostCompilesItAndAgreesWithTheDecoder) {
  const auto compiled = config::Schema::compile(schema_of<Everything>());
  ASSERT_TRUE(compiled.ok()) << compiled.error().path << ": " << compiled.error().message;
  const auto whole = boost::json::parse(
      R"({"flag":true,"byte":1,"number":1,"ratio":0.5,"text":"t","size":"large",)"
      R"("items":[{"name":"one","count":1}],"counts":{"x":1},"note":null,"anything":1})");
  EXPECT_TRUE(compiled->validate(whole).empty());
  EXPECT_TRUE(json::from_value<Everything>(whole).ok());

  for (const char* wrong : {"null", "\"x\"", "[1]", "{\"x\":\"y\"}", "1.5"}) {
    for (const auto& entry : whole.as_object()) {
      auto document = whole.as_object();
      document[entry.key()] = boost::json::parse(wrong);
      EXPECT_EQ(compiled->validate(document).empty(), json::from_value<Everything>(document).ok())
          << entry.key() << " = " << wrong;
    }
  }
}

TEST(SchemaTest, AnyTextBecomesAJsonString) {
  std::string all;
  for (int c = 0; c < 128; ++c) all += static_cast<char>(c);
  std::string text(2000, '\0');
  schema::Writer writer(text.data());
  writer.string(all);
  text.resize(writer.size());

  const auto parsed = json::parse(text);

  ASSERT_TRUE(parsed.ok()) << text;
  EXPECT_EQ(parsed->as_string(), all);
}

TEST(SchemaTest, NumbersAreWrittenInFull) {
  for (int64_t number : {INT64_C(0), INT64_C(-1), INT64_MAX, INT64_MIN}) {
    std::string text(32, '\0');
    schema::Writer writer(text.data());
    writer.number(number);
    text.resize(writer.size());
    EXPECT_EQ(text, std::to_string(number));
  }
}

}  // namespace
}  // namespace tenon
