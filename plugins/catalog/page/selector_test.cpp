#include "catalog/page/selector.hpp"

#include <gmock/gmock.h>

namespace tenon::catalog {
namespace {

using testing::ElementsAre;

std::vector<std::string> select(std::string_view selector, std::string_view html) {
  auto page = HtmlDocument::parse(html);
  auto parsed = Selector::parse(selector);
  EXPECT_TRUE(parsed.ok()) << parsed.error().message;
  std::vector<std::string> out;
  for (HtmlNode element : parsed->select(page->root())) out.push_back(parsed->value_of(element));
  return out;
}

constexpr std::string_view kPage =
    "<div id=main class='a b-c'><p class=b>1</p><section><p class='b "
    "x'>2</p><div><p>3</p></div></section></div>"
    "<p class=b>4</p><a href='/m.pdf' data-kind=Manual>m</a>";

TEST(Selector, MatchesEveryFormOfTheSubset) {
  EXPECT_THAT(select("p", kPage), ElementsAre("1", "2", "3", "4"));
  EXPECT_THAT(select("#main p.b", kPage), ElementsAre("1", "2"));
  EXPECT_THAT(select("#main > p", kPage), ElementsAre("1"));
  EXPECT_THAT(select(".a section > div > *", kPage), ElementsAre("3"));
  EXPECT_THAT(select("div div p", kPage), ElementsAre("3"));
  EXPECT_THAT(select("P.b.x, a", kPage), ElementsAre("2", "m"));
  EXPECT_THAT(select("[data-kind]@href", kPage), ElementsAre("/m.pdf"));
  EXPECT_THAT(select("a[href$='.pdf'][data-kind=Manual]", kPage), ElementsAre("m"));
  EXPECT_THAT(select("[href^=\"/m\"]", kPage), ElementsAre("m"));
  EXPECT_THAT(select("[class*=b-]>p", kPage), ElementsAre("1"));
  EXPECT_THAT(select("p.c, p[class^='']", kPage), ElementsAre());
}

// "a > b c" over a b-chain: greedy matching of the nearest ancestor would fail here.
TEST(Selector, FindsAnyAncestorThatFits) {
  EXPECT_THAT(select("i > b u", "<i><b><s><b><u>x</u></b></s></b></i>"), ElementsAre("x"));
}

TEST(Selector, StopsAtTheLimitAndAtTheRoot) {
  auto page = HtmlDocument::parse(kPage);
  auto selector = Selector::parse("p");
  EXPECT_EQ(selector->select(page->root(), 2).size(), 2u);
  HtmlNode first = selector->select(page->root(), 1).front();
  EXPECT_THAT(selector->select(first), testing::IsEmpty());
}

TEST(Selector, NamesColumnAndExpectation) {
  for (auto [text, column] :
       {std::pair{"", "column 1"}, std::pair{"a >", "column 4"}, std::pair{"a.", "column 3"},
        std::pair{"[x", "column 3"}, std::pair{"[x~=y]", "column 3"}, std::pair{"a@", "column 3"},
        std::pair{"a:first", "column 2"}, std::pair{"[x='y]", "column 5"},
        std::pair{"a a a a a a a a a a a a a a a a a", "column 34"}}) {
    auto parsed = Selector::parse(text);
    ASSERT_FALSE(parsed.ok()) << text;
    EXPECT_THAT(parsed.error().message, testing::HasSubstr(column)) << text;
  }
}

}  // namespace
}  // namespace tenon::catalog
