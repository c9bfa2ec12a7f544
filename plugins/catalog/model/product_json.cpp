#include "catalog/model/product_json.hpp"

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>
#include <string>

#include "catalog/model/price_parser.hpp"
#include "catalog/model/url.hpp"

namespace tenon::catalog {
namespace json = boost::json;
namespace {

Error wrong_type(std::string_view field, std::string_view wanted, const json::value& found) {
  return Error{
      Code::invalid,
      "expected " + std::string(wanted) + ", found " + std::string(json::to_string(found.kind())),
      std::string(field)};
}

// Text of a member; null and a missing member are empty text.
Result<std::string> text(const json::object& object, std::string_view field) {
  const json::value* value = object.if_contains(field);
  if (!value || value->is_null()) return std::string();
  if (!value->is_string()) return wrong_type(field, "text", *value);
  return std::string(value->get_string());
}

Result<const json::array*> list(const json::object& object, std::string_view field) {
  static const json::array kEmpty;
  const json::value* value = object.if_contains(field);
  if (!value || value->is_null()) return &kEmpty;
  if (!value->is_array()) return wrong_type(field, "a list", *value);
  return &value->get_array();
}

Result<const json::object*> member(const json::object& object, std::string_view field) {
  static const json::object kEmpty;
  const json::value* value = object.if_contains(field);
  if (!value || value->is_null()) return &kEmpty;
  if (!value->is_object()) return wrong_type(field, "an object", *value);
  return &value->get_object();
}

Result<OfficialMedia> media_from(const json::value& value, std::string_view field) {
  if (!value.is_object()) return wrong_type(field, "an object", value);
  const json::object& object = value.get_object();
  OfficialMedia media;
  TN_TRY(media.url, text(object, "url"));
  TN_TRY(media.label, text(object, "label"));
  TN_TRY(media.source_domain, text(object, "source_domain"));
  TN_TRY(std::string type, text(object, "type"));
  if (auto known = media_type(type)) {
    media.type = *known;
  } else {
    return Error{Code::invalid,
                 "unknown media type '" + type + "', allowed: pdf, image, video, link",
                 std::string(field)};
  }
  return media;
}

Result<Declared> declared_from(const json::value& value) {
  if (!value.is_object()) return wrong_type("declared", "an object", value);
  const json::object& object = value.get_object();
  Declared declared;
  TN_TRY(std::string kind, text(object, "kind"));
  auto known = evidence_kind(kind);
  if (!known) return Error{Code::invalid, "unknown evidence kind '" + kind + "'", "declared.kind"};
  declared.kind = *known;
  TN_TRY(declared.target_name, text(object, "target_name"));
  TN_TRY(declared.target_sku, text(object, "target_sku"));
  TN_TRY(declared.target_url, text(object, "target_url"));
  TN_TRY(declared.source_url, text(object, "source_url"));
  TN_TRY(declared.content_sha256, text(object, "content_sha256"));
  TN_TRY(declared.sentence, text(object, "sentence"));
  if (const json::value* position = object.if_contains("position");
      position && position->is_int64())
    declared.position = static_cast<size_t>(std::max<int64_t>(0, position->get_int64()));
  return declared;
}

Result<void> read_price(const json::object& object, Product& product) {
  const json::value* value = object.if_contains("price");
  if (!value || value->is_null()) return {};
  if (!value->is_string()) return wrong_type("price", "decimal text", *value);
  TN_TRY(std::string currency, text(object, "currency"));
  auto price = parse_decimal(value->get_string(), currency);
  if (!price) return Error{Code::invalid, price.error().message, "price"};
  product.price = *std::move(price);
  return {};
}

Result<void> read_stock(const json::object& object, Product& product) {
  const json::value* value = object.if_contains("in_stock");
  if (!value || value->is_null()) return {};
  if (!value->is_bool()) return wrong_type("in_stock", "true, false or null", *value);
  product.stock = value->get_bool() ? Stock::in : Stock::out;
  return {};
}

Result<void> read_official(const json::object& object, Product& product) {
  TN_TRY(const json::array* manuals, list(object, "official_manuals"));
  for (const auto& value : *manuals) {
    TN_TRY(OfficialMedia media, media_from(value, "official_manuals"));
    product.official_manuals.push_back(std::move(media));
  }
  TN_TRY(const json::array* gallery, list(object, "official_gallery"));
  for (const auto& value : *gallery) {
    if (!value.is_string()) return wrong_type("official_gallery", "text", value);
    std::string url(value.get_string());
    std::string domain = domain_of(url);
    product.official_gallery.push_back({std::move(url), MediaType::image, {}, std::move(domain)});
  }
  TN_TRY(const json::array* videos, list(object, "official_videos"));
  for (const auto& value : *videos) {
    TN_TRY(OfficialMedia media, media_from(value, "official_videos"));
    product.official_gallery.push_back(std::move(media));
  }
  TN_TRY(const json::object* specs, member(object, "official_specs"));
  for (const auto& [name, value] : *specs) {
    if (!value.is_string()) return wrong_type("official_specs." + std::string(name), "text", value);
    product.official_specs.push_back({std::string(name), std::string(value.get_string())});
  }
  return {};
}

Result<void> read_proofs(const json::object& object, Product& product) {
  TN_TRY(const json::array* declared, list(object, "declared"));
  for (const auto& value : *declared) {
    TN_TRY(Declared one, declared_from(value));
    product.declared.push_back(std::move(one));
  }
  TN_TRY(const json::object* provenance, member(object, "provenance"));
  for (const auto& [field, value] : *provenance) {
    if (!value.is_object()) return wrong_type("provenance", "an object", value);
    Provenance one;
    TN_TRY(one.source, text(value.get_object(), "source"));
    TN_TRY(one.url, text(value.get_object(), "url"));
    TN_TRY(one.source_domain, text(value.get_object(), "source_domain"));
    TN_TRY(one.time, text(value.get_object(), "time"));
    product.provenance.emplace(field, std::move(one));
  }
  return {};
}

json::value stock_json(Stock stock) {
  if (stock == Stock::unknown) return nullptr;
  return stock == Stock::in;
}

}  // namespace

json::object to_json(const OfficialMedia& media) {
  return {{"url", media.url},
          {"type", to_string(media.type)},
          {"label", media.label},
          {"source_domain", media.source_domain}};
}

json::object to_json(const Declared& declared) {
  return {{"kind", to_string(declared.kind)},
          {"target_name", declared.target_name},
          {"target_sku", declared.target_sku},
          {"target_url", declared.target_url},
          {"source_url", declared.source_url},
          {"position", static_cast<int64_t>(declared.position)},
          {"content_sha256", declared.content_sha256},
          {"sentence", declared.sentence}};
}

json::object to_json(const Provenance& provenance) {
  return {{"source", provenance.source},
          {"url", provenance.url},
          {"source_domain", provenance.source_domain},
          {"time", provenance.time}};
}

json::object to_json(const Product& product) {
  json::object out;
  out["id"] = product.id;
  out["sku"] = product.sku;
  out["name"] = product.name;
  out["brand"] = product.brand;
  out["brand_id"] = product.brand_id;
  out["price"] = product.price ? json::value(product.price->decimal()) : json::value(nullptr);
  out["currency"] = product.price ? json::value(product.price->currency) : json::value(nullptr);
  out["category"] = product.category;
  out["universal_category"] = product.universal_category;
  out["in_stock"] = stock_json(product.stock);
  out["image_url"] = product.image_url;
  out["logo_url"] = product.logo_url;
  out["description"] = product.description;
  out["gtin"] = product.gtin;
  out["mpn"] = product.mpn;
  out["url"] = product.url;
  out["official_url"] = product.official_url;
  out["source_id"] = product.source_id;
  json::array manuals;
  for (const auto& media : product.official_manuals) manuals.push_back(to_json(media));
  json::array gallery;
  json::array videos;
  for (const auto& media : product.official_gallery) {
    if (media.type == MediaType::image)
      gallery.push_back(json::value(media.url));
    else
      videos.push_back(to_json(media));
  }
  json::object specs;
  for (const auto& spec : product.official_specs) specs[spec.name] = spec.value;
  out["official_manuals"] = std::move(manuals);
  out["official_gallery"] = std::move(gallery);
  out["official_videos"] = std::move(videos);
  out["official_specs"] = std::move(specs);
  json::array declared;
  for (const auto& one : product.declared) declared.push_back(to_json(one));
  out["declared"] = std::move(declared);
  json::object provenance;
  for (const auto& [field, one] : product.provenance) provenance[field] = to_json(one);
  out["provenance"] = std::move(provenance);
  return out;
}

Result<Product> product_from_json(const json::object& object) {
  Product product;
  TN_TRY(product.id, text(object, "id"));
  TN_TRY(product.sku, text(object, "sku"));
  TN_TRY(product.name, text(object, "name"));
  TN_TRY(product.brand, text(object, "brand"));
  TN_TRY(product.brand_id, text(object, "brand_id"));
  TN_TRY(product.category, text(object, "category"));
  TN_TRY(product.universal_category, text(object, "universal_category"));
  TN_TRY(product.image_url, text(object, "image_url"));
  TN_TRY(product.logo_url, text(object, "logo_url"));
  TN_TRY(product.description, text(object, "description"));
  TN_TRY(product.gtin, text(object, "gtin"));
  TN_TRY(product.mpn, text(object, "mpn"));
  TN_TRY(product.url, text(object, "url"));
  TN_TRY(product.official_url, text(object, "official_url"));
  TN_TRY(product.source_id, text(object, "source_id"));
  TN_CHECK(read_price(object, product));
  TN_CHECK(read_stock(object, product));
  TN_CHECK(read_official(object, product));
  TN_CHECK(read_proofs(object, product));
  return product;
}

}  // namespace tenon::catalog
