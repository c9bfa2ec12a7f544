#include "catalog/page/html_tag.hpp"

#include <algorithm>
#include <array>

namespace tenon::catalog {
namespace {

struct Entry {
  std::string_view name;
  HtmlTag tag;
};

// Sorted by name.
constexpr std::array<Entry, 55> kTags = {{{"a", HtmlTag::a},
                                          {"abbr", HtmlTag::abbr},
                                          {"address", HtmlTag::address},
                                          {"area", HtmlTag::area},
                                          {"audio", HtmlTag::audio},
                                          {"b", HtmlTag::b},
                                          {"base", HtmlTag::base},
                                          {"bdi", HtmlTag::bdi},
                                          {"code", HtmlTag::code},
                                          {"data", HtmlTag::data},
                                          {"dd", HtmlTag::dd},
                                          {"div", HtmlTag::div},
                                          {"dt", HtmlTag::dt},
                                          {"em", HtmlTag::em},
                                          {"embed", HtmlTag::embed},
                                          {"font", HtmlTag::font},
                                          {"footer", HtmlTag::footer},
                                          {"h1", HtmlTag::h1},
                                          {"h2", HtmlTag::h2},
                                          {"h3", HtmlTag::h3},
                                          {"h4", HtmlTag::h4},
                                          {"h5", HtmlTag::h5},
                                          {"h6", HtmlTag::h6},
                                          {"html", HtmlTag::html},
                                          {"i", HtmlTag::i},
                                          {"iframe", HtmlTag::iframe},
                                          {"img", HtmlTag::img},
                                          {"li", HtmlTag::li},
                                          {"link", HtmlTag::link},
                                          {"mark", HtmlTag::mark},
                                          {"meta", HtmlTag::meta},
                                          {"meter", HtmlTag::meter},
                                          {"nav", HtmlTag::nav},
                                          {"noscript", HtmlTag::noscript},
                                          {"object", HtmlTag::object},
                                          {"p", HtmlTag::p},
                                          {"s", HtmlTag::s},
                                          {"script", HtmlTag::script},
                                          {"small", HtmlTag::small},
                                          {"source", HtmlTag::source},
                                          {"span", HtmlTag::span},
                                          {"strong", HtmlTag::strong},
                                          {"style", HtmlTag::style},
                                          {"sub", HtmlTag::sub},
                                          {"sup", HtmlTag::sup},
                                          {"td", HtmlTag::td},
                                          {"template", HtmlTag::template_},
                                          {"th", HtmlTag::th},
                                          {"time", HtmlTag::time},
                                          {"title", HtmlTag::title},
                                          {"tr", HtmlTag::tr},
                                          {"track", HtmlTag::track},
                                          {"u", HtmlTag::u},
                                          {"video", HtmlTag::video},
                                          {"wbr", HtmlTag::wbr}}};
static_assert(std::is_sorted(kTags.begin(), kTags.end(),
                             [](const Entry& a, const Entry& b) { return a.name < b.name; }));

}  // namespace

HtmlTag html_tag(std::string_view name) {
  auto found = std::lower_bound(kTags.begin(), kTags.end(), name,
                                [](const Entry& a, std::string_view b) { return a.name < b; });
  return found != kTags.end() && found->name == name ? found->tag : HtmlTag::other;
}

bool is_inline(HtmlTag tag) {
  switch (tag) {
    case HtmlTag::a:
    case HtmlTag::abbr:
    case HtmlTag::b:
    case HtmlTag::bdi:
    case HtmlTag::code:
    case HtmlTag::em:
    case HtmlTag::font:
    case HtmlTag::i:
    case HtmlTag::mark:
    case HtmlTag::s:
    case HtmlTag::small:
    case HtmlTag::span:
    case HtmlTag::strong:
    case HtmlTag::sub:
    case HtmlTag::sup:
    case HtmlTag::u:
    case HtmlTag::wbr:
      return true;
    default:
      return false;
  }
}

}  // namespace tenon::catalog
