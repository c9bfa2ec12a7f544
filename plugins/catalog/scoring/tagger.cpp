#include "catalog/scoring/tagger.hpp"

#include <algorithm>

#include "catalog/text/fold.hpp"

namespace tenon::catalog {
namespace {

void add(std::vector<text::Keyword>& to, const std::vector<std::string>& phrases,
         std::size_t flag) {
  for (const std::string& phrase : phrases) to.push_back({phrase, std::uint64_t{1} << flag});
}

void add_matches(const text::KeywordSet& set, std::string_view field, std::uint64_t mask,
                 std::vector<std::string>& out) {
  for (const auto& match : set.find(text::fold_words(field))) {
    const text::Keyword& keyword = set.keywords()[match.keyword];
    if ((keyword.classes & mask) != 0 &&
        std::find(out.begin(), out.end(), keyword.phrase) == out.end())
      out.push_back(keyword.phrase);
  }
}

template <class Visit>
void for_each_part(std::string_view value, Visit&& visit) {
  while (!value.empty()) {
    const std::size_t end = std::min(value.find_first_of(",;/|\n"), value.size());
    const std::string part = text::fold_words(value.substr(0, end));
    if (!part.empty()) visit(part);
    value.remove_prefix(std::min(end + 1, value.size()));
  }
}

}  // namespace

std::uint32_t Interner::operator()(std::string_view text) {
  if (text.empty()) return 0;
  const auto found = ids_.find(text);
  if (found != ids_.end()) return found->second;
  const auto id = static_cast<std::uint32_t>(ids_.size() + 1);
  ids_.emplace(text, id);
  return id;
}

TextColumn Interner::texts() const {
  std::vector<std::string_view> by_id(ids_.size() + 1);
  for (const auto& [text, id] : ids_) by_id[id] = text;
  TextColumn out;
  for (const std::string_view text : by_id) out.push_back(text);
  return out;
}

Result<Tagger> Tagger::make(const std::vector<FlagSource>& sources) {
  std::vector<text::Keyword> name, original, universal;
  for (std::size_t flag = 0; flag < sources.size(); ++flag) {
    add(name, sources[flag].name_or_category, flag);
    add(original, sources[flag].name_or_category, flag);
    add(original, sources[flag].original, flag);
    add(universal, sources[flag].universal, flag);
  }
  Tagger out;
  TN_TRY(out.name_, text::KeywordSet::make(name));
  TN_TRY(out.original_, text::KeywordSet::make(original));
  TN_TRY(out.universal_, text::KeywordSet::make(universal));
  return out;
}

std::uint64_t Tagger::flags(const ProductColumns& products, std::size_t row) const {
  return name_.classes_in(text::fold_words(products.name[row])) |
         original_.classes_in(text::fold_words(products.category[row])) |
         universal_.classes_in(text::fold_words(products.universal_category[row]));
}

std::vector<std::string> Tagger::matched(const ProductColumns& products, std::size_t row,
                                         std::uint64_t mask) const {
  std::vector<std::string> out;
  add_matches(name_, products.name[row], mask, out);
  add_matches(original_, products.category[row], mask, out);
  add_matches(universal_, products.universal_category[row], mask, out);
  return out;
}

std::vector<std::uint32_t> key_column(const TextColumn& texts) {
  Interner ids;
  std::vector<std::uint32_t> out(texts.size());
  for (std::size_t row = 0; row < texts.size(); ++row) out[row] = ids(text::fold(texts[row]));
  return out;
}

std::vector<std::string> model_tokens(std::string_view name, std::string_view brand,
                                      const std::vector<std::string>& folded_stop_words) {
  const std::string brand_words = text::fold_words(brand);
  const std::string words = text::fold_words(name);
  const auto of_brand = text::split_words(brand_words);
  std::vector<std::string> out;
  text::for_each_word(words, [&](std::string_view word) {
    if (std::find(of_brand.begin(), of_brand.end(), word) == of_brand.end() &&
        !std::binary_search(folded_stop_words.begin(), folded_stop_words.end(), word) &&
        std::find(out.begin(), out.end(), word) == out.end())
      out.emplace_back(word);
  });
  return out;
}

SpecReader::SpecReader(const std::map<std::string, SpecGroup>& groups) {
  for (const auto& [name, group] : groups) {
    for (const auto& key : group.needs) uses_[text::fold_words(key)].push_back({name, true});
    for (const auto& key : group.provides) uses_[text::fold_words(key)].push_back({name, false});
    if (group.model_needed) model_needed_.push_back(name);
    if (group.model_provided) model_provided_.push_back(name);
  }
}

void SpecReader::read(const ProductColumns& products, std::size_t row,
                      std::vector<std::string>& needs, std::vector<std::string>& provides) const {
  needs.clear();
  provides.clear();
  for (std::uint32_t i = products.spec_offsets[row]; i < products.spec_offsets[row + 1]; ++i) {
    const auto found = uses_.find(text::fold_words(products.spec_key[i]));
    if (found == uses_.end()) continue;
    for (const Use& use : found->second)
      for_each_part(products.spec_value[i], [&](const std::string& part) {
        (use.needs ? needs : provides).push_back(use.group + ": " + part);
      });
  }
  if (model_needed_.empty() && model_provided_.empty()) return;
  std::string model;
  for (const std::string& word : model_tokens(products.name[row], products.brand[row], {}))
    model += (model.empty() ? "" : " ") + word;
  if (model.empty()) return;
  for (const std::string& group : model_needed_) needs.push_back(group + ": " + model);
  for (const std::string& group : model_provided_) provides.push_back(group + ": " + model);
}

}  // namespace tenon::catalog
