#include "catalog/page/html_tree.hpp"

#include <algorithm>
#include <array>

namespace tenon::catalog {
namespace {

// Real pages have a node about every 30 bytes.
constexpr size_t kBytesPerNode = 24;

template <size_t N>
bool one_of(const std::array<std::string_view, N>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// Elements without content that HTML 4 does not know.
constexpr std::array<std::string_view, 5> kVoid = {"embed", "keygen", "source", "track", "wbr"};

// Elements that HTML 4 does not know and that end a paragraph.
constexpr std::array<std::string_view, 12> kSections = {
    "article", "aside",  "details", "dialog", "figcaption", "figure",
    "footer",  "header", "hgroup",  "main",   "nav",        "section"};

bool ends(HtmlTag begun, std::string_view name, HtmlTag open) {
  switch (open) {
    case HtmlTag::li:
      return begun == HtmlTag::li;
    case HtmlTag::dd:
    case HtmlTag::dt:
      return begun == HtmlTag::dd || begun == HtmlTag::dt;
    case HtmlTag::p:
      return one_of(kSections, name);
    default:
      return false;
  }
}

// Whether a new element may end one that lies outside of `tag`.
bool lets_through(HtmlTag tag) {
  return is_inline(tag) || tag == HtmlTag::p || tag == HtmlTag::div || tag == HtmlTag::address;
}

}  // namespace

HtmlTreeBuilder::HtmlTreeBuilder(size_t page_bytes) : tree_(std::make_unique<HtmlTree>()) {
  tree_->texts.reserve(page_bytes);
  tree_->nodes.reserve(page_bytes / kBytesPerNode);
  links_.reserve(page_bytes / kBytesPerNode);
  tree_->nodes.emplace_back();
  links_.emplace_back();
  open_.push_back(0);
}

void HtmlTreeBuilder::start(std::string_view name, size_t position) {
  const HtmlTag tag = html_tag(name);
  if (!is_inline(tag)) close_before(tag, name);
  const std::uint32_t parent = open_.back();
  add(tag, name);
  HtmlNodeData& node = tree_->nodes.back();
  node.position = static_cast<std::uint32_t>(position);
  node.foreign = tree_->nodes[parent].foreign || name == "svg" || name == "math";
  const auto self = static_cast<std::uint32_t>(tree_->nodes.size() - 1);
  open_.push_back(one_of(kVoid, name) ? parent : self);
}

// The parser holds a closed element open still: what it adds there goes to the parent.
void HtmlTreeBuilder::close_before(HtmlTag tag, std::string_view name) {
  for (size_t level = open_.size(); level-- > 1;) {
    const HtmlTag open = tree_->nodes[open_[level]].tag;
    if (ends(tag, name, open)) {
      std::fill(open_.begin() + static_cast<std::ptrdiff_t>(level), open_.end(),
                links_[open_[level]].parent);
      return;
    }
    if (!lets_through(open)) return;
  }
}

void HtmlTreeBuilder::attribute(std::string_view name, std::string_view value) {
  store(name);
  store(value);
  tree_->attributes.push_back({name, value});
  ++links_.back().attributes;
}

void HtmlTreeBuilder::end() {
  if (open_.size() > 1) open_.pop_back();
}

void HtmlTreeBuilder::text(std::string_view piece) {
  // Parsers give long texts in pieces.
  const bool joins = !tree_->nodes.back().is_element() && links_.back().parent == open_.back() &&
                     tree_->nodes.size() > 1;
  if (!joins) {
    add(HtmlTag::none, piece);
    return;
  }
  store(piece);
  links_.back().size += static_cast<std::uint32_t>(piece.size());
}

std::unique_ptr<const HtmlTree> HtmlTreeBuilder::finish() {
  std::vector<HtmlNodeData>& nodes = tree_->nodes;
  const std::string_view texts = tree_->texts;
  for (size_t i = nodes.size(); i-- > 1;) {
    const Link& link = links_[i];
    nodes[link.parent].size += nodes[i].size;
    nodes[i].parent = &nodes[link.parent];
    nodes[i].text = texts.substr(link.text, link.size);
    nodes[i].attributes =
        std::span(tree_->attributes).subspan(link.first_attribute, link.attributes);
    // Names and values follow the element's own name; so far only their sizes hold.
    size_t at = link.text + link.size;
    for (size_t k = 0; k < link.attributes; ++k) {
      HtmlAttribute& one = tree_->attributes[link.first_attribute + k];
      one.name = texts.substr(at, one.name.size());
      one.value = texts.substr(at + one.name.size(), one.value.size());
      at += one.name.size() + one.value.size();
    }
  }
  return std::move(tree_);
}

HtmlTreeBuilder::Link& HtmlTreeBuilder::add(HtmlTag tag, std::string_view text) {
  tree_->nodes.emplace_back().tag = tag;
  Link& link = links_.emplace_back();
  link.parent = open_.back();
  link.text = store(text);
  link.size = static_cast<std::uint32_t>(text.size());
  link.first_attribute = static_cast<std::uint32_t>(tree_->attributes.size());
  return link;
}

std::uint32_t HtmlTreeBuilder::store(std::string_view text) {
  const auto at = static_cast<std::uint32_t>(tree_->texts.size());
  tree_->texts.append(text);
  return at;
}

}  // namespace tenon::catalog
