// A parsed HTML page. Wraps gumbo so that hostile pages stay bounded: size, number of tags and
// nesting are checked before parsing, and the tree lives in one arena that is dropped at once
// (gumbo's own release recurses as deep as the page nests).
#pragma once

#include <gumbo.h>

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "tenon/result.hpp"

namespace tenon::catalog {

struct HtmlLimits {
  size_t max_bytes = 8u << 20;
  size_t max_tags = 200'000;
  size_t max_depth = 512;  // as deep as browsers nest
};

using HtmlNode = const GumboNode*;

// Not for use by several threads at once.
class HtmlDocument {
 public:
  // `content_type_charset` is the charset of the HTTP header, empty when unknown.
  static Result<HtmlDocument> parse(std::string_view bytes,
                                    std::string_view content_type_charset = {},
                                    const HtmlLimits& limits = {});

  HtmlNode root() const;
  // The page as UTF-8; positions of nodes are byte offsets in it.
  const std::string& text() const { return state_->text; }
  const std::string& charset() const { return state_->charset; }

  // Every element below and including `from`, in document order, until `visit` returns false.
  static void each_element(HtmlNode from, const std::function<bool(HtmlNode)>& visit);

 private:
  struct State {
    std::string text;
    std::string charset;
    std::vector<std::unique_ptr<std::byte[]>> blocks;
    std::byte* free = nullptr;
    size_t left = 0;
    GumboOutput* output = nullptr;
  };
  static void* allocate(void* state, size_t size);

  explicit HtmlDocument(std::unique_ptr<State> state) : state_(std::move(state)) {}

  std::unique_ptr<State> state_;
};

// The element's attribute; empty when absent. Names in lower case.
std::string_view attribute(HtmlNode element, const char* name);
bool has_attribute(HtmlNode element, const char* name);
// Tag name in lower case, also of elements that HTML does not know.
std::string tag_of(HtmlNode element);
bool is_element(HtmlNode node);
bool is_element(HtmlNode node, GumboTag tag);
size_t position_of(HtmlNode element);

// Visible text below a node in one line: scripts and styles left out, block elements separated.
// At most about `max_bytes`.
std::string text_of(HtmlNode node, size_t max_bytes = 64 * 1024);
// Text exactly as it stands in a script or style element.
std::string raw_text_of(HtmlNode node);

// The next node in document order within `root`; `skip_children` passes over what is below `node`.
HtmlNode next_node(HtmlNode node, HtmlNode root, bool skip_children = false);

}  // namespace tenon::catalog
