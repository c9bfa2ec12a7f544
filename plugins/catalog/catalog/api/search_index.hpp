// Full-text search, filters, orders and facet counts over the products of one snapshot.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/model/product.hpp"

namespace tenon::catalog {

enum class SortOrder { relevance, name, price_up, price_down };

// What a list asks for. Empty and absent members ask for nothing.
struct ProductQuery {
  std::string text;  // all words must occur; the last one may be the beginning of a word
  std::string brand_id;
  std::string category;              // universal
  std::optional<int64_t> min_price;  // minor units
  std::optional<int64_t> max_price;
  std::optional<bool> in_stock;
  SortOrder sort = SortOrder::name;
};

struct Hit {
  uint32_t row = 0;
  uint32_t relevance = 0;
};

// Where a page of a list ends: the last item's place, in terms that outlive a snapshot.
struct ListPosition {
  uint32_t relevance = 0;
  int64_t price = -1;
  std::string name;  // folded
  std::string id;
};

struct ProductHits {
  std::vector<Hit> page;
  size_t total = 0;
  bool more = false;
  // By brand id, by universal category, by "true" and "false": how many hits there are when the
  // facet's own filter is not applied.
  std::map<std::string, size_t> brands;
  std::map<std::string, size_t> categories;
  std::map<std::string, size_t> stock;
};

class SearchIndex {
 public:
  SearchIndex() = default;
  // `currency`: of the prices that are compared; a price in another one counts as unknown.
  SearchIndex(const std::vector<Product>& products, const std::string& currency);

  // At most `limit` hits after `after`.
  ProductHits find(const ProductQuery& query, const std::optional<ListPosition>& after,
                   size_t limit) const;
  ListPosition position_of(const Hit& hit) const;

 private:
  struct Posting {
    uint32_t row;
    uint32_t weight;
  };
  struct Columns {
    std::vector<uint32_t> brand;
    std::vector<uint8_t> category;
    std::vector<int64_t> price;  // -1: unknown
    std::vector<uint8_t> stock;  // of Stock
    std::vector<std::string> name;
    std::vector<std::string> id;
  };
  struct Order {
    std::vector<uint32_t> rows;  // in order
    std::vector<uint32_t> rank;  // of each row
  };

  void add_words(const std::vector<Product>& products);
  void make_order(SortOrder sort);
  bool before(SortOrder sort, uint32_t a, uint32_t b) const;
  bool after(SortOrder sort, uint32_t row, const ListPosition& position) const;
  const Order& order(SortOrder sort) const;
  uint32_t first_rank_after(SortOrder sort, const ListPosition& position) const;
  std::vector<Hit> matches(std::string_view text) const;
  std::vector<Hit> word_hits(std::string_view word, bool prefix) const;

  Columns columns_;
  std::vector<std::string> brand_ids_;
  std::vector<std::string> category_names_;
  std::vector<std::string> words_;  // sorted
  std::vector<size_t> offsets_ = {0};
  std::vector<Posting> postings_;  // of each word, by row
  Order by_name_;
  Order by_price_up_;
  Order by_price_down_;
};

}  // namespace tenon::catalog
