#include "catalog/text/keyword_set.hpp"

#include <algorithm>
#include <cstring>

#include "catalog/text/fold.hpp"

namespace tenon::text {
namespace {

constexpr std::size_t filter_bits = 1 << 14;
constexpr std::uint64_t multiplier = 0x9E3779B97F4A7C15ULL;

std::uint64_t first_bytes(std::string_view word) {
  std::uint64_t bytes = 0;
  std::memcpy(&bytes, word.data(), std::min<std::size_t>(word.size(), sizeof bytes));
  return bytes;
}

// Most words of a text begin no keyword: one multiplication tells them apart from the rest.
std::size_t filter_slot(std::string_view word) {
  return static_cast<std::size_t>(((first_bytes(word) ^ word.size()) * multiplier) >> 50);
}
static_assert(filter_bits == std::size_t{1} << (64 - 50));

std::uint64_t hash_edge(std::uint32_t parent, std::string_view word) {
  std::uint64_t hash = (parent + 1) * multiplier ^ word.size();
  for (; word.size() > 8; word.remove_prefix(8)) {
    hash = (hash ^ first_bytes(word)) * multiplier;
    hash ^= hash >> 32;
  }
  hash = (hash ^ first_bytes(word)) * multiplier;
  return hash ^ hash >> 32;
}

}  // namespace

Result<KeywordSet> KeywordSet::make(std::span<const Keyword> keywords) {
  KeywordSet set;
  set.first_word_filter_.assign(filter_bits / 64, 0);
  for (const Keyword& keyword : keywords) {
    const std::string folded = fold_words(keyword.phrase);
    if (folded.empty())
      return Error{Code::invalid, "keyword \"" + keyword.phrase + "\" holds no letter or digit"};
    std::uint32_t node = 0;
    for_each_word(folded, [&](std::string_view word) {
      if (node == 0) {
        const std::size_t slot = filter_slot(word);
        set.first_word_filter_[slot / 64] |= std::uint64_t{1} << slot % 64;
      }
      const std::uint32_t known = set.child_of(node, word);
      node = known != 0 ? known : set.add_child(node, word);
    });
    std::uint32_t& index = set.keyword_at_[node];
    if (index == 0) {
      set.keywords_.push_back({folded, 0});
      index = static_cast<std::uint32_t>(set.keywords_.size());
    }
    set.keywords_[index - 1].classes |= keyword.classes;
  }
  return set;
}

std::uint32_t KeywordSet::child_of(std::uint32_t parent, std::string_view word) const {
  if (edges_.empty()) return 0;
  const std::uint64_t hash = hash_edge(parent, word);
  const std::size_t mask = edges_.size() - 1;
  for (std::size_t slot = hash & mask; edges_[slot].child != 0; slot = (slot + 1) & mask) {
    const Edge& edge = edges_[slot];
    if (edge.hash == hash && edge.parent == parent && words_[edge.word] == word) return edge.child;
  }
  return 0;
}

std::uint32_t KeywordSet::add_child(std::uint32_t parent, std::string_view word) {
  if ((edge_count_ + 1) * 2 > edges_.size()) grow();
  const auto child = static_cast<std::uint32_t>(keyword_at_.size());
  keyword_at_.push_back(0);
  insert({hash_edge(parent, word), parent, child, static_cast<std::uint32_t>(words_.size())});
  words_.emplace_back(word);
  ++edge_count_;
  return child;
}

void KeywordSet::insert(const Edge& edge) {
  const std::size_t mask = edges_.size() - 1;
  std::size_t slot = edge.hash & mask;
  while (edges_[slot].child != 0) slot = (slot + 1) & mask;
  edges_[slot] = edge;
}

void KeywordSet::grow() {
  std::vector<Edge> old(std::max<std::size_t>(64, edges_.size() * 2));
  old.swap(edges_);
  for (const Edge& edge : old)
    if (edge.child != 0) insert(edge);
}

template <class Visit>
void KeywordSet::scan(std::string_view words, Visit&& visit) const {
  if (keywords_.empty()) return;
  std::size_t begin = 0;
  while (begin < words.size()) {
    std::size_t end = std::min(words.find(' ', begin), words.size());
    const std::size_t slot = filter_slot(words.substr(begin, end - begin));
    const std::size_t next = end + 1;
    if (first_word_filter_[slot / 64] >> slot % 64 & 1) {
      std::uint32_t node = 0;
      for (std::size_t word_begin = begin;;) {
        node = child_of(node, words.substr(word_begin, end - word_begin));
        if (node == 0) break;
        if (keyword_at_[node] != 0)
          visit(KeywordMatch{keyword_at_[node] - 1, static_cast<std::uint32_t>(begin),
                             static_cast<std::uint32_t>(end)});
        word_begin = end + 1;
        if (word_begin >= words.size()) break;
        end = std::min(words.find(' ', word_begin), words.size());
      }
    }
    begin = next;
  }
}

std::uint64_t KeywordSet::classes_in(std::string_view words) const {
  std::uint64_t classes = 0;
  scan(words, [&](const KeywordMatch& match) { classes |= keywords_[match.keyword].classes; });
  return classes;
}

std::vector<KeywordMatch> KeywordSet::find(std::string_view words) const {
  std::vector<KeywordMatch> out;
  scan(words, [&](const KeywordMatch& match) { out.push_back(match); });
  return out;
}

}  // namespace tenon::text
