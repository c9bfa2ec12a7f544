#include "catalog/page/html_document.hpp"

#include <algorithm>

#include "catalog/model/charset.hpp"
#include "catalog/model/clean_text.hpp"
#include "catalog/page/html_parser.hpp"
#include "catalog/page/page_charset.hpp"

namespace tenon::catalog {

struct HtmlDocument::State {
  std::string text;
  std::string charset;
  std::unique_ptr<const HtmlTree> tree;
};

void HtmlDocument::Release::operator()(State* state) const {
  delete state;
}

Result<HtmlDocument> HtmlDocument::parse(std::string_view bytes, std::string_view charset,
                                         const HtmlLimits& limits) {
  if (bytes.size() > limits.max_bytes)
    return Error{Code::too_large,
                 "the page has " + std::to_string(bytes.size()) + " bytes, allowed are " +
                     std::to_string(limits.max_bytes),
                 {}};
  TN_TRY(Decoded decoded, to_utf8(bytes, charset.empty() ? declared_charset(bytes) : charset));
  std::unique_ptr<State, Release> state(new State);
  state->text = std::move(decoded.text);
  state->charset = std::move(decoded.charset);
  TN_TRY(state->tree, parse_html(state->text, limits));
  return HtmlDocument(std::move(state));
}

HtmlNode HtmlDocument::root() const {
  return state_->tree->nodes.data();
}

const std::string& HtmlDocument::text() const {
  return state_->text;
}

const std::string& HtmlDocument::charset() const {
  return state_->charset;
}

std::string_view attribute(HtmlNode element, std::string_view name) {
  for (const HtmlAttribute& one : element->attributes)
    if (one.name == name) return one.value;
  return {};
}

bool has_attribute(HtmlNode element, std::string_view name) {
  return std::any_of(element->attributes.begin(), element->attributes.end(),
                     [&](const HtmlAttribute& one) { return one.name == name; });
}

std::string text_of(HtmlNode root, size_t max_bytes) {
  std::string out;
  bool skip = false;
  for (HtmlNode node = root; node && out.size() < max_bytes; node = next_node(node, root, skip)) {
    skip = node->tag == HtmlTag::script || node->tag == HtmlTag::style ||
           node->tag == HtmlTag::noscript || node->tag == HtmlTag::template_;
    // The end of an element cannot be seen here: what follows a block begins with another one or
    // with white space in nearly all pages.
    if (!node->is_element())
      out.append(node->text);
    else if (!is_inline(node->tag))
      out.push_back(' ');
  }
  return clean_text(utf8_prefix(out, max_bytes));
}

std::string raw_text_of(HtmlNode root) {
  std::string out;
  for (HtmlNode node = root; node; node = next_node(node, root))
    if (!node->is_element()) out.append(node->text);
  return out;
}

}  // namespace tenon::catalog
