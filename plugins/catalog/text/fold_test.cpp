#include "catalog/text/fold.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <utility>
#include <vector>

namespace tenon::text {
namespace {

using Case = std::pair<const char*, const char*>;

TEST(Fold, KeepsPunctuationAndCollapsesSpace) {
  const std::vector<Case> cases = {
      {"", ""},
      {"  Keys &\tPianos \n", "keys & pianos"},
      {"FANTOM-06", "fantom-06"},
      {"Édition  Spéciale", "edition speciale"},
      {"Edition Sp\u00a0ciale", "edition sp ciale"},
      {"STRASSE", "strasse"},
      {"straße", "strasse"},
      {"RØDE", "rode"},
      {"Łódź", "lodz"},
      {"ﬁne ½", "fine 1⁄2"},
      {"ＦＡＮＴＯＭ", "fantom"},
      {"soft\u00adhyphen", "softhyphen"},
      {"כבל", "כבל"},
      {"כֶּבֶל", "כבל"},
      {"שׁלום", "שלום"},
  };
  for (const auto& [given, expected] : cases) EXPECT_EQ(fold(given), expected) << given;
}

TEST(Fold, WordsAreRunsOfLettersAndDigits) {
  const std::vector<Case> cases = {
      {"", ""},
      {" - ", ""},
      {"FANTOM-06", "fantom 06"},
      {"Nord Lead A1", "nord lead a1"},
      {"Fantom™ 08", "fantom 08"},
      {"Café/Bar® №1", "cafe bar no1"},
      {"ספק־כוח, 9V", "ספק כוח 9v"},
      {"«Überton»", "uberton"},
  };
  for (const auto& [given, expected] : cases) EXPECT_EQ(fold_words(given), expected) << given;
}

TEST(Fold, CompositionAndItsPartsFoldAlike) {
  EXPECT_EQ(fold("e\u0301"), fold("\u00e9"));
  EXPECT_EQ(fold("A\u030A"), fold("\u212B"));
}

TEST(Fold, BadBytesAreReplacedAndSeparateWords) {
  EXPECT_EQ(fold_words("ab\xFF"
                       "cd"),
            "ab cd");
  EXPECT_EQ(fold("ab\xFF"
                 "cd"),
            "ab\uFFFD"
            "cd");
  EXPECT_EQ(fold_words("x\xE2\x84"), "x");
  EXPECT_EQ(fold_words(std::string_view("a\0b", 3)), "a b");
}

TEST(Fold, AppendsWithoutTouchingWhatIsThere) {
  std::string out = "first ";
  append_folded_words(" - Second", out);
  EXPECT_EQ(out, "first second");
  append_folded_words(" É", out);
  EXPECT_EQ(out, "first seconde");
}

TEST(Fold, SplitsIntoViews) {
  const std::string words = fold_words("a bc  d");
  EXPECT_THAT(split_words(words), testing::ElementsAre("a", "bc", "d"));
  EXPECT_TRUE(split_words("").empty());
}

TEST(Fold, AsciiAndUnicodePathsAgree) {
  for (int c = 0; c < 128; ++c) {
    const std::string ascii = std::string("x") + static_cast<char>(c) + "Y";
    EXPECT_EQ(fold_words(ascii) + " w", fold_words(ascii + " ｗ")) << c;
    EXPECT_EQ(fold(ascii) + " w", fold(ascii + " ｗ")) << c;
  }
}

}  // namespace
}  // namespace tenon::text
