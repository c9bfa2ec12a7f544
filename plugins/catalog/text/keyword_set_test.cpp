#include "catalog/text/keyword_set.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "catalog/text/fold.hpp"

namespace tenon::text {
namespace {

KeywordSet make_set(const std::vector<Keyword>& keywords) {
  return KeywordSet::make(keywords).value();
}

TEST(KeywordSet, MatchesWholeWordsOnly) {
  const auto set = make_set({{"fan", 1}, {"stand", 2}, {"USB", 4}});
  EXPECT_EQ(set.classes_in(fold_words("FANTOM-06")), 0u);
  EXPECT_EQ(set.classes_in(fold_words("Standard edition")), 0u);
  EXPECT_EQ(set.classes_in(fold_words("Cooling Fan")), 1u);
  EXPECT_EQ(set.classes_in(fold_words("Stand, with usb-hub")), 6u);
}

TEST(KeywordSet, MatchesPhrasesAcrossPunctuationAndAccents) {
  const auto set = make_set({{"power supply", 1}, {"ספק כוח", 2}, {"étui", 4}, {"power", 8}});
  EXPECT_EQ(set.classes_in(fold_words("Power-Supply 9V")), 9u);
  EXPECT_EQ(set.classes_in(fold_words("supply power")), 8u);
  EXPECT_EQ(set.classes_in(fold_words("סֶפֶק כוח")), 2u);
  EXPECT_EQ(set.classes_in(fold_words("ETUI")), 4u);
}

TEST(KeywordSet, ReportsEveryOccurrenceWithItsPlace) {
  const auto set = make_set({{"power", 1}, {"power supply", 2}, {"supply", 4}});
  const std::string words = fold_words("the Power Supply");
  const auto found = set.find(words);
  ASSERT_EQ(found.size(), 3u);
  EXPECT_EQ(set.keywords()[found[0].keyword].phrase, "power");
  EXPECT_EQ(set.keywords()[found[1].keyword].phrase, "power supply");
  EXPECT_EQ(words.substr(found[1].begin, found[1].end - found[1].begin), "power supply");
  EXPECT_EQ(set.keywords()[found[2].keyword].phrase, "supply");
}

TEST(KeywordSet, SameFoldedPhraseGathersClasses) {
  const auto set = make_set({{"Câble", 1}, {"cable", 2}});
  ASSERT_EQ(set.keywords().size(), 1u);
  EXPECT_EQ(set.classes_in("cable"), 3u);
}

TEST(KeywordSet, RefusesAPhraseWithoutWords) {
  const auto set = KeywordSet::make(std::vector<Keyword>{{"--", 1}});
  ASSERT_FALSE(set.ok());
  EXPECT_NE(set.error().message.find("\"--\""), std::string::npos);
}

TEST(KeywordSet, AnEmptySetMatchesNothing) {
  EXPECT_EQ(KeywordSet().classes_in("cable"), 0u);
  EXPECT_EQ(make_set({}).classes_in("cable"), 0u);
}

// A phrase occurs when its words, between spaces, stand inside the text between spaces.
TEST(KeywordSet, AgreesWithPlainSearchOnRandomText) {
  std::mt19937 random(7);
  const std::vector<std::string> stems = {"a", "b", "ab", "כ", "abcdefgh", "abcdefghi", "c1"};
  const auto phrase = [&](int most) {
    std::string out;
    for (int words = 1 + static_cast<int>(random() % most); words > 0; --words)
      out += (out.empty() ? "" : " ") + stems[random() % stems.size()];
    return out;
  };
  for (int round = 0; round < 2000; ++round) {
    std::vector<Keyword> keywords;
    for (int i = 0; i < 8; ++i) keywords.push_back({phrase(3), std::uint64_t{1} << i});
    const auto set = make_set(keywords);
    const std::string text = phrase(8);
    std::uint64_t expected = 0;
    for (const Keyword& keyword : keywords)
      if ((" " + text + " ").find(" " + keyword.phrase + " ") != std::string::npos)
        expected |= keyword.classes;
    ASSERT_EQ(set.classes_in(text), expected) << text;
  }
}

}  // namespace
}  // namespace tenon::text
