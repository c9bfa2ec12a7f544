#include <gtest/gtest.h>

#include <boost/json/serialize.hpp>

#include "host/config/loader.hpp"

namespace tenon::config {
namespace {

LoadOptions test_options() {
  LoadOptions options;
  options.environment = [](const std::string&) { return std::nullopt; };
  return options;
}

Document read(const std::string& text) {
  return load_text(text, "t", test_options());
}

std::string repeat(const std::string& text, int times) {
  std::string out;
  for (int i = 0; i < times; ++i) out += text;
  return out;
}

struct Accepted {
  const char* yaml;
  const char* json;
};

class YamlAccepts : public testing::TestWithParam<Accepted> {};

TEST_P(YamlAccepts, AndMeans) {
  Document document = read(GetParam().yaml);

  ASSERT_TRUE(document.ok()) << to_string(document.problems);
  EXPECT_EQ(boost::json::serialize(document.root.to_json(Secrets::reveal)), GetParam().json);
}

INSTANTIATE_TEST_SUITE_P(
    Scalars, YamlAccepts,
    testing::Values(
        Accepted{"", "{}"}, Accepted{"# only a comment\n", "{}"}, Accepted{"---\n...\n", "{}"},
        Accepted{"a:", R"({"a":null})"}, Accepted{"a: ~", R"({"a":null})"},
        Accepted{"a: NULL", R"({"a":null})"}, Accepted{"a: nUll", R"({"a":"nUll"})"},
        Accepted{"a: True", R"({"a":true})"}, Accepted{"a: FALSE", R"({"a":false})"},
        Accepted{"a: yes", R"({"a":"yes"})"}, Accepted{"a: off", R"({"a":"off"})"},
        Accepted{"a: \"true\"", R"({"a":"true"})"}, Accepted{"a: '5'", R"({"a":"5"})"},
        Accepted{"a: -17", R"({"a":-17})"}, Accepted{"a: +17", R"({"a":17})"},
        Accepted{"a: 007", R"({"a":7})"}, Accepted{"a: 0o17", R"({"a":15})"},
        Accepted{"a: 0xFf", R"({"a":255})"}, Accepted{"a: 0b11", R"({"a":"0b11"})"},
        Accepted{"a: 1_000", R"({"a":"1_000"})"}, Accepted{"a: 12:30:45", R"({"a":"12:30:45"})"},
        Accepted{"a: 9223372036854775807", R"({"a":9223372036854775807})"},
        Accepted{"a: .5", R"({"a":5E-1})"}, Accepted{"a: +1.5e3", R"({"a":1.5E3})"},
        Accepted{"a: 1.", R"({"a":1E0})"}, Accepted{"a: 1.2.3", R"({"a":"1.2.3"})"},
        Accepted{"a: 2026-01-31", R"({"a":"2026-01-31"})"}, Accepted{"a: e3", R"({"a":"e3"})"},
        Accepted{"a: !!str 5", R"({"a":"5"})"}, Accepted{"a: !!float 5", R"({"a":5E0})"},
        Accepted{"a: !!int '5'", R"({"a":5})"}, Accepted{"a: ! 5", R"({"a":"5"})"},
        Accepted{"a: \"x\\ty\\u00e9\"", "{\"a\":\"x\\ty\u00e9\"}"},
        Accepted{"a: 'it''s'", R"({"a":"it's"})"}, Accepted{"a: it's", R"({"a":"it's"})"},
        Accepted{"a: |\n  x\n  y\n", R"({"a":"x\ny\n"})"},
        Accepted{"a: |-\n  \"x\n", R"({"a":"\"x"})"},
        Accepted{"a: >-\n  x\n  y\n", R"({"a":"x y"})"},
        Accepted{"true: 1\n12: 2\n", R"({"true":1,"12":2})"}));

INSTANTIATE_TEST_SUITE_P(
    Structure, YamlAccepts,
    testing::Values(Accepted{"a: [1, {b: 2}, ]", R"({"a":[1,{"b":2}]})"},
                    Accepted{"\xEF\xBB\xBF"
                             "a: 1",
                             R"({"a":1})"},
                    Accepted{"a: 1\r\nb: |\r\n  x\r\n  y\r\n", R"({"a":1,"b":"x\ny\n"})"},
                    Accepted{"a: [\n\t1,\n\t2]", R"({"a":[1,2]})"},
                    Accepted{"a: &x [1]\nb: *x", R"({"a":[1],"b":[1]})"},
                    Accepted{"a: &x {k: 1, l: 2}\nb:\n  <<: *x\n  l: 3\n",
                             R"({"a":{"k":1,"l":2},"b":{"l":3,"k":1}})"},
                    Accepted{"a: &x {k: 1}\nb: &y {k: 2, m: 2}\nc: {<<: [*x, *y]}",
                             R"({"a":{"k":1},"b":{"k":2,"m":2},"c":{"k":1,"m":2}})"},
                    Accepted{"\"<<\": 1", R"({"<<":1})"}, Accepted{"? k\n: v\n", R"({"k":"v"})"},
                    Accepted{"%YAML 1.2\n---\na: 1\n", R"({"a":1})"}));

struct Refused {
  const char* name;
  std::string yaml;
  const char* problem;
};

class YamlRefuses : public testing::TestWithParam<Refused> {};

TEST_P(YamlRefuses, WithPositionAndReason) {
  Document document = read(GetParam().yaml);

  ASSERT_EQ(document.problems.size(), 1U) << to_string(document.problems);
  EXPECT_EQ(document.problems[0].to_string(), GetParam().problem);
}

INSTANTIATE_TEST_SUITE_P(
    Traps, YamlRefuses,
    testing::Values(
        Refused{"Duplicate", "a: 1\nb: 2\na: 3\n",
                "t:3:1: a: duplicate key \"a\", first defined at t:1:1"},
        Refused{"DuplicateInside", "x:\n  - {k: 1, \"k\": 2}\n",
                "t:2:12: x[0].k: duplicate key \"k\", first defined at t:2:6"},
        Refused{"UnterminatedDouble", "a: \"x", "t:1:6: a: not valid YAML: illegal EOF in scalar"},
        Refused{"UnterminatedAtTop", "\"x", "t:1:3: not valid YAML: illegal EOF in scalar"},
        Refused{"UnterminatedSingle", "a: 'x''\n",
                "t:1:4: a: found a quote without its closing quote"},
        Refused{"Recursive", "a: &x\n  - *x\n",
                "t:2:5: a[0]: found an alias inside the value that it stands for, expected no "
                "recursion"},
        Refused{"UnknownAlias", "a: *x",
                "t:1:4: a: not valid YAML: the referenced anchor is not defined"},
        Refused{
            "MergeScalar", "a: {<<: 5}",
            "t:1:5: a: found << with something else than maps, expected a map or a list of maps"},
        Refused{"SecondDocument", "a: 1\n---\nb: 2\n",
                "t:2:1: found a second document or text after the first one's end, expected one "
                "document"},
        Refused{"TextBehind", "- a\nb: 1\n",
                "t:2:1: found a second document or text after the first one's end, expected one "
                "document"},
        Refused{"Tag", "a: !secret x",
                "t:1:12: a: found the tag \"!secret\", expected none or one of !!str, !!int, "
                "!!float, !!bool, !!null, !!seq, !!map"},
        Refused{"TagMismatch", "a: !!int x",
                "t:1:10: a: found a value that is no int, expected one because of its tag !!int"},
        Refused{"TagOnList", "a: !!set [x]",
                "t:1:10: a: found the tag "
                "\"tag:yaml.org,2002:set\", expected none or !!seq"},
        Refused{"NullKey", "~: 1",
                "t:1:1: found null as a key, expected text (put quotes around it)"},
        Refused{"ListKey", "? [a]\n: 1\n", "t:1:3: found a list or map as a key, expected text"},
        Refused{"AliasKey", "a: &x k\n*x : 1\n", "t:2:1: found an alias as a key, expected text"},
        Refused{"Infinity", "a: -.inf",
                "t:1:4: a: found infinity or not-a-number, expected a finite number"},
        Refused{"HugeInteger", "a: 9223372036854775808",
                "t:1:4: a: found an integer out of range, expected a number that fits in 64 bits "
                "(put quotes around it if it is meant as text)"},
        Refused{"HugeFloat", "a: 1e999",
                "t:1:4: a: found a number out of range, expected a number that fits in 64 bits "
                "(put quotes around it if it is meant as text)"},
        Refused{"OpenList", "a: 1\nb: [1, 2", "t:2:4: b: found a bracket without its closing one"},
        Refused{"OpenMap", "b: {a: 1", "t:1:4: b: found a bracket without its closing one"},
        Refused{"NestedColon", "a: b: c", "t:1:5: not valid YAML: illegal map value"},
        Refused{"TopList", "- 1", "t:1:1: found no map, expected a map at the top of the file"},
        Refused{"TopScalar", "abc", "t:1:1: found no map, expected a map at the top of the file"}),
    [](const auto& info) { return info.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Bytes, YamlRefuses,
    testing::Values(
        Refused{"TabIndentation", "a:\n\tb: 1\n",
                "t:2:1: found a tab in the indentation, expected spaces"},
        Refused{"Nul", std::string("a: x\nb: y\0z", 11), "t:2:5: found a NUL byte, expected text"},
        // yaml-cpp takes this byte for the end of the file: what follows would vanish.
        Refused{"EndOfTransmission", "a: 1\n\x04\nb: 2\n",
                "t:2:1: found the control character 0x04, expected printable text"},
        Refused{
            "LoneCarriageReturn", "a: 1\rb: 2",
            "t:1:5: found a carriage return without a line feed, expected LF or CRLF line ends"},
        Refused{"InvalidUtf8", "é: \xff", "t:1:4: found the byte 0xff, expected valid UTF-8"},
        Refused{"Overlong", "a: \xc0\x80", "t:1:4: found the byte 0xc0, expected valid UTF-8"},
        Refused{"Surrogate", "a: \xed\xa0\x80", "t:1:4: found the byte 0xed, expected valid UTF-8"},
        Refused{"Utf16",
                std::string("\xff\xfe"
                            "a\0:\0",
                            6),
                "t:1:1: found the byte 0xff, expected valid UTF-8"}),
    [](const auto& info) { return info.param.name; });

TEST(YamlBounds, AHundredThousandOpenBracketsAreRefusedBeforeTheStackEnds) {
  for (const char* open : {"[", "{", "- ", "? ", "[{", "a: [", "{a: "}) {
    Document document = read("a:\n  " + repeat(open, 100'000));

    ASSERT_EQ(document.problems.size(), 1U) << open;
    EXPECT_FALSE(document.problems[0].message.empty()) << open;
  }
  Document document = read("a: " + repeat("[", 100'000) + repeat("]", 100'000));
  ASSERT_EQ(document.problems.size(), 1U);
  EXPECT_EQ(document.problems[0].message, "found more than 64 maps and lists within each other");
}

TEST(YamlBounds, AliasesThatMultiplyAreRefused) {
  std::string laughs = "a: &a [x, x, x, x, x, x, x, x, x, x]\n";
  for (char c = 'b'; c <= 'j'; ++c) {
    std::string alias = std::string("*") + static_cast<char>(c - 1) + ", ";
    laughs += std::string(1, c) + ": &" + c + " [" + repeat(alias, 9) + "x]\n";
  }

  Document document = read(laughs);

  ASSERT_EQ(document.problems.size(), 1U);
  EXPECT_NE(document.problems[0].message.find("more than 200000 values, aliases expanded"),
            std::string::npos);
  EXPECT_TRUE(document.problems[0].mark.known());
}

TEST(YamlBounds, AliasesOfLongTextAreRefused) {
  Document document =
      read("a: &a " + std::string(1 << 20, 'x') + "\nb: [" + repeat("*a, ", 20) + "]\n");

  ASSERT_EQ(document.problems.size(), 1U);
  EXPECT_NE(document.problems[0].message.find("bytes of text, aliases expanded"),
            std::string::npos);
}

TEST(YamlBounds, AMegabyteOfJunkEndsWithAProblem) {
  const std::string alphabet = "abc:{}[],'\"-?!&*|> \n#%@`\t";
  for (unsigned seed = 1; seed <= 20; ++seed) {
    std::string junk;
    unsigned state = seed;
    while (junk.size() < (1 << 20)) {
      state = state * 1664525U + 1013904223U;
      junk += alphabet[(state >> 16) % alphabet.size()];
    }

    EXPECT_FALSE(read(junk).ok()) << seed;
  }
}

TEST(YamlBounds, AFileBeyondTheLimitIsRefused) {
  LoadOptions options = test_options();
  options.limits.file_bytes = 10;

  Document document = load_text("a: 123456789", "t", options);

  ASSERT_EQ(document.problems.size(), 1U);
  EXPECT_EQ(document.problems[0].to_string(), "t:1:1: found 12 bytes, expected at most 10");
}

TEST(YamlPositions, AliasesStandWhereTheyAreWritten) {
  Document document = read("a: &x {k: 1}\nb:   *x\n");

  const Node* alias = document.root.find("b");
  EXPECT_EQ(alias->mark.to_string(), "t:2:6");
  EXPECT_EQ(alias->find("k")->mark.to_string(), "t:1:11");
}

TEST(YamlPositions, ValuesStandBehindTheirAnchorsAndTags) {
  Document document = read("a: &x !!str  \"v\"\nb: &y  # note\n  - 1\nc:\nd: 1\n");

  EXPECT_EQ(document.root.find("a")->mark.to_string(), "t:1:14");
  EXPECT_EQ(document.root.find("b")->mark.to_string(), "t:3:3");
  EXPECT_EQ(document.root.find("c")->mark.to_string(), "t:4:1");
}

TEST(YamlPositions, ColumnsCountCodePointsNotBytes) {
  Document document = read("\xEF\xBB\xBFk: [\"äöü\", x]\r\n");

  EXPECT_EQ(document.root.find("k")->list()->at(1).mark.to_string(), "t:1:12");
}

TEST(YamlReader, EveryDuplicateIsTold) {
  Document document = read("a: 1\na: 2\nb:\n  c: 1\n  c: 2\na: 3\n");

  EXPECT_EQ(document.problems.size(), 3U) << to_string(document.problems);
  EXPECT_EQ(boost::json::serialize(document.root.to_json(Secrets::reveal)),
            R"({"a":1,"b":{"c":1}})");
}

TEST(YamlReader, TellsThatAReferenceInAFlowListNeedsQuotes) {
  Document document = read("a: [${B}]");

  ASSERT_EQ(document.problems.size(), 1U);
  EXPECT_NE(document.problems[0].message.find("a ${...} needs quotes"), std::string::npos);
}

}  // namespace
}  // namespace tenon::config
