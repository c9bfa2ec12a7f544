// The eight universal categories and the rules that lead to them.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/model/product.hpp"
#include "tenon/result.hpp"

namespace tenon::catalog {

// In the order in which pages show them.
const std::vector<std::string>& universal_categories();

struct CategoryRule {
  std::string pattern;    // of the original category, folded; "*" stands for anything
  std::string universal;  // one of the eight
  std::string brand;      // brand id; empty: any
};

// Rules for English category names and for those of Hebrew price lists.
const std::vector<CategoryRule>& default_category_rules();

class CategoryMap {
 public:
  // `rules` come before the defaults, so that a deployment overrides them. An error names a rule
  // whose universal category is none of the eight.
  static Result<CategoryMap> make(const std::vector<CategoryRule>& rules = {});

  // The universal category: rules of the brand first, then the others, each in their order; empty
  // when none applies.
  std::string find(std::string_view category, std::string_view brand_id) const;

  // Fills universal_category of all products; returns how many products each unknown original
  // category has.
  std::map<std::string, size_t> apply(std::vector<Product>& products) const;

 private:
  std::vector<CategoryRule> rules_;  // patterns folded
};

}  // namespace tenon::catalog
