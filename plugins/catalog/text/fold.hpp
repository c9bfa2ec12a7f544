// Folding of Unicode text, so that spelling variants of a name compare equal as bytes.
//
// Folding means: compatibility decomposition (NFKD), full case folding, marks removed (accents,
// Hebrew points), stroked letters to their plain letter (RØDE -> rode), invisible characters
// dropped. Invalid UTF-8 never fails: each bad byte counts as U+FFFD. Both functions are
// idempotent, need no locale, keep no state and may be called from any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace tenon::text {

// Punctuation stays; every run of white space and control characters becomes one space, none at
// either end. "  Keys &\tPianos" -> "keys & pianos"
std::string fold(std::string_view utf8);

// The words alone, one space between two: a word is a run of letters and digits, everything else
// separates. "FANTOM-06 (Édition)" -> "fantom 06 edition"
std::string fold_words(std::string_view utf8);
// The same, appended to `out` as one more text; nothing is put between it and what `out` holds.
void append_folded_words(std::string_view utf8, std::string& out);

// Calls visit(word) for each word of a text in the form fold_words() returns.
template <class Visit>
void for_each_word(std::string_view words, Visit&& visit) {
  std::size_t begin = 0;
  while (begin < words.size()) {
    const std::size_t space = words.find(' ', begin);
    const std::size_t end = space == std::string_view::npos ? words.size() : space;
    visit(words.substr(begin, end - begin));
    begin = end + 1;
  }
}

// The words as views into `words`, which must outlive them.
std::vector<std::string_view> split_words(std::string_view words);

}  // namespace tenon::text
