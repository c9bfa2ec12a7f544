// What requests carry: bodies as they are read, and query parameters as the API's documents show
// them (parameters.hpp reads those).
#pragma once

#include <optional>
#include <string>

#include "tenon/json.hpp"

namespace tenon::catalog {

inline constexpr Field kLimitField = {.name = "limit",
                                      .description = "Items of one page.",
                                      .minimum = 1,
                                      .maximum = 200,
                                      .example = "20"};
inline constexpr Field kCursorField = {.name = "cursor",
                                       .description = "next_cursor of the page before."};

struct PageQuery {
  std::optional<int64_t> limit;
  std::optional<std::string> cursor;

  static constexpr Field fields[] = {kLimitField, kCursorField};
};
BOOST_DESCRIBE_STRUCT(PageQuery, (), (limit, cursor))

struct ProductsQuery {
  std::optional<std::string> q;
  std::optional<std::string> brand;
  std::optional<std::string> category;
  std::optional<std::string> min_price;
  std::optional<std::string> max_price;
  std::optional<bool> in_stock;
  std::optional<std::string> sort;
  std::optional<int64_t> limit;
  std::optional<std::string> cursor;

  static constexpr Field fields[] = {
      {.name = "q", .description = "Words to look for."},
      {.name = "brand", .description = "A brand's id.", .example = "auralis"},
      {.name = "category", .description = "A universal category."},
      {.name = "min_price", .description = "In the catalog's currency.", .example = "100.00"},
      {.name = "max_price", .description = "In the catalog's currency.", .example = "1299.00"},
      {.name = "sort", .description = "relevance, name, price or -price.", .example = "name"},
      kLimitField,
      kCursorField};
};
BOOST_DESCRIBE_STRUCT(ProductsQuery, (),
                      (q, brand, category, min_price, max_price, in_stock, sort, limit, cursor))

struct RelationshipsQuery {
  std::string kind;
  std::optional<int64_t> limit;
  std::optional<std::string> cursor;

  static constexpr Field fields[] = {
      {.name = "kind", .description = "necessity, accessory or related.", .example = "accessory"},
      kLimitField,
      kCursorField};
};
BOOST_DESCRIBE_STRUCT(RelationshipsQuery, (), (kind, limit, cursor))

struct FeedbackBody {
  std::string kind;
  std::string target;
  bool helpful = false;

  static constexpr Field fields[] = {
      {.name = "kind", .description = "necessity, accessory or related.", .example = "accessory"},
      {.name = "target", .description = "The id of a product."}};
};
BOOST_DESCRIBE_STRUCT(FeedbackBody, (), (kind, target, helpful))

struct BuildBody {
  std::optional<std::string> brand;
  std::optional<bool> wait;

  static constexpr Field fields[] = {
      {.name = "brand", .description = "Load only this brand afresh (its id)."},
      {.name = "wait", .description = "Answer when the build has ended."}};
};
BOOST_DESCRIBE_STRUCT(BuildBody, (), (brand, wait))

struct ReviewQuery {
  std::optional<std::string> status;
  std::optional<int64_t> limit;
  std::optional<std::string> cursor;

  static constexpr Field fields[] = {
      {.name = "status", .description = "open or decided.", .example = "open"},
      kLimitField,
      kCursorField};
};
BOOST_DESCRIBE_STRUCT(ReviewQuery, (), (status, limit, cursor))

struct DecisionBody {
  std::string decision;
  std::optional<std::string> note;

  static constexpr Field fields[] = {
      {.name = "decision", .description = "accept, reject or undo.", .example = "accept"},
      {.name = "note", .description = "At most 1000 bytes."}};
};
BOOST_DESCRIBE_STRUCT(DecisionBody, (), (decision, note))

struct OverridesQuery {
  std::optional<std::string> product;
  std::optional<bool> history;
  std::optional<int64_t> limit;
  std::optional<std::string> cursor;

  static constexpr Field fields[] = {
      {.name = "product", .description = "Those of this product."},
      {.name = "history", .description = "Those that are no longer valid, too."},
      kLimitField,
      kCursorField};
};
BOOST_DESCRIBE_STRUCT(OverridesQuery, (), (product, history, limit, cursor))

struct OverrideBody {
  std::string product;
  std::string target;
  std::string action;
  std::optional<std::string> kind;
  std::optional<std::string> note;

  static constexpr Field fields[] = {
      {.name = "product", .description = "The id of a product."},
      {.name = "target", .description = "The id of another product."},
      {.name = "action", .description = "add, pin, forbid or clear.", .example = "pin"},
      {.name = "kind", .description = "necessity, accessory or related.", .example = "accessory"},
      {.name = "note", .description = "At most 1000 bytes."}};
};
BOOST_DESCRIBE_STRUCT(OverrideBody, (), (product, target, action, kind, note))

}  // namespace tenon::catalog
