#include "catalog/catalog/build/declarations.hpp"

#include <optional>
#include <unordered_map>
#include <unordered_set>

#include "catalog/text/fold.hpp"

namespace tenon::catalog {
namespace {

Kind kind_of(RelationKind relation) {
  switch (relation) {
    case RelationKind::necessity:
      return Kind::necessity;
    case RelationKind::accessory:
      return Kind::accessory;
    case RelationKind::related:
      break;
  }
  return Kind::related;
}

// Addresses of one page are written with and without scheme, "www." and a last slash.
std::string plain_url(std::string_view url) {
  if (const size_t scheme = url.find("://"); scheme != url.npos) url.remove_prefix(scheme + 3);
  if (url.starts_with("www.")) url.remove_prefix(4);
  url = url.substr(0, url.find('#'));
  while (url.ends_with('/')) url.remove_suffix(1);
  return std::string(url);
}

class Directory {
 public:
  explicit Directory(const std::vector<Product>& products) : products_(products) {
    for (uint32_t row = 0; row < products.size(); ++row) {
      const Product& product = products[row];
      add(by_sku_, product.sku, row);
      add(by_sku_, product.mpn, row);
      add(by_url_, plain_url(product.official_url), row);
      add(by_url_, plain_url(product.url), row);
      add(by_name_, text::fold_words(product.name), row);
      add(by_name_, text::fold_words(product.brand + " " + product.name), row);
    }
  }

  std::optional<uint32_t> find(const Product& subject, const Declared& declared) const {
    for (const auto& [index, key] : {std::pair{&by_sku_, declared.target_sku},
                                     std::pair{&by_url_, plain_url(declared.target_url)},
                                     std::pair{&by_name_, text::fold_words(declared.target_name)}})
      if (const auto row = pick(*index, key, subject)) return row;
    return std::nullopt;
  }

 private:
  using Index = std::unordered_map<std::string, std::vector<uint32_t>>;

  static void add(Index& index, std::string key, uint32_t row) {
    if (key.empty()) return;
    auto& rows = index[std::move(key)];
    if (rows.empty() || rows.back() != row) rows.push_back(row);
  }
  std::optional<uint32_t> pick(const Index& index, const std::string& key,
                               const Product& subject) const {
    const auto found = key.empty() ? index.end() : index.find(key);
    if (found == index.end()) return std::nullopt;
    std::vector<uint32_t> own;
    for (const uint32_t row : found->second)
      if (products_[row].brand_id == subject.brand_id) own.push_back(row);
    const auto& rows = own.empty() ? found->second : own;
    if (rows.size() != 1) return std::nullopt;
    return rows[0];
  }

  const std::vector<Product>& products_;
  Index by_sku_;
  Index by_url_;
  Index by_name_;
};

std::string name_of(const Declared& declared) {
  for (const auto* text : {&declared.target_name, &declared.target_sku, &declared.target_url})
    if (!text->empty()) return *text;
  return "nothing";
}

uint64_t pair_key(const Decision& decision) {
  return uint64_t{decision.a} << 32 | decision.b;
}

// A pair that a curator has decided takes no other word.
void add_declared(const std::vector<Product>& products, Declarations& out) {
  const Directory directory(products);
  std::unordered_set<uint64_t> decided;
  for (const auto& decision : out.decisions) decided.insert(pair_key(decision));
  for (uint32_t row = 0; row < products.size(); ++row)
    for (const auto& declared : products[row].declared) {
      const auto target = directory.find(products[row], declared);
      if (!target) {
        out.unresolved.push_back(products[row].id + " " + std::string(to_string(declared.kind)) +
                                 " " + name_of(declared));
        continue;
      }
      if (*target == row) continue;
      Decision decision{row, *target, Ruling::declare, kind_of(relation_of(declared.kind)),
                        Evidence{declared.source_url, declared.position, declared.content_sha256}};
      if (subject_is_part(declared.kind)) std::swap(decision.a, decision.b);
      if (decided.contains(pair_key(decision))) continue;
      out.decisions.push_back(std::move(decision));
      out.notes.push_back({std::string(to_string(declared.kind)), declared.sentence});
    }
}

void add_overrides(const std::vector<Product>& products, const std::vector<Override>& overrides,
                   Declarations& out) {
  std::unordered_map<std::string_view, uint32_t> rows;
  for (uint32_t row = 0; row < products.size(); ++row) rows.emplace(products[row].id, row);
  for (const auto& one : overrides) {
    const auto a = rows.find(one.product);
    const auto b = rows.find(one.target);
    if (a == rows.end() || b == rows.end()) {
      out.unresolved.push_back("override: " + one.product + " " + one.action + " " + one.target);
      continue;
    }
    const Ruling ruling = one.action == "forbid" ? Ruling::forbid
                          : one.action == "pin"  ? Ruling::pin
                                                 : Ruling::declare;
    out.decisions.push_back({a->second, b->second, ruling, one.kind, {}});
    out.notes.push_back({"curator", one.note});
  }
}

}  // namespace

Declarations resolve_declarations(const std::vector<Product>& products,
                                  const std::vector<Override>& overrides) {
  Declarations out;
  add_overrides(products, overrides, out);
  add_declared(products, out);
  return out;
}

}  // namespace tenon::catalog
