#include <cstdint>
#include <string_view>

#include "catalog/page/selector.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace tenon::catalog;
  static const auto page = HtmlDocument::parse(
      "<div id=a class='x y'><p class=y><a href='m.pdf' "
      "data-k=v>t</a></p><ul><li>1<li>2</ul></div>");
  std::string_view text(reinterpret_cast<const char*>(data), size);
  if (auto selector = Selector::parse(text))
    for (HtmlNode element : selector->select(page->root())) (void)selector->value_of(element);
  return 0;
}
