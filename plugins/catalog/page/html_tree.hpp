// Lays the nodes of a page out in one array, from the events of a parser of HTML 4. What HTML 5
// adds is done here: its empty elements hold nothing, its sections end a paragraph, and li, dd and
// dt end the one before.
#pragma once

#include "catalog/page/html_document.hpp"

namespace tenon::catalog {

struct HtmlTree {
  std::string texts;  // that nodes and attributes point into
  std::vector<HtmlAttribute> attributes;
  std::vector<HtmlNodeData> nodes;  // never empty: the first is the page
};

class HtmlTreeBuilder {
 public:
  explicit HtmlTreeBuilder(size_t page_bytes);

  void start(std::string_view name, size_t position);
  // Of the element just started.
  void attribute(std::string_view name, std::string_view value);
  void end();
  void text(std::string_view piece);

  size_t nodes() const { return tree_->nodes.size(); }
  size_t attributes() const { return tree_->attributes.size(); }
  size_t depth() const { return open_.size(); }

  // Leaves nothing behind.
  std::unique_ptr<const HtmlTree> finish();

 private:
  // What becomes pointers once nothing moves any more.
  struct Link {
    std::uint32_t parent = 0;
    std::uint32_t text = 0;
    std::uint32_t size = 0;
    std::uint32_t first_attribute = 0;
    std::uint32_t attributes = 0;
  };

  void close_before(HtmlTag tag, std::string_view name);
  Link& add(HtmlTag tag, std::string_view text);
  std::uint32_t store(std::string_view text);

  std::unique_ptr<HtmlTree> tree_;
  std::vector<Link> links_;  // one a node
  // For each element that the parser holds open, the page first: the node that gets its content.
  std::vector<std::uint32_t> open_;
};

}  // namespace tenon::catalog
