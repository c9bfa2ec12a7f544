#include "catalog/page/html_document.hpp"

#include <cstddef>

#include "catalog/model/charset.hpp"
#include "catalog/model/clean_text.hpp"
#include "catalog/page/html_guard.hpp"

namespace tenon::catalog {
namespace {

constexpr size_t kBlockBytes = 256 * 1024;

const GumboVector* children_of(HtmlNode node) {
  if (node->type == GUMBO_NODE_DOCUMENT) return &node->v.document.children;
  if (node->type == GUMBO_NODE_ELEMENT || node->type == GUMBO_NODE_TEMPLATE)
    return &node->v.element.children;
  return nullptr;
}

bool is_block(GumboTag tag) {
  switch (tag) {
    case GUMBO_TAG_A:
    case GUMBO_TAG_ABBR:
    case GUMBO_TAG_B:
    case GUMBO_TAG_BDI:
    case GUMBO_TAG_CODE:
    case GUMBO_TAG_EM:
    case GUMBO_TAG_FONT:
    case GUMBO_TAG_I:
    case GUMBO_TAG_MARK:
    case GUMBO_TAG_S:
    case GUMBO_TAG_SMALL:
    case GUMBO_TAG_SPAN:
    case GUMBO_TAG_STRONG:
    case GUMBO_TAG_SUB:
    case GUMBO_TAG_SUP:
    case GUMBO_TAG_U:
    case GUMBO_TAG_WBR:
      return false;
    default:
      return true;
  }
}

}  // namespace

void* HtmlDocument::allocate(void* userdata, size_t size) {
  State& state = *static_cast<State*>(userdata);
  size = (size + alignof(std::max_align_t) - 1) & ~(alignof(std::max_align_t) - 1);
  if (size > state.left) {
    size_t block = std::max(size, kBlockBytes);
    state.blocks.push_back(std::make_unique_for_overwrite<std::byte[]>(block));
    state.free = state.blocks.back().get();
    state.left = block;
  }
  std::byte* out = state.free;
  state.free += size;
  state.left -= size;
  return out;
}

Result<HtmlDocument> HtmlDocument::parse(std::string_view bytes, std::string_view charset,
                                         const HtmlLimits& limits) {
  if (bytes.size() > limits.max_bytes)
    return Error{Code::too_large,
                 "the page has " + std::to_string(bytes.size()) + " bytes, allowed are " +
                     std::to_string(limits.max_bytes),
                 {}};
  TN_TRY(Decoded decoded, to_utf8(bytes, charset.empty() ? declared_charset(bytes) : charset));
  TN_CHECK(check_html(decoded.text, limits));
  auto state = std::make_unique<State>();
  state->text = std::move(decoded.text);
  state->charset = std::move(decoded.charset);
  GumboOptions options = kGumboDefaultOptions;
  options.allocator = &allocate;
  options.deallocator = [](void*, void*) {};
  options.userdata = state.get();
  options.max_errors = 0;
  state->output = gumbo_parse_with_options(&options, state->text.data(), state->text.size());
  if (!state->output) return Error{Code::internal, "the page could not be parsed", {}};
  return HtmlDocument(std::move(state));
}

HtmlNode HtmlDocument::root() const {
  return state_->output->document;
}

HtmlNode next_node(HtmlNode node, HtmlNode root, bool skip_children) {
  const GumboVector* children = skip_children ? nullptr : children_of(node);
  if (children && children->length > 0) return static_cast<HtmlNode>(children->data[0]);
  while (node != root && node->parent) {
    const GumboVector* siblings = children_of(node->parent);
    size_t next = node->index_within_parent + 1;
    if (siblings && next < siblings->length) return static_cast<HtmlNode>(siblings->data[next]);
    node = node->parent;
  }
  return nullptr;
}

void HtmlDocument::each_element(HtmlNode from, const std::function<bool(HtmlNode)>& visit) {
  for (HtmlNode node = from; node; node = next_node(node, from))
    if (is_element(node) && !visit(node)) return;
}

bool is_element(HtmlNode node) {
  return node->type == GUMBO_NODE_ELEMENT || node->type == GUMBO_NODE_TEMPLATE;
}

bool is_element(HtmlNode node, GumboTag tag) {
  return is_element(node) && node->v.element.tag == tag;
}

std::string_view attribute(HtmlNode element, const char* name) {
  if (!is_element(element)) return {};
  const GumboAttribute* found = gumbo_get_attribute(&element->v.element.attributes, name);
  return found ? std::string_view(found->value) : std::string_view();
}

bool has_attribute(HtmlNode element, const char* name) {
  return is_element(element) && gumbo_get_attribute(&element->v.element.attributes, name);
}

std::string tag_of(HtmlNode element) {
  if (!is_element(element)) return {};
  if (element->v.element.tag != GUMBO_TAG_UNKNOWN)
    return gumbo_normalized_tagname(element->v.element.tag);
  GumboStringPiece original = element->v.element.original_tag;
  gumbo_tag_from_original_text(&original);
  return original.data ? ascii_lower({original.data, original.length}) : std::string();
}

size_t position_of(HtmlNode element) {
  return is_element(element) ? element->v.element.start_pos.offset : 0;
}

std::string text_of(HtmlNode root, size_t max_bytes) {
  std::string out;
  bool skip = false;
  for (HtmlNode node = root; node && out.size() < max_bytes; node = next_node(node, root, skip)) {
    skip = is_element(node, GUMBO_TAG_SCRIPT) || is_element(node, GUMBO_TAG_STYLE) ||
           is_element(node, GUMBO_TAG_NOSCRIPT) || is_element(node, GUMBO_TAG_TEMPLATE);
    // The end of an element cannot be seen here: what follows a block begins with another one or
    // with white space in nearly all pages.
    if (is_element(node) && is_block(node->v.element.tag)) out.push_back(' ');
    if (node->type == GUMBO_NODE_TEXT || node->type == GUMBO_NODE_WHITESPACE ||
        node->type == GUMBO_NODE_CDATA)
      out.append(node->v.text.text);
  }
  return clean_text(utf8_prefix(out, max_bytes));
}

std::string raw_text_of(HtmlNode root) {
  std::string out;
  for (HtmlNode node = root; node; node = next_node(node, root))
    if (node->type == GUMBO_NODE_TEXT || node->type == GUMBO_NODE_WHITESPACE ||
        node->type == GUMBO_NODE_CDATA)
      out.append(node->v.text.text);
  return out;
}

}  // namespace tenon::catalog
