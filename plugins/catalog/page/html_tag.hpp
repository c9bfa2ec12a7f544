// The elements that this code tells apart.
#pragma once

#include <cstdint>
#include <string_view>

namespace tenon::catalog {

// `none` is no element (text, the page itself), `other` an element without meaning here.
enum class HtmlTag : std::uint8_t {
  none,
  other,
  a,
  abbr,
  address,
  area,
  audio,
  b,
  base,
  bdi,
  code,
  data,
  dd,
  div,
  dt,
  em,
  embed,
  font,
  footer,
  h1,
  h2,
  h3,
  h4,
  h5,
  h6,
  html,
  i,
  iframe,
  img,
  li,
  link,
  mark,
  meta,
  meter,
  nav,
  noscript,
  object,
  p,
  s,
  script,
  small,
  source,
  span,
  strong,
  style,
  sub,
  sup,
  td,
  template_,
  th,
  time,
  title,
  tr,
  track,
  u,
  video,
  wbr,
};

// By its name in lower case; `other` when it is not in the list.
HtmlTag html_tag(std::string_view name);

// Whether an element only marks words of a line; all others part the text before and after them.
bool is_inline(HtmlTag tag);

// 1 to 6 for h1 to h6, else 0.
constexpr int heading_level(HtmlTag tag) {
  return tag >= HtmlTag::h1 && tag <= HtmlTag::h6
             ? 1 + static_cast<int>(tag) - static_cast<int>(HtmlTag::h1)
             : 0;
}

}  // namespace tenon::catalog
