#include "catalog/merge/merge.hpp"

#include <algorithm>
#include <unordered_set>

#include "catalog/model/slug.hpp"

namespace tenon::catalog {
namespace {

template <class Value>
void take(Value& to, const Value& from, bool present, const char* field, Product& merged,
          const Product& official) {
  if (!present) return;
  to = from;
  if (auto origin = official.provenance.find(field); origin != official.provenance.end())
    merged.provenance[field] = origin->second;
}

Product join(const Product& commercial, const Product& official) {
  Product out = commercial;
  auto text = [&](std::string Product::*member, const char* field) {
    take(out.*member, official.*member, !(official.*member).empty(), field, out, official);
  };
  text(&Product::name, "name");
  text(&Product::image_url, "image_url");
  text(&Product::logo_url, "logo_url");
  text(&Product::description, "description");
  text(&Product::gtin, "gtin");
  text(&Product::mpn, "mpn");
  if (out.category.empty()) text(&Product::category, "category");
  take(out.official_manuals, official.official_manuals, !official.official_manuals.empty(),
       "official_manuals", out, official);
  take(out.official_gallery, official.official_gallery, !official.official_gallery.empty(),
       "official_gallery", out, official);
  take(out.official_specs, official.official_specs, !official.official_specs.empty(),
       "official_specs", out, official);
  out.official_url = official.official_url;
  for (const auto& declared : official.declared)
    if (std::find(out.declared.begin(), out.declared.end(), declared) == out.declared.end())
      out.declared.push_back(declared);
  return out;
}

void sort_products(std::vector<Product>& products) {
  std::sort(products.begin(), products.end(), [](const Product& a, const Product& b) {
    return std::tie(a.brand_id, a.sku, a.id, a.name) < std::tie(b.brand_id, b.sku, b.id, b.name);
  });
}

// Two sides made their ids apart; official leftovers yield to what is there.
void make_ids_unique(std::vector<Product>& products, size_t first_leftover) {
  std::unordered_set<std::string> taken;
  for (size_t i = 0; i < first_leftover; ++i) taken.insert(products[i].id);
  for (size_t i = first_leftover; i < products.size(); ++i) {
    std::string base = products[i].id;
    if (taken.count(base) > 0) base += "_official";
    std::string id = base;
    for (int number = 2; !taken.insert(id).second; ++number)
      id = base + '_' + std::to_string(number);
    products[i].id = std::move(id);
  }
}

}  // namespace

MergeResult merge_products(std::vector<Product> commercial, std::vector<Product> official,
                           const MatchOptions& options, const ReviewDecisions& decisions) {
  sort_products(commercial);
  sort_products(official);
  MatchResult matches = match_products(commercial, official, options, decisions);
  MergeResult result;
  std::vector<bool> used(official.size());
  size_t next = 0;
  for (size_t i = 0; i < commercial.size(); ++i) {
    if (next < matches.accepted.size() && matches.accepted[next].commercial == i) {
      const Match& match = matches.accepted[next++];
      used[match.official] = true;
      Product joined = join(commercial[i], official[match.official]);
      Provenance proof{"match", official[match.official].official_url, {}, {}};
      proof.source = "match " + std::to_string(match.confidence) + ": " + match.reason;
      joined.provenance["official_match"] = std::move(proof);
      result.products.push_back(std::move(joined));
      ++result.matched;
    } else {
      result.products.push_back(commercial[i]);
      ++result.commercial_only;
    }
  }
  size_t first_leftover = result.products.size();
  for (size_t j = 0; j < official.size(); ++j) {
    if (used[j]) continue;
    Product product = official[j];
    if (product.sku.empty()) product.sku = made_up_sku(product.brand_id, product.name);
    result.products.push_back(std::move(product));
    ++result.official_only;
  }
  make_ids_unique(result.products, first_leftover);
  for (const auto& match : matches.review) {
    const Product& left = commercial[match.commercial];
    const Product& right = official[match.official];
    result.review.push_back(
        {left.id, right.id, left.name, right.name, match.confidence, match.reason});
  }
  sort_products(result.products);
  return result;
}

}  // namespace tenon::catalog
