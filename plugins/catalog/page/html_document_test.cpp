#include "catalog/page/html_document.hpp"

#include <gmock/gmock.h>

#include <functional>
#include <map>

#include "catalog/page/page_facts.hpp"

namespace tenon::catalog {
namespace {

using namespace std::string_literals;
using testing::ElementsAre;
using testing::HasSubstr;

std::string repeated(std::string_view text, size_t times) {
  std::string out;
  out.reserve(text.size() * times);
  while (times-- > 0) out += text;
  return out;
}

// "div(p('a') img[src=x])" for <div><p>a</p><img src=x></div>; the elements a page may leave out
// are left out.
std::string outline(HtmlNode node) {
  std::string out;
  if (!node->is_element()) return '\'' + std::string(node->text) + '\'';
  out += node->text;
  for (const auto& [name, value] : node->attributes)
    out += '[' + std::string(name) + '=' + std::string(value) + ']';
  std::string inner;
  for (HtmlNode child = node + 1; child != node + node->size; child += child->size)
    inner += (inner.empty() ? "" : " ") + outline(child);
  return inner.empty() ? out : out + '(' + inner + ')';
}

std::string body_of(std::string_view html) {
  auto page = HtmlDocument::parse(html);
  if (!page) return page.error().message;
  std::string out;
  HtmlDocument::each_element(page->root(), [&](HtmlNode element) {
    if (element->text != "body") return true;
    for (HtmlNode child = element + 1; child != element + element->size; child += child->size)
      out += (out.empty() ? "" : " ") + outline(child);
    return false;
  });
  return out;
}

TEST(HtmlDocument, ClosesElementsWhoseEndTagsAreLeftOut) {
  EXPECT_EQ(body_of("<ul><li>a<li><b>b<li>c</ul>"), "ul(li('a') li(b('b')) li('c'))");
  EXPECT_EQ(body_of("<dl><dt>a<dd>b<dd>c<dt>d</dl>d"), "dl(dt('a') dd('b') dd('c') dt('d')) 'd'");
  EXPECT_EQ(body_of("<table><tr><th>a<td>b<tr><td>c</table>"),
            "table(tr(th('a') td('b')) tr(td('c')))");
  EXPECT_EQ(body_of("<p>a<p>b<section>c</section><p>d<div>e</div>"),
            "p('a') p('b') section('c') p('d') div('e')");
  EXPECT_EQ(body_of("<ul><li>a<ul><li>b</ul>c</ul>"), "ul(li('a' ul(li('b')) 'c'))");
}

TEST(HtmlDocument, EmptyElementsHoldNothing) {
  EXPECT_EQ(body_of("<div><img src=a>b<br>c</div>"), "div(img[src=a] 'b' br 'c')");
  EXPECT_EQ(body_of("<video><source src=a><source src=b></source><track>t</video>x"),
            "video(source[src=a] source[src=b] track 't') 'x'");
}

TEST(HtmlDocument, DecodesReferencesAndLowersNames) {
  EXPECT_EQ(body_of("<DIV Data-X='a&amp;b&#x5d0;' CHECKED>&lt;&eacute;&copy;</DIV>"),
            "div[data-x=a&bא][checked=]('<é©')");
}

TEST(HtmlDocument, TextsOfScriptsStayAsTheyAre) {
  auto page = HtmlDocument::parse("<script>if (a<b && c) '</div>' &amp;</script><p>x");
  std::vector<std::string> texts;
  HtmlDocument::each_element(page->root(), [&](HtmlNode element) {
    if (element->tag == HtmlTag::script) texts.push_back(raw_text_of(element));
    return true;
  });
  EXPECT_THAT(texts, ElementsAre("if (a<b && c) '</div>' &amp;"));
  EXPECT_EQ(text_of(page->root()), "x");
}

TEST(HtmlDocument, PositionsAreThoseOfTheStartTags) {
  const std::string html =
      "<!doctype html><!-- <p> --><html></b><body class='<i>'>é<i title='<u>'>x</i><?p?>"
      "</u><U\n>y</U><body><b>w</b><svg/><q>" +
      repeated("long ", 5'000) + "<s>z</s>";
  auto page = HtmlDocument::parse(html);
  ASSERT_TRUE(page.ok());
  const std::map<std::string_view, size_t> expected = {
      {"i", html.find("<i title")}, {"u", html.find("<U\n")}, {"b", html.find("<b>")},
      {"svg", html.find("<svg")},   {"q", html.find("<q>")},  {"s", html.find("<s>")}};
  size_t found = 0;
  HtmlDocument::each_element(page->root(), [&](HtmlNode element) {
    auto one = expected.find(element->text);
    if (one == expected.end()) return true;
    EXPECT_EQ(element->position, one->second) << element->text;
    ++found;
    return true;
  });
  EXPECT_EQ(found, expected.size());
}

TEST(HtmlDocument, ParentsAndSizesFitTogether) {
  auto page = HtmlDocument::parse(
      "<div><p>a<b>b</b><p>c</div><ul><li>1<dl><dt>2<dd>3</dl><li>4</ul><embed>5<table><td>6");
  for (HtmlNode node = page->root() + 1; node != page->root() + page->root()->size; ++node) {
    ASSERT_LT(node->parent, node);
    EXPECT_LE(node + node->size, node->parent + node->parent->size);
  }
}

TEST(HtmlDocument, TextStopsAtTheLimitBetweenCharacters) {
  auto page = HtmlDocument::parse("<p>" + repeated("é", 100));
  EXPECT_EQ(text_of(page->root() + page->root()->size - 1, 11), repeated("é", 5));
}

TEST(HtmlDocument, AnEmptyPageHasARoot) {
  for (std::string_view html : {"", " \n", "<!-- -->", "\xEF\xBB\xBF"}) {
    auto page = HtmlDocument::parse(html);
    ASSERT_TRUE(page.ok());
    EXPECT_EQ(page->root()->parent, nullptr);
    EXPECT_EQ(text_of(page->root()), "");
  }
}

// What is refused for `reason`, or read although it is odd and then holds `reason`.
struct Bomb {
  const char* name;
  std::function<std::string()> html;  // made in the test that needs it
  const char* reason;
};

class Bombs : public testing::TestWithParam<Bomb> {};

TEST_P(Bombs, AreRefusedWithAReason) {
  HtmlLimits limits;
  limits.max_bytes = 64u << 20;
  auto page = HtmlDocument::parse(GetParam().html(), {}, limits);
  ASSERT_FALSE(page.ok());
  EXPECT_EQ(page.error().code, Code::too_large);
  EXPECT_THAT(page.error().message, HasSubstr(GetParam().reason));
}

std::string distinct_attributes(size_t count) {
  std::string out;
  for (size_t i = 0; i < count; ++i) out += " a" + std::to_string(i) + "=1";
  return out;
}

INSTANTIATE_TEST_SUITE_P(
    Html, Bombs,
    testing::Values(
        Bomb{"nested", [] { return repeated("<div>", 1'000'000); }, "nests deeper than 512"},
        Bomb{"nested_alternately", [] { return repeated("<b><a>", 100'000); }, "nests deeper"},
        Bomb{"nested_tables", [] { return repeated("<table><tr><td>", 100'000); }, "nests deeper"},
        Bomb{"nested_foreign", [] { return "<svg>" + repeated("<g>", 100'000); }, "nests deeper"},
        Bomb{"nested_behind_end_tags", [] { return repeated("<div></x>", 100'000); },
             "nests deeper"},
        Bomb{"nested_behind_odd_quotes",
             [] { return "<a b==\"><i =\"x>" + repeated("<div>", 100'000); }, "nests deeper"},
        Bomb{"nested_behind_raw_text",
             [] { return "<script></SCRIPT>" + repeated("<div>", 100'000) + "</script>"; },
             "nests deeper"},
        Bomb{"tags", [] { return repeated("<br>", 300'000); }, "more than 200000 tags"},
        Bomb{"flat_tags", [] { return repeated("<div/>", 300'000); }, "more than 200000 tags"},
        Bomb{"zeros", [] { return std::string(1u << 20, '\0'); }, "faults"},
        Bomb{"faults", [] { return repeated("</b>", 300'000); }, "faults"},
        Bomb{"one_attribute_again", [] { return "<p" + repeated(" a", 1'000'000) + ">"; },
             "faults"},
        Bomb{"attributes", [] { return "<p" + distinct_attributes(1'000'000) + ">"; },
             "attributes"},
        Bomb{"attributes_without_end", [] { return "<p" + distinct_attributes(1'000'000); },
             "attributes"},
        Bomb{"a_few_too_many_attributes", [] { return "<p" + distinct_attributes(257) + ">"; },
             "more than 256 attributes"},
        Bomb{"nodes", [] { return repeated("<p" + distinct_attributes(200) + ">", 6'000); },
             "nodes and attributes"},
        Bomb{"bytes", [] { return std::string((64u << 20) + 1, 'x'); }, "bytes"}),
    [](const testing::TestParamInfo<Bomb>& info) { return info.param.name; });

class Odd : public testing::TestWithParam<Bomb> {};

TEST_P(Odd, IsReadAndEndsSoon) {
  HtmlLimits limits;
  limits.max_bytes = 64u << 20;
  auto page = HtmlDocument::parse(GetParam().html(), {}, limits);
  ASSERT_TRUE(page.ok()) << page.error().message;
  EXPECT_THAT(text_of(page->root()), HasSubstr(GetParam().reason));
}

INSTANTIATE_TEST_SUITE_P(
    Html, Odd,
    testing::Values(
        Bomb{"as_deep_as_allowed", [] { return repeated("<div>", 512) + "deep"; }, "deep"},
        Bomb{"a_long_attribute",
             [] { return "<p>x<img alt='" + std::string(10u << 20, 'y') + "'>z"; }, "x z"},
        Bomb{"a_long_unquoted_attribute",
             [] { return "<p>x<img alt=" + std::string(10u << 20, 'y') + ">z"; }, "x z"},
        Bomb{"a_long_name", [] { return "<p>x<" + std::string(1u << 20, 'y') + ">z"; }, "z"},
        Bomb{"a_long_text", [] { return "<p>" + repeated("word ", 2'000'000); }, "word word"},
        Bomb{"long_scripts",
             [] { return "<script>" + repeated("'<div>'", 500'000) + "</script>x"; }, "x"},
        Bomb{"a_long_comment", [] { return "<!-- " + repeated("<div>", 500'000) + " -->x"; }, "x"},
        Bomb{"many_icons",
             [] { return "x" + repeated("<svg><path d='M0'/><g><circle/></g></svg>", 20'000); },
             "x"},
        Bomb{"flat_lists", [] { return repeated("<p>x<li>y<br>", 20'000); }, "x y"},
        Bomb{"zeros", [] { return "<p>a\0b<i\0 c='\0'>d</i>\0\0e"s; }, "e"},
        Bomb{"control_characters",
             [] {
               return std::string(
                   "<p>a\x01\x02\x1b\x7f"
                   "b");
             },
             "ab"},
        Bomb{"a_tag_without_end", [] { return std::string("<p>x<img src='a"); }, "x"},
        Bomb{"a_comment_without_end", [] { return std::string("<p>x<!-- y"); }, "x"},
        Bomb{"a_script_without_end", [] { return std::string("<p>x<script>y"); }, "x"},
        Bomb{"a_doctype_without_end", [] { return std::string("<p>x<!doctype"); }, "x"},
        Bomb{"an_instruction_without_end", [] { return std::string("<p>x<?y"); }, "x"},
        Bomb{"a_cdata_without_end", [] { return std::string("<p>x<svg><![CDATA[y"); }, "x"},
        Bomb{"a_reference_without_end", [] { return std::string("<p>x&#x5d0"); }, "x"},
        Bomb{"an_end_tag_without_end", [] { return std::string("<p>x</p"); }, "x"},
        Bomb{"only_openings", [] { return "x" + repeated("<", 1'000'000); }, "x"},
        Bomb{"references", [] { return "x" + repeated("&amp", 50'000); }, "x&"}),
    [](const testing::TestParamInfo<Bomb>& info) { return info.param.name; });

}  // namespace
}  // namespace tenon::catalog
