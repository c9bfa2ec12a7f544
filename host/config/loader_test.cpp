#include "host/config/loader.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <boost/json/serialize.hpp>
#include <fstream>
#include <map>

#include "tests/support/scratch_folder.hpp"

namespace tenon::config {
namespace {

using testing::HasSubstr;

class Loading : public testing::Test {
 protected:
  Loading() {
    options_.environment = [this](const std::string& variable) -> std::optional<std::string> {
      auto found = variables_.find(variable);
      return found == variables_.end() ? std::nullopt : std::optional<std::string>(found->second);
    };
  }

  void write(const std::string& name, const std::string& text, mode_t mode = 0600) {
    std::filesystem::create_directories((folder_ / name).parent_path());
    std::ofstream(folder_ / name) << text;
    ::chmod((folder_ / name).c_str(), mode);
  }
  Document load(const std::string& name = "main.yaml") {
    return load_file(folder_ / name, options_);
  }
  Document load_text_of(const std::string& text) {
    options_.base_directory = folder_;
    return load_text(text, "t", options_);
  }
  // Problems with the test's folder left out.
  std::vector<std::string> told(const Document& document) {
    std::vector<std::string> out;
    for (const Problem& problem : document.problems) {
      std::string text = problem.to_string();
      std::string folder = folder_.string() + "/";
      for (std::size_t at; (at = text.find(folder)) != std::string::npos;)
        text.erase(at, folder.size());
      out.push_back(text);
    }
    return out;
  }
  static std::string json(const Document& document, Secrets secrets = Secrets::reveal) {
    return boost::json::serialize(document.root.to_json(secrets));
  }

  ScratchFolder scratch_;
  std::filesystem::path folder_ = scratch_.path();
  std::map<std::string, std::string> variables_;
  LoadOptions options_;
};

TEST_F(Loading, IncludedMapsMergeDeeplyAndNamesAreRelativeToTheIncludingFile) {
  write("main.yaml", "include: [parts/a.yaml]\nx: {one: 1}\n");
  write("parts/a.yaml", "include: b.yaml\nx: {two: 2, deep: {k: 1}}\n");
  write("parts/b.yaml", "x: {deep: {l: 2}}\ny: [3]\n");

  Document document = load();

  ASSERT_TRUE(document.ok()) << to_string(document.problems);
  EXPECT_EQ(json(document), R"({"x":{"one":1,"two":2,"deep":{"k":1,"l":2}},"y":[3]})");
  EXPECT_EQ(document.files.size(), 3U);
}

TEST_F(Loading, AValueInTwoFilesIsAProblemThatNamesBothPlaces) {
  write("main.yaml", "include: [a.yaml]\nx:\n  one: 1\n  list: [1]\n  map: {}\n");
  write("a.yaml", "x:\n  one: 1\n  list: [2]\n  map: 3\n");

  EXPECT_THAT(told(load()),
              testing::ElementsAre(
                  "a.yaml:2:3: x.one: defined in two files, first at main.yaml:3:3, expected one "
                  "place",
                  "a.yaml:3:3: x.list: defined in two files, first at main.yaml:4:3, expected one "
                  "place",
                  "a.yaml:4:3: x.map: defined in two files, first at main.yaml:5:3, expected one "
                  "place"));
}

TEST_F(Loading, CyclesMissingFilesAndWrongNamesAreTold) {
  write("main.yaml", "include:\n  - a.yaml\n  - missing.yaml\n  - 5\n  - .\n");
  write("a.yaml", "include: ./main.yaml\n");

  EXPECT_THAT(told(load()),
              testing::ElementsAre(
                  "main.yaml:3:5: include: cannot read missing.yaml: No such file or directory",
                  "main.yaml:4:5: include: expected the name of a file",
                  HasSubstr("main.yaml:5:5: include: "),
                  "a.yaml:1:10: include: main.yaml is read already, expected each file once and no "
                  "cycle"));
}

TEST_F(Loading, ChainsOfIncludesAreBounded) {
  for (int i = 0; i < 12; ++i)
    write(std::to_string(i) + ".yaml", "include: " + std::to_string(i + 1) + ".yaml\n");

  EXPECT_THAT(told(load("0.yaml")),
              testing::ElementsAre("8.yaml:1:10: include: found more than 8 files including each "
                                   "other in a chain"));
}

TEST_F(Loading, ABrokenIncludedFileDoesNotHideProblemsOfOthers) {
  write("main.yaml", "include: [a.yaml, b.yaml]\nx: ${UNSET}\n");
  write("a.yaml", "k: [1\n");
  write("b.yaml", "l: 1\nl: 2\n");

  std::vector<std::string> problems = told(load());

  ASSERT_EQ(problems.size(), 3U);
  EXPECT_THAT(problems[0], HasSubstr("main.yaml:2:4: x: the environment variable UNSET"));
  EXPECT_THAT(problems[1], HasSubstr("a.yaml:1:4: k: found a bracket"));
  EXPECT_THAT(problems[2], HasSubstr("b.yaml:2:1: l: duplicate key"));
}

TEST_F(Loading, AMissingFirstFileIsAProblem) {
  EXPECT_THAT(told(load()),
              testing::ElementsAre("main.yaml: cannot read main.yaml: No such file or directory"));
}

TEST_F(Loading, VariablesAreFilledIn) {
  variables_ = {{"PORT", "8080"}, {"NAME", "it's: #5"}, {"EMPTY", ""}, {"NULL", "null"}};
  struct Case {
    std::string yaml;
    std::string json;
  };
  for (const Case& c : std::vector<Case>{
           {"a: ${PORT}", R"({"a":8080})"},
           {"a: \"${PORT}\"", R"({"a":"8080"})"},
           {"a: '${PORT}'", R"({"a":"8080"})"},
           {"a: 127.0.0.1:${PORT}", R"({"a":"127.0.0.1:8080"})"},
           {"a: ${PORT}${PORT}", R"({"a":"80808080"})"},
           {"a: !!str ${PORT}", R"({"a":"8080"})"},
           {"a: ${NAME}", R"({"a":"it's: #5"})"},
           {"a: ${EMPTY}", R"({"a":""})"},
           {"a: ${NULL}", R"({"a":"null"})"},
           {"a: ${EMPTY:-x y}", R"({"a":"x y"})"},
           {"a: ${UNSET:-5}", R"({"a":5})"},
           {"a: ${UNSET:-}", R"({"a":""})"},
           {"a: $${PORT} $PORT $$", R"({"a":"${PORT} $PORT $$"})"},
           {"a: '$${'", R"({"a":"${"})"},
           {"a: |\n  x ${PORT}\n", R"({"a":"x 8080\n"})"},
           {"${PORT}: 1", R"({"${PORT}":1})"},
           {"a: &x ${PORT}\nb: *x", R"({"a":8080,"b":8080})"},
       }) {
    Document document = load_text_of(c.yaml);
    EXPECT_TRUE(document.ok()) << c.yaml << "\n" << to_string(document.problems);
    EXPECT_EQ(json(document), c.json) << c.yaml;
  }
}

TEST_F(Loading, WrongReferencesAreTold) {
  struct Case {
    std::string yaml;
    std::string problem;
  };
  for (const Case& c : std::vector<Case>{
           {"a: ${UNSET}",
            "t:1:4: a: the environment variable UNSET is not set, expected a value (or write "
            "${UNSET:-default})"},
           {"a: ${1X}",
            "t:1:4: a: found the reference ${1X}, expected ${NAME}, ${NAME:-default} or "
            "${file:path} (write $${ for a literal ${)"},
           {"a: x${OPEN",
            "t:1:4: a: found ${ without its }, expected ${NAME} (write $${ for a literal ${)"},
           {"a: ${file:}", "t:1:4: a: found ${file:}, expected a file name"},
           {"a: ${file:none}", "t:1:4: a: cannot read none: No such file or directory"},
           {"a: ${file:.}", "t:1:4: a: . is not a regular file"},
       })
    EXPECT_THAT(told(load_text_of(c.yaml)), testing::ElementsAre(c.problem)) << c.yaml;
}

TEST_F(Loading, SecretsFilesAreReadWithoutTheirLineEndAndStayText) {
  write("main.yaml", "a: ${file:secrets/key}\nb: user:${file:secrets/key}@host\n");
  write("secrets/key", "007\r\n\n");

  Document document = load();

  ASSERT_TRUE(document.ok()) << to_string(document.problems);
  EXPECT_EQ(json(document), R"({"a":"007","b":"user:007@host"})");
}

TEST_F(Loading, ASecretsFileThatOthersCanReadIsRefusedWithTheCommandToRun) {
  for (mode_t mode : {0640, 0604, 0644}) {
    write("main.yaml", "a: ${file:key}\n");
    write("key", "hunter2", mode);

    EXPECT_THAT(told(load()),
                testing::ElementsAre("main.yaml:1:4: a: the secrets file key can be read by group "
                                     "or others, expected its owner alone; run: chmod 600 key"));
  }
}

TEST_F(Loading, ATooLargeOrBinarySecretsFileIsRefused) {
  write("large", std::string(70'000, 'x'));
  write("binary", "\xff\xfe");

  EXPECT_THAT(told(load_text_of("a: ${file:large}\nb: ${file:binary}")),
              testing::ElementsAre("t:1:4: a: large has 70000 bytes, expected at most 65536",
                                   "t:2:4: b: the secrets file binary is not valid UTF-8 text"));
}

TEST_F(Loading, ValuesFromOutsideAreSecretAndDefaultsAreNot) {
  variables_ = {{"PASSWORD", "hunter2"}};
  write("key", "hunter3");

  Document document = load_text_of(
      "a: ${PASSWORD}\nb: x${file:key}\nc: ${NO:-plain}\nd: [&p \"${PASSWORD}\", *p]\ne: {<<: {f: "
      "\"${PASSWORD}\"}}\n");

  ASSERT_TRUE(document.ok()) << to_string(document.problems);
  EXPECT_EQ(json(document, Secrets::redact),
            R"({"a":"<secret>","b":"<secret>","c":"plain","d":["<secret>","<secret>"],)"
            R"("e":{"f":"<secret>"}})");
}

TEST_F(Loading, TextFromStrangersReachesNoFile) {
  write("key", "hunter2");
  options_.allow_files = false;

  EXPECT_THAT(told(load_text_of("include: key\na: ${file:key}")),
              testing::UnorderedElementsAre("t:1:10: include: include is not allowed in this text",
                                            "t:2:4: a: ${file:...} is not allowed in this text"));
}

TEST_F(Loading, ProblemsAreBounded) {
  std::string text;
  for (int i = 0; i < 1000; ++i) text += "a: 1\n";

  EXPECT_EQ(load_text_of(text).problems.size(), options_.limits.problems + 1);
}

}  // namespace
}  // namespace tenon::config
