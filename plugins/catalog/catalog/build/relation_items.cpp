#include "catalog/catalog/build/relation_items.hpp"

#include "catalog/model/product_json.hpp"

namespace tenon::catalog {
namespace {

boost::json::value declared_of(const Snapshot& snapshot, const Relation& relation) {
  const Evidence& evidence = snapshot.overlay.decisions()[relation.proof].evidence;
  const DecisionNote& note = snapshot.notes[relation.proof];
  return boost::json::object{{"kind", note.kind},
                             {"sentence", note.sentence},
                             {"source_url", evidence.source_url},
                             {"position", evidence.position},
                             {"content_hash", evidence.content_hash}};
}

boost::json::object item_of(const Snapshot& snapshot, const Relation& relation) {
  boost::json::object item = summary_of(snapshot.products[relation.product]);
  item["score"] = relation.shown_score();
  item["raw_score"] = relation.raw;
  const bool scored = relation.origin == Origin::scored;
  item["why"] = boost::json::object{
      {"rules", boost::json::array()},
      {"declared", scored ? boost::json::value(nullptr) : declared_of(snapshot, relation)},
      {"pinned", relation.origin == Origin::pinned}};
  return item;
}

}  // namespace

boost::json::object summary_of(const Product& product) {
  boost::json::value stock = nullptr;
  if (product.stock != Stock::unknown) stock = product.stock == Stock::in;
  boost::json::value price = nullptr;
  boost::json::value currency = nullptr;
  if (product.price) {
    price = product.price->decimal();
    currency = product.price->currency;
  }
  return {{"id", product.id},
          {"sku", product.sku},
          {"name", product.name},
          {"brand", product.brand},
          {"brand_id", product.brand_id},
          {"price", std::move(price)},
          {"currency", std::move(currency)},
          {"category", product.category},
          {"universal_category", product.universal_category},
          {"image_url", product.image_url},
          {"logo_url", product.logo_url},
          {"in_stock", std::move(stock)}};
}

Result<std::vector<boost::json::array>> relation_items(const Call& call, const Snapshot& snapshot,
                                                       std::span<const RelationList> lists) {
  std::vector<boost::json::array> out(lists.size());
  for (const auto& scorer : snapshot.scorers) {
    struct Place {
      size_t list;
      size_t item;
    };
    std::vector<FiredPair> pairs;
    std::vector<Place> places;
    for (size_t i = 0; i < lists.size(); ++i) {
      if (lists[i].kind != scorer->model().kind) continue;
      for (size_t j = 0; j < lists[i].relations.size(); ++j) {
        const Relation& relation = lists[i].relations[j];
        if (relation.origin != Origin::scored) continue;
        pairs.push_back({lists[i].row, relation.product, relation.proof});
        places.push_back({i, j});
      }
    }
    TN_TRY(auto proofs, scorer->explain(call, snapshot.columns, pairs));
    for (size_t i = 0; i < lists.size(); ++i)
      if (lists[i].kind == scorer->model().kind)
        for (const Relation& relation : lists[i].relations)
          out[i].push_back(item_of(snapshot, relation));
    for (size_t i = 0; i < places.size(); ++i)
      out[places[i].list].at(places[i].item).at("why").as_object()["rules"] = std::move(proofs[i]);
  }
  return out;
}

}  // namespace tenon::catalog
