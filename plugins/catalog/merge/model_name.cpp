#include "catalog/merge/model_name.hpp"

#include <algorithm>
#include <array>

#include "catalog/text/fold.hpp"

namespace tenon::catalog {
namespace {

constexpr std::array<std::string_view, 24> kColours = {
    "black", "white", "red",    "blue",   "green", "silver", "gold", "natural",
    "grey",  "gray",  "orange", "yellow", "pink",  "bk",     "wh",   "rd",
    "bu",    "gn",    "wt",     "שחור",   "לבן",   "אדום",   "כחול", "כסוף"};
constexpr std::array<std::string_view, 10> kBundle = {"bundle", "pack",  "set",   "pair", "kit",
                                                      "זוג",    "חבילה", "חבילת", "סט",   "ערכה"};
constexpr std::array<std::string_view, 10> kRoman = {"",  "i",  "ii",  "iii",  "iv",
                                                     "v", "vi", "vii", "viii", "ix"};

template <size_t N>
bool contains(const std::array<std::string_view, N>& list, std::string_view word) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

bool has_digit(std::string_view word) {
  return word.find_first_of("0123456789") != word.npos;
}

bool is_ascii(std::string_view word) {
  return std::all_of(word.begin(), word.end(), [](char c) { return (c & 0x80) == 0; });
}

// "2", "ii": a generation number; 0 for anything else.
int small_number(std::string_view word) {
  if (word.size() == 1 && word[0] >= '1' && word[0] <= '9') return word[0] - '0';
  for (size_t i = 1; i < kRoman.size(); ++i)
    if (kRoman[i] == word) return static_cast<int>(i);
  return 0;
}

// Whether the words at `at` state a generation, and how many they are: "mk ii", "mkii", "mark 2",
// "gen 2", "2nd gen". A bare number is none: "Fantom 6" is a model.
size_t generation_at(const std::vector<std::string>& words, size_t at, int& generation) {
  const std::string& word = words[at];
  bool next = at + 1 < words.size();
  for (std::string_view prefix : {"mk", "mark", "gen", "version", "ver"}) {
    if (word == prefix && next && small_number(words[at + 1]) > 0) {
      generation = small_number(words[at + 1]);
      return 2;
    }
    bool joined = word.size() > prefix.size() && word.starts_with(prefix);
    if (joined && prefix.size() <= 4 && small_number(word.substr(prefix.size())) > 0) {
      generation = small_number(word.substr(prefix.size()));
      return 1;
    }
  }
  constexpr std::array<std::string_view, 5> kOrdinals = {"", "1st", "2nd", "3rd", "4th"};
  for (size_t i = 1; i < kOrdinals.size(); ++i) {
    if (word == kOrdinals[i] && next && (words[at + 1] == "gen" || words[at + 1] == "generation")) {
      generation = static_cast<int>(i);
      return 2;
    }
  }
  return 0;
}

// "a88mkii" is "a88" of the second generation.
void split_generation_suffix(std::vector<std::string>& words) {
  for (size_t i = 0; i < words.size(); ++i) {
    size_t at = words[i].rfind("mk");
    if (at == std::string::npos || at == 0 || small_number(words[i].substr(at + 2)) == 0) continue;
    std::string tail = words[i].substr(at);
    words[i].resize(at);
    words.insert(words.begin() + static_cast<long>(i) + 1, std::move(tail));
    ++i;
  }
}

std::vector<std::string> split(std::string_view folded) {
  std::vector<std::string> words;
  for (auto word : text::split_words(folded)) words.emplace_back(word);
  return words;
}

void drop_front(std::vector<std::string>& words, std::string_view brand) {
  std::vector<std::string> spelling = split(text::fold_words(brand));
  while (!spelling.empty()) {
    if (words.size() > spelling.size() &&
        std::equal(spelling.begin(), spelling.end(), words.begin())) {
      words.erase(words.begin(), words.begin() + static_cast<long>(spelling.size()));
      return;
    }
    spelling.pop_back();
  }
}

}  // namespace

ModelName model_name(std::string_view name, std::string_view brand) {
  std::vector<std::string> words = split(text::fold_words(name));
  ModelName model;
  // Hebrew words in front say what kind of thing it is; bundle words among them count.
  size_t latin = 0;
  while (latin < words.size() && !is_ascii(words[latin])) ++latin;
  if (latin < words.size()) {
    for (size_t i = 0; i < latin; ++i)
      if (contains(kBundle, words[i])) model.bundle.push_back(words[i]);
    words.erase(words.begin(), words.begin() + static_cast<long>(latin));
  }
  drop_front(words, brand);
  split_generation_suffix(words);
  for (size_t i = 0; i < words.size();) {
    if (size_t count = i > 0 ? generation_at(words, i, model.generation) : 0; count > 0) {
      i += count;
      continue;
    }
    if (i > 0 && contains(kColours, words[i]))
      model.colours.push_back(words[i]);
    else if (i > 0 && contains(kBundle, words[i]))
      model.bundle.push_back(words[i]);
    else
      model.words.push_back(words[i]);
    ++i;
  }
  for (const auto& word : model.words) model.key += word;
  return model;
}

std::vector<std::string> model_codes(const ModelName& model) {
  std::vector<std::string> codes;
  for (size_t i = 0; i < model.words.size(); ++i) {
    if (!has_digit(model.words[i])) continue;
    codes.push_back(model.words[i]);
    // "FANTOM-06" and "FANTOM06", "A 88" and "A-88".
    if (i > 0 && model.words[i].size() <= 4) codes.push_back(model.words[i - 1] + model.words[i]);
  }
  std::sort(codes.begin(), codes.end(), [](const std::string& a, const std::string& b) {
    return a.size() != b.size() ? a.size() > b.size() : a < b;
  });
  codes.erase(std::unique(codes.begin(), codes.end()), codes.end());
  return codes;
}

}  // namespace tenon::catalog
