#include <charconv>

#include "catalog/catalog/api/answers.hpp"
#include "catalog/catalog/api/parameters.hpp"
#include "catalog/catalog/build/changes.hpp"
#include "catalog/catalog/build/relation_items.hpp"
#include "catalog/catalog/catalog_plugin.hpp"
#include "catalog/merge/categories.hpp"

namespace tenon::catalog {
namespace {

constexpr size_t kUsualLimit = 50;

Result<ProductQuery> read_query(const Request& request, const Snapshot& snapshot) {
  ProductQuery query;
  TN_TRY(query.text, text_parameter(request, "q"));
  TN_TRY(query.brand_id, text_parameter(request, "brand"));
  TN_TRY(const auto category, choice_parameter(request, "category", universal_categories()));
  if (category) query.category = universal_categories()[*category];
  TN_TRY(query.min_price, price_parameter(request, "min_price", snapshot.currency));
  TN_TRY(query.max_price, price_parameter(request, "max_price", snapshot.currency));
  if (query.min_price && query.max_price && *query.min_price > *query.max_price)
    return bad_parameter("min_price", "at most max_price", *request.query("min_price"));
  TN_TRY(query.in_stock, flag_parameter(request, "in_stock"));
  TN_TRY(const auto sort,
         choice_parameter(request, "sort", {"relevance", "name", "price", "-price"}));
  query.sort = sort                 ? static_cast<SortOrder>(*sort)
               : query.text.empty() ? SortOrder::name
                                    : SortOrder::relevance;
  return query;
}

// What a cursor is bound to: the question without the size of its pages.
std::string list_name(const Request& request, const ProductQuery& query) {
  std::string name = "products";
  for (const char* part : {"q", "brand", "category", "min_price", "max_price", "in_stock"})
    name += '\n' + request.query(part).value_or("");
  name += '\n' + std::to_string(static_cast<int>(query.sort));
  return "products " + std::to_string(state_of(name));
}

template <class Number>
bool read_number(const std::string& text, Number& out) {
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), out);
  return failed == std::errc() && end == text.data() + text.size();
}

Result<std::optional<ListPosition>> read_position(const Request& request, const std::string& list) {
  TN_TRY(const auto values, cursor_parameter(request, list, 4));
  if (!values) return std::optional<ListPosition>();
  ListPosition position{0, -1, (*values)[2], (*values)[3]};
  if (!read_number((*values)[0], position.relevance) || !read_number((*values)[1], position.price))
    return bad_parameter("cursor", "the next_cursor of this list's page before", "another");
  return std::optional(std::move(position));
}

}  // namespace

Result<void> Catalog::list_brands(Request& request, Response& response) {
  TN_TRY(const auto snapshot, this->snapshot());
  TN_TRY(const size_t limit, limit_parameter(request, 200));
  TN_TRY(const auto cursor, cursor_parameter(request, "brands", 1));
  const auto& brands = snapshot->brands;
  auto at = brands.begin();
  if (cursor)
    at = std::partition_point(brands.begin(), brands.end(),
                              [&](const BrandEntry& brand) { return brand.id <= (*cursor)[0]; });
  std::vector<std::string> made;
  for (; at != brands.end() && made.size() < limit; ++at)
    made.push_back(boost::json::serialize(boost::json::object{{"id", at->id},
                                                              {"name", at->name},
                                                              {"logo_url", at->logo_url},
                                                              {"products", at->products}}));
  const std::string next = at == brands.end() ? "" : make_cursor("brands", {std::prev(at)->id});
  response.send("application/json", list_json({made.begin(), made.end()}, next, brands.size()));
  return {};
}

Result<void> Catalog::list_products(Request& request, Response& response) {
  TN_TRY(const auto snapshot, this->snapshot());
  TN_TRY(const ProductQuery query, read_query(request, *snapshot));
  TN_TRY(const size_t limit, limit_parameter(request, kUsualLimit));
  const std::string list = list_name(request, query);
  TN_TRY(const auto after, read_position(request, list));
  const ProductHits hits = snapshot->search.find(query, after, limit);
  std::vector<std::string_view> items;
  for (const Hit& hit : hits.page) items.push_back(snapshot->summaries[hit.row]);
  std::string next;
  if (hits.more) {
    const ListPosition last = snapshot->search.position_of(hits.page.back());
    next = make_cursor(
        list, {std::to_string(last.relevance), std::to_string(last.price), last.name, last.id});
  }
  const boost::json::object facets{{"brand", json::to_value(hits.brands)},
                                   {"universal_category", json::to_value(hits.categories)},
                                   {"in_stock", json::to_value(hits.stock)}};
  response.send("application/json", list_json(items, next, hits.total, &facets));
  return {};
}

Result<std::optional<uint32_t>> Catalog::find_product(const Request& request, Response& response,
                                                      const Snapshot& snapshot) const {
  const std::string key(request.param("key"));
  if (const auto row = snapshot.row_of_id(key)) return row;
  const auto& rows = snapshot.rows_of_sku(key);
  if (rows.size() == 1) return std::optional(rows[0]);
  if (rows.empty())
    return Error{Code::not_found, "there is no product with the id or SKU \"" + key + "\""};
  boost::json::array candidates;
  for (const uint32_t row : rows) candidates.push_back(summary_of(snapshot.products[row]));
  send_problem(request, response, 409, "Conflict",
               "several products have the SKU \"" + key + "\"; ask for one of them by its id",
               {{"candidates", std::move(candidates)}});
  return std::optional<uint32_t>();
}

Result<void> Catalog::get_product(Request& request, Response& response) {
  TN_TRY(const auto snapshot, this->snapshot());
  TN_TRY(const auto row, find_product(request, response, *snapshot));
  if (row) response.send("application/json", snapshot->documents[*row]);
  return {};
}

}  // namespace tenon::catalog
