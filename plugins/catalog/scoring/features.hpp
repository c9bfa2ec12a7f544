// What a scorer knows of each product, in flat columns: the only thing the relationship engine
// reads. Every column that a model's rules do not use may be empty.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "catalog/scoring/product_columns.hpp"

namespace tenon::catalog {

// One set of ids a row; each row's ids are ascending and unique.
struct SetColumn {
  std::vector<std::uint32_t> offsets = {0};
  std::vector<std::uint32_t> ids;

  bool empty() const { return offsets.size() <= 1; }
  std::span<const std::uint32_t> operator[](std::size_t row) const {
    return std::span(ids).subspan(offsets[row], offsets[row + 1] - offsets[row]);
  }
  // Sorts the set and drops repeated ids.
  void push_back(std::vector<std::uint32_t>& set) {
    std::sort(set.begin(), set.end());
    ids.insert(ids.end(), set.begin(), std::unique(set.begin(), set.end()));
    offsets.push_back(static_cast<std::uint32_t>(ids.size()));
  }
};

// Ids mean the same in all rows of one FeatureColumns and nothing outside it.
struct FeatureColumns {
  std::vector<std::uint64_t> flags;              // bit i is the model's flags[i]
  std::vector<std::vector<std::uint32_t>> keys;  // column i is the model's keys[i]; 0: none
  std::vector<std::uint64_t> families;           // one bit a family
  SetColumn tokens;                              // of the model name
  SetColumn needs;
  SetColumn provides;
  TextColumn symbols;  // text of each id in tokens, needs and provides
};

}  // namespace tenon::catalog
