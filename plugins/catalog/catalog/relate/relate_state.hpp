// What a full run leaves for relate_changes: its order of the products, its indexes, its result.
// Immutable; shared by the runs that follow.
#pragma once

#include <string_view>
#include <unordered_map>

#include "catalog/catalog/relate/relate.hpp"
#include "catalog/catalog/relate/selector.hpp"

namespace tenon::catalog {

class RelateState {
 public:
  ProductColumns products;  // ids, SKUs, prices and stock only
  Overlay overlay;
  std::array<TextColumn, kind_count> symbols;
  // The order that products with a price see, and that of those without; null: there are none.
  std::unique_ptr<RankedCatalog> priced, unpriced;
  Relations relations;
  std::vector<BucketReport> buckets;

  static std::shared_ptr<RelateState> of(const RelateInput& input);

  const RankedCatalog* any() const { return priced != nullptr ? priced.get() : unpriced.get(); }
  // Row of an id; null when it is unknown.
  const std::uint32_t* row_of(std::string_view id) const {
    const auto found = rows_.find(id);
    return found == rows_.end() ? nullptr : &found->second;
  }
  bool ids_are_unique() const { return rows_.size() == products.size(); }

 private:
  std::unordered_map<std::string_view, std::uint32_t> rows_;
};

}  // namespace tenon::catalog
