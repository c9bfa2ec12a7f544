// A parsed HTML page: its elements and texts in document order in one array.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/page/html_tag.hpp"
#include "tenon/result.hpp"

namespace tenon::catalog {

// A page beyond one of these is refused, before it can cost more.
struct HtmlLimits {
  size_t max_bytes = 8u << 20;
  size_t max_tags = 200'000;
  size_t max_depth = 512;        // as deep as browsers nest
  size_t max_nodes = 1'000'000;  // with their attributes, and those the parser adds by itself
  size_t max_attributes = 256;   // of one element
};

struct HtmlAttribute {
  std::string_view name;  // in lower case
  std::string_view value;
};

// What lies below a node follows it in the array.
struct HtmlNodeData {
  const HtmlNodeData* parent = nullptr;
  std::string_view text;  // an element's name in lower case, or the characters of a text
  std::span<const HtmlAttribute> attributes;
  std::uint32_t size = 1;      // nodes of the subtree, this one included
  std::uint32_t position = 0;  // byte offset of an element's start tag in the page
  HtmlTag tag = HtmlTag::none;
  bool foreign = false;  // an element of svg or math

  bool is_element() const { return tag != HtmlTag::none; }
};
using HtmlNode = const HtmlNodeData*;

class HtmlDocument {
 public:
  // `content_type_charset` is the charset of the HTTP header, empty when unknown.
  static Result<HtmlDocument> parse(std::string_view bytes,
                                    std::string_view content_type_charset = {},
                                    const HtmlLimits& limits = {});

  // The page itself, above the html element.
  HtmlNode root() const;
  // The page as UTF-8; positions of nodes are byte offsets in it.
  const std::string& text() const;
  const std::string& charset() const;

  // Every element below and including `from`, in document order, until `visit` returns false.
  template <class Visit>
  static void each_element(HtmlNode from, Visit&& visit) {
    for (HtmlNode node = from, end = from + from->size; node != end; ++node)
      if (node->is_element() && !visit(node)) return;
  }

 private:
  struct State;
  struct Release {
    void operator()(State* state) const;
  };
  explicit HtmlDocument(std::unique_ptr<State, Release> state) : state_(std::move(state)) {}

  std::unique_ptr<State, Release> state_;
};

inline bool is_element(HtmlNode node, HtmlTag tag) {
  return node->tag == tag;
}

// The element's attribute; empty when absent. Names in lower case.
std::string_view attribute(HtmlNode element, std::string_view name);
bool has_attribute(HtmlNode element, std::string_view name);

// Calls visit(child) for each element right below `node`.
template <class Visit>
void each_child(HtmlNode node, Visit&& visit) {
  for (HtmlNode child = node + 1, end = node + node->size; child != end; child += child->size)
    if (child->is_element()) visit(child);
}

// Visible text below a node in one line: scripts and styles left out, block elements separated.
// At most about `max_bytes`.
std::string text_of(HtmlNode node, size_t max_bytes = 64 * 1024);
// Text exactly as it stands in a script or style element.
std::string raw_text_of(HtmlNode node);

// The next node in document order within `root`; `skip_children` passes over what is below `node`.
inline HtmlNode next_node(HtmlNode node, HtmlNode root, bool skip_children = false) {
  HtmlNode next = skip_children ? node + node->size : node + 1;
  return next == root + root->size ? nullptr : next;
}

}  // namespace tenon::catalog
