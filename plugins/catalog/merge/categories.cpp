#include "catalog/merge/categories.hpp"

#include <algorithm>

#include "catalog/text/fold.hpp"

namespace tenon::catalog {
namespace {

// Folds what stands between the asterisks.
std::string fold_pattern(std::string_view pattern) {
  std::string out;
  for (size_t at = 0;;) {
    size_t star = pattern.find('*', at);
    std::string_view part = pattern.substr(at, star == pattern.npos ? star : star - at);
    out += text::fold_words(part);
    if (star == pattern.npos) return out;
    out.push_back('*');
    at = star + 1;
  }
}

bool glob(std::string_view pattern, std::string_view text) {
  size_t star = pattern.npos;
  size_t mark = 0;
  size_t p = 0;
  size_t t = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      mark = t;
    } else if (p < pattern.size() && pattern[p] == text[t]) {
      ++p;
      ++t;
    } else if (star != pattern.npos) {
      p = star + 1;
      t = ++mark;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

}  // namespace

const std::vector<std::string>& universal_categories() {
  static const std::vector<std::string> kCategories = {
      "Keys & Pianos", "Drums & Percussion", "Guitars & Amps",   "Studio & Recording",
      "Live Sound",    "DJ & Production",    "Software & Cloud", "Accessories"};
  return kCategories;
}

Result<CategoryMap> CategoryMap::make(const std::vector<CategoryRule>& rules) {
  CategoryMap map;
  for (const auto* list : {&rules, &default_category_rules()}) {
    for (const auto& rule : *list) {
      const auto& known = universal_categories();
      if (std::find(known.begin(), known.end(), rule.universal) == known.end())
        return Error{Code::invalid,
                     "'" + rule.universal + "' is none of the eight universal categories",
                     rule.pattern};
      map.rules_.push_back({fold_pattern(rule.pattern), rule.universal, rule.brand});
    }
  }
  return map;
}

std::string CategoryMap::find(std::string_view category, std::string_view brand_id) const {
  std::string folded = text::fold_words(category);
  if (folded.empty()) return {};
  for (bool own : {true, false})
    for (const auto& rule : rules_)
      if (rule.brand.empty() != own && (!own || rule.brand == brand_id) &&
          glob(rule.pattern, folded))
        return rule.universal;
  return {};
}

std::map<std::string, size_t> CategoryMap::apply(std::vector<Product>& products) const {
  std::map<std::string, size_t> unknown;
  for (auto& product : products) {
    product.universal_category = find(product.category, product.brand_id);
    if (product.universal_category.empty()) ++unknown[product.category];
  }
  return unknown;
}

}  // namespace tenon::catalog
