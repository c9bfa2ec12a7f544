#include "catalog/catalog/api/answers.hpp"
#include "catalog/catalog/api/parameters.hpp"
#include "catalog/catalog/api/requests.hpp"
#include "catalog/catalog/build/relation_items.hpp"
#include "catalog/catalog/catalog_plugin.hpp"

namespace tenon::catalog {
namespace {

const std::vector<std::string>& kind_names() {
  static const std::vector<std::string> kNames = {"necessity", "accessory", "related"};
  return kNames;
}

// Where the page begins: behind the product that ended the page before, or, when a new build no
// longer has it there, at the same place.
size_t first_of_page(const Snapshot& snapshot, std::span<const Relation> ranking,
                     const std::vector<std::string>& cursor) {
  for (size_t i = 0; i < ranking.size(); ++i)
    if (snapshot.products[ranking[i].product].id == cursor[2]) return i + 1;
  const auto place = std::strtoull(cursor[1].c_str(), nullptr, 10);
  return std::min<size_t>(place, ranking.size());
}

}  // namespace

Result<void> Catalog::list_relationships(Request& request, Response& response) {
  TN_TRY(const auto snapshot, this->snapshot());
  TN_TRY(const auto row, find_product(request, response, *snapshot));
  if (!row) return {};
  TN_TRY(const auto kind, choice_parameter(request, "kind", kind_names()));
  if (!kind) return bad_parameter("kind", "one of necessity, accessory, related", "");
  TN_TRY(const size_t limit, limit_parameter(request, 50));
  const std::string list = "relationships " + snapshot->products[*row].id;
  TN_TRY(const auto cursor, cursor_parameter(request, list, 3));
  if (cursor && (*cursor)[0] != kind_names()[*kind])
    return bad_parameter("cursor", "one of the same kind", *request.query("cursor"));

  const auto rankings = snapshot->rankings_of(*row);
  const std::span<const Relation> ranking((*rankings)[*kind]);
  const size_t begin = cursor ? first_of_page(*snapshot, ranking, *cursor) : 0;
  const size_t end = std::min(ranking.size(), begin + limit);
  const RelationList wanted{*row, static_cast<Kind>(*kind), ranking.subspan(begin, end - begin)};
  TN_TRY(const auto items, relation_items(request.call(), *snapshot, {&wanted, 1}));
  boost::json::value next = nullptr;
  if (end < ranking.size())
    next = make_cursor(list, {kind_names()[*kind], std::to_string(end),
                              snapshot->products[ranking[end - 1].product].id});
  send_json(response,
            boost::json::object{
                {"items", items[0]}, {"next_cursor", std::move(next)}, {"total", ranking.size()}});
  return {};
}

Result<void> Catalog::get_bundles(Request& request, Response& response) {
  TN_TRY(const auto snapshot, this->snapshot());
  TN_TRY(const auto row, find_product(request, response, *snapshot));
  if (!row) return {};
  std::vector<uint32_t> parts = {*row};
  for (const auto& relation : snapshot->relations.of(*row, Kind::necessity))
    parts.push_back(relation.product);
  auto accessories = static_cast<size_t>(config_.bundle.accessories);
  for (const auto& relation : snapshot->relations.of(*row, Kind::accessory)) {
    if (accessories == 0) break;
    if (snapshot->products[relation.product].stock == Stock::out) continue;
    parts.push_back(relation.product);
    --accessories;
  }
  boost::json::array items, left_out, bundles;
  int64_t sum = 0;
  for (const uint32_t part : parts) {
    const Product& product = snapshot->products[part];
    const bool priced = product.price && product.price->currency == snapshot->currency;
    // A bundle names one price, so what has none cannot be part of it.
    (priced ? items : left_out).push_back(summary_of(product));
    if (priced) sum += product.price->minor;
  }
  const bool has_product = snapshot->products[*row].price.has_value() &&
                           snapshot->products[*row].price->currency == snapshot->currency;
  if (has_product && items.size() > 1) {
    // Half a minor unit is rounded up, in the customer's favour.
    const int64_t discount = (sum * config_.bundle.discount_percent + 50) / 100;
    const auto decimal = [&](int64_t minor) { return Money{minor, snapshot->currency}.decimal(); };
    bundles.push_back(boost::json::object{{"items", std::move(items)},
                                          {"left_out", std::move(left_out)},
                                          {"currency", snapshot->currency},
                                          {"sum", decimal(sum)},
                                          {"discount_percent", config_.bundle.discount_percent},
                                          {"discount", decimal(discount)},
                                          {"total", decimal(sum - discount)}});
  }
  const size_t count = bundles.size();
  send_json(response,
            boost::json::object{
                {"items", std::move(bundles)}, {"next_cursor", nullptr}, {"total", count}});
  return {};
}

Result<void> Catalog::add_feedback(Request& request, Response& response) {
  TN_TRY(const auto snapshot, this->snapshot());
  TN_TRY(const auto row, find_product(request, response, *snapshot));
  if (!row) return {};
  TN_TRY(const auto body, request.json<FeedbackBody>());
  const auto& names = kind_names();
  const auto kind = std::find(names.begin(), names.end(), body.kind);
  if (kind == names.end())
    return bad_parameter("kind", "one of necessity, accessory, related", body.kind);
  const auto target = snapshot->row_of_id(body.target);
  // Only what has been recommended can have helped; this also bounds what strangers can store.
  const auto rankings = snapshot->rankings_of(*row);
  const auto& ranking = (*rankings)[static_cast<size_t>(kind - names.begin())];
  const bool stands = target && std::any_of(ranking.begin(), ranking.end(), [&](const auto& one) {
                        return one.product == *target;
                      });
  if (!stands)
    return bad_parameter("target", "the id of a product related to this one by that kind",
                         body.target);
  TN_CHECK(store_.add_vote(request.call(), {snapshot->products[*row].id, body.kind, body.target,
                                            time_now().substr(0, 10), body.helpful}));
  response.status(201);
  send_json(response, boost::json::object{
                          {"kind", body.kind}, {"target", body.target}, {"helpful", body.helpful}});
  return {};
}

}  // namespace tenon::catalog
