#include "catalog/ingest/brand_index.hpp"

#include <algorithm>
#include <array>

#include "catalog/model/clean_text.hpp"
#include "catalog/model/slug.hpp"
#include "catalog/text/fold.hpp"

namespace tenon::catalog {
namespace {

constexpr std::array<std::string_view, 14> kGeneralWords = {
    "audio", "professional", "systems",     "system",    "guitars", "cymbals", "fx",
    "drums", "music",        "instruments", "keyboards", "sound",   "pro",     "electronics"};
constexpr std::array<std::string_view, 7> kForWords = {"for",   "ל",          "עבור", "תואם",
                                                       "מתאים", "compatible", "fits"};

template <size_t N>
bool contains(const std::array<std::string_view, N>& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

bool is_hebrew(std::string_view word) {
  for (size_t at = 0; at < word.size();) {
    char32_t c = next_code_point(word, at);
    if (c >= 0x0590 && c <= 0x05FF) return true;
  }
  return false;
}

std::string join(const std::vector<std::string_view>& words, size_t from, size_t count) {
  std::string out;
  for (size_t i = from; i < from + count; ++i) {
    if (!out.empty()) out.push_back(' ');
    out += words[i];
  }
  return out;
}

}  // namespace

BrandIndex::BrandIndex(const std::vector<Brand>& brands) {
  for (const auto& brand : brands) add(brand);
}

void BrandIndex::add(const Brand& brand) {
  if (!name_of_id_.emplace(brand.id, brand.name.empty() ? brand.id : brand.name).second) return;
  add_spelling(brand.name, brand.id);
  add_spelling(brand.id, brand.id);
  for (const auto& alias : brand.aliases) add_spelling(alias, brand.id);
  std::string folded = text::fold_words(brand.name.empty() ? brand.id : brand.name);
  auto words = text::split_words(folded);
  if (brand.aliases.empty() && words.size() == 2 && contains(kGeneralWords, words[1]) &&
      words[0].size() >= 3)
    add_spelling(words[0], brand.id);
}

void BrandIndex::add_spelling(std::string_view spelling, const std::string& id) {
  std::string folded = text::fold_words(spelling);
  if (folded.empty()) return;
  longest_spelling_ = std::max(longest_spelling_, text::split_words(folded).size());
  id_of_spelling_.emplace(std::move(folded), id);
}

std::optional<std::string> BrandIndex::find_in(std::string_view name) const {
  std::string folded = text::fold_words(name);
  auto words = text::split_words(folded);
  for (size_t i = 0; i < words.size(); ++i) {
    if (i > 0 && contains(kForWords, words[i - 1])) continue;
    for (size_t count = std::min(longest_spelling_, words.size() - i); count > 0; --count) {
      auto found = id_of_spelling_.find(join(words, i, count));
      if (found != id_of_spelling_.end()) return found->second;
    }
  }
  return std::nullopt;
}

std::optional<std::string> BrandIndex::find_exact(std::string_view value) const {
  auto found = id_of_spelling_.find(text::fold_words(value));
  if (found == id_of_spelling_.end()) return std::nullopt;
  return found->second;
}

std::string BrandIndex::display_name(const std::string& id) const {
  auto found = name_of_id_.find(id);
  return found == name_of_id_.end() ? id : found->second;
}

std::string BrandIndex::model_of(std::string_view name, const std::string& brand_id) const {
  // Words of the name as written, so that the model keeps its own spelling.
  std::vector<std::string_view> words;
  for (size_t at = 0; at < name.size();) {
    size_t end = std::min(name.find(' ', at), name.size());
    if (end > at) words.push_back(name.substr(at, end - at));
    at = end + 1;
  }
  size_t from = 0;
  while (from < words.size() && is_hebrew(words[from])) ++from;
  if (from == words.size()) from = 0;
  size_t most = std::min(longest_spelling_ + 1, words.size() - from);
  for (size_t count = most; count > 0; --count) {
    auto found = id_of_spelling_.find(text::fold_words(join(words, from, count)));
    if (found == id_of_spelling_.end() || found->second != brand_id) continue;
    if (from + count < words.size()) from += count;
    break;
  }
  return join(words, from, words.size() - from);
}

}  // namespace tenon::catalog
