#include "tenon/plugin/note.hpp"

#include <gtest/gtest.h>

#include "shapes.hpp"

namespace tenon {
namespace {

class Greeter {
 public:
  struct Config {
    std::string greeting;
    BOOST_DESCRIBE_CLASS(Config, (), (greeting), (), ())
  };
  Greeter(Host&, const Config&) {}
  Result<shapes::Item> greet(Call&, const shapes::Item& item) { return item; }
  void clear() {}
  void page(Request&, Response&) {}
  Result<void> count(Call&, const Batch&, BatchOut&) { return {}; }
};

constexpr auto small = plugin::define<shapes::Item>(about("x", "1.0.0", ""));
constexpr auto large = plugin::define<Greeter>(
    about("greeter", "1.2.0", "Says \"hello\""),
    get<&Greeter::page>("/hello/{name}")
        .access("admin")
        .summary("Greets")
        .max_body(10)
        .stream()
        .idempotent(),
    provides("acme.greeter/1", "1.1.0", method<&Greeter::greet>("greet", "Greets").idempotent(),
             method<&Greeter::clear>("clear").command("greeter clear")),
    needs("acme.clock/1", ">=1.0 <2").optional(), needs("acme.sink/2").many(),
    provides_columns("acme.count/1", "1.0.0", column_method<&Greeter::count>("count")),
    wants_read("/usr/share/zoneinfo", "local times"), wants_outbound("a.example.com:443", "prices"),
    wants_read("/etc/hosts", "names"), wants_store("catalog", "products"),
    wants_environment("TZ", "the zone"), wants_write("/var/spool/greeter", "letters"),
    page("/hello", "Hello", "hello.js", "hello.css"));

template <const auto& definition>
std::string manifest_of() {
  static constexpr auto note = plugin::make_note<definition>();
  return {note.text, strnlen(note.text, sizeof(note.text))};
}

constexpr auto described = plugin::define<Greeter>(
    about("described", "1.0.0", ""),
    get<&Greeter::page>("/a").query<shapes::Item>().answers<std::vector<int>>().summary("Lists"),
    post<&Greeter::page>("/b").body<shapes::Item>(),
    provides("acme.greeter/1", "1.0.0",
             method<&Greeter::clear>("clear").read_only().tool("clear_all")));

TEST(NoteTest, RoutesAndMethodsSayWhatDocumentsAndAgentsNeed) {
  const std::string text = manifest_of<described>();
  const std::string item =
      R"({"type":"object","properties":{"name":{"type":"string"},"count":{"type":"integer"}},)"
      R"("required":["name","count"],"additionalProperties":false})";
  EXPECT_NE(
      text.find(R"({"method":"GET","path":"/a","access":"public","summary":"Lists","query":)" +
                item + R"(,"answer":{"type":"array","items":{"type":"integer"}}})"),
      text.npos)
      << text;
  EXPECT_NE(text.find(R"({"method":"POST","path":"/b","access":"public","body":)" + item + "}"),
            text.npos)
      << text;
  EXPECT_NE(text.find(R"({"name":"clear","idempotent":true,"read_only":true,"tool":"clear_all",)"),
            text.npos)
      << text;
}

TEST(NoteTest, TheBytesAreAnElfNote) {
  static constexpr auto note = plugin::make_note<small>();
  const std::string text =
      R"({"manifest":1,"id":"x","version":"1.0.0","description":"","provides":[],"requires":[],)"
      R"("routes":[],"pages":[]})";
  const size_t padded = (text.size() + 3) / 4 * 4;
  ASSERT_EQ(sizeof(note), 20 + padded);
  std::string bytes(reinterpret_cast<const char*>(&note), sizeof(note));
  EXPECT_EQ(bytes.substr(0, 4), std::string("\6\0\0\0", 4));
  EXPECT_EQ(static_cast<unsigned char>(bytes[4]), padded);
  EXPECT_EQ(bytes.substr(8, 4), std::string("\1\0\0\0", 4));
  EXPECT_EQ(bytes.substr(12, 8), std::string("tenon\0\0\0", 8));
  EXPECT_EQ(bytes.substr(20), text + std::string(padded - text.size(), '\0'));
}

TEST(NoteTest, TheManifestSaysEverythingThatIsDeclared) {
  const auto item = boost::json::parse(
      R"({"type":"object","properties":{"name":{"type":"string"},"count":{"type":"integer"}},
          "required":["name","count"],"additionalProperties":false})");
  const auto nothing = boost::json::parse(
      R"({"type":"object","properties":{},"required":[],"additionalProperties":false})");
  auto expected = boost::json::parse(R"({
    "manifest": 1, "id": "greeter", "version": "1.2.0", "description": "Says \"hello\"",
    "provides": [
      {"interface": "acme.greeter/1", "version": "1.1.0", "kind": "message", "methods": [
        {"name": "greet", "summary": "Greets", "idempotent": true},
        {"name": "clear", "command": "greeter clear"}]},
      {"interface": "acme.count/1", "version": "1.0.0", "kind": "column", "methods": [{"name": "count"}]}],
    "requires": [
      {"interface": "acme.clock/1", "range": ">=1.0 <2", "optional": true, "many": false},
      {"interface": "acme.sink/2", "range": "*", "optional": false, "many": true}],
    "routes": [{"method": "GET", "path": "/hello/{name}", "access": "admin", "summary": "Greets",
                "max_body_bytes": 10, "idempotent": true, "stream": true}],
    "pages": [{"path": "/hello", "title": "Hello", "module": "hello.js", "styles": ["hello.css"]}],
    "permissions": {
      "outbound": [{"value": "a.example.com:443", "reason": "prices"}],
      "read": [{"value": "/usr/share/zoneinfo", "reason": "local times"},
               {"value": "/etc/hosts", "reason": "names"}],
      "write": [{"value": "/var/spool/greeter", "reason": "letters"}],
      "environment": [{"value": "TZ", "reason": "the zone"}],
      "store": [{"value": "catalog", "reason": "products"}]},
    "config_schema": {"type": "object", "properties": {"greeting": {"type": "string"}}, "required": [],
                      "additionalProperties": false}})");
  auto& methods = expected.at("provides").as_array()[0].at("methods").as_array();
  methods[0].as_object()["input"] = item;
  methods[0].as_object()["output"] = item;
  methods[1].as_object()["input"] = nothing;
  methods[1].as_object()["output"] = nothing;

  EXPECT_EQ(boost::json::parse(manifest_of<large>()), expected);
}

}  // namespace
}  // namespace tenon
