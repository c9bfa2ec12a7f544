// One built catalog: immutable once made, shared by all readers; a new build makes a new one.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "catalog/catalog/api/search_index.hpp"
#include "catalog/catalog/build/declarations.hpp"
#include "catalog/catalog/build/scorer_client.hpp"
#include "catalog/catalog/relate/relate.hpp"
#include "catalog/merge/merge.hpp"
#include "catalog/model/product.hpp"

namespace tenon::catalog {

struct BrandEntry {
  std::string id;
  std::string name;
  std::string logo_url;
  size_t products = 0;
};

// A pair's kinds of relations, whole rankings without limits.
using Rankings = std::array<std::vector<Relation>, kind_count>;

class Snapshot {
 public:
  std::string build_id;
  std::string built_at;           // RFC 3339, UTC
  std::string currency;           // of all prices
  std::vector<Product> products;  // by brand id, then SKU, then id
  ProductColumns columns;         // one row a product
  std::vector<std::shared_ptr<ScorerClient>> scorers;
  Overlay overlay;
  std::vector<DecisionNote> notes;  // of overlay.decisions()
  Relations relations;              // limits applied
  // What a later build needs to relate only what changed; null when it is not kept.
  std::shared_ptr<const RelateState> relate_state;
  std::vector<BrandEntry> brands;  // by id
  std::vector<ReviewItem> review;
  std::vector<std::string> summaries;  // of each row, JSON as lists show it
  std::vector<std::string> documents;  // of each row, JSON with its relationships
  SearchIndex search;

  RelateInput relate_input() const;
  // To be called once, when products are there and stay.
  void index_keys();
  Result<void> open_rankings();

  std::optional<uint32_t> row_of_id(std::string_view id) const;
  // Rows with that SKU, ascending.
  const std::vector<uint32_t>& rows_of_sku(const std::string& sku) const;
  // The whole rankings of one product; kept for the products asked last. [any-thread]
  std::shared_ptr<const Rankings> rankings_of(uint32_t row) const;

 private:
  std::vector<ScorerInput> inputs_;
  std::unordered_map<std::string_view, uint32_t> by_id_;
  std::unordered_map<std::string, std::vector<uint32_t>> by_sku_;
  std::optional<PlainRelater> plain_;
  mutable std::mutex mutex_;  // guards what follows
  mutable std::unordered_map<uint32_t, std::shared_ptr<const Rankings>> recent_;
};

// The snapshot in force. [any-thread]
class CurrentSnapshot {
 public:
  std::shared_ptr<const Snapshot> get() const {
    const std::lock_guard lock(mutex_);
    return snapshot_;
  }
  void set(std::shared_ptr<const Snapshot> snapshot) {
    const std::lock_guard lock(mutex_);
    snapshot_.swap(snapshot);
  }

 private:
  mutable std::mutex mutex_;
  std::shared_ptr<const Snapshot> snapshot_;
};

}  // namespace tenon::catalog
