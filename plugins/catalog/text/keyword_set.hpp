// A few hundred words and phrases found in text in one pass, as whole words only: "fan" is not in
// "fantom", "stand" not in "standard", and "power supply" needs both words side by side.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tenon/result.hpp"

namespace tenon::text {

struct Keyword {
  std::string phrase;         // as a person writes it; folded by the set
  std::uint64_t classes = 0;  // bits of the caller's choosing
};

struct KeywordMatch {
  std::uint32_t keyword = 0;  // index into KeywordSet::keywords()
  std::uint32_t begin = 0;    // byte range in the text that was searched
  std::uint32_t end = 0;
};

// Immutable once made; any number of threads may search it.
class KeywordSet {
 public:
  KeywordSet() = default;

  // Phrases that fold to the same words are one keyword with the classes of all. An error names the
  // phrase that holds no word at all.
  static Result<KeywordSet> make(std::span<const Keyword> keywords);

  // The classes of every keyword that occurs. `words` is in the form fold_words() returns.
  std::uint64_t classes_in(std::string_view words) const;

  // Every occurrence, by position; where several begin at one word, the shorter first.
  std::vector<KeywordMatch> find(std::string_view words) const;

  // With phrases folded, in the order first given.
  std::span<const Keyword> keywords() const { return keywords_; }

 private:
  // One edge of a trie whose letters are words; node 0 is the root.
  struct Edge {
    std::uint64_t hash = 0;
    std::uint32_t parent = 0;
    std::uint32_t child = 0;  // 0: the slot is free
    std::uint32_t word = 0;   // index into words_
  };

  std::uint32_t child_of(std::uint32_t parent, std::string_view word) const;
  std::uint32_t add_child(std::uint32_t parent, std::string_view word);
  void insert(const Edge& edge);
  void grow();
  template <class Visit>
  void scan(std::string_view words, Visit&& visit) const;

  std::vector<Keyword> keywords_;
  std::vector<std::string> words_;
  std::vector<Edge> edges_;  // open addressing, a power of two
  std::size_t edge_count_ = 0;
  std::vector<std::uint32_t> keyword_at_ = {0};  // node -> keyword index + 1, or 0
  std::vector<std::uint64_t> first_word_filter_;
};

}  // namespace tenon::text
