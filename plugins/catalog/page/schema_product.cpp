#include "catalog/page/schema_product.hpp"

#include <array>
#include <boost/json/array.hpp>
#include <charconv>
#include <functional>

#include "catalog/model/clean_text.hpp"
#include "catalog/model/price_parser.hpp"
#include "catalog/model/url.hpp"
#include "catalog/page/json_ld_text.hpp"
#include "catalog/page/structured_data.hpp"

namespace tenon::catalog {
namespace json = boost::json;
namespace {

constexpr size_t kMaxImages = 100;
constexpr size_t kMaxSpecs = 500;

std::string number_text(double value) {
  std::array<char, 400> buffer{};
  auto end =
      std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, std::chars_format::fixed);
  return std::string(buffer.data(), end.ptr);
}

// Calls visit for the value, or for each one of a list.
void each(const json::value* value, const std::function<void(const json::value&)>& visit) {
  if (!value || value->is_null()) return;
  if (value->is_array()) {
    for (const auto& one : value->get_array()) visit(one);
  } else {
    visit(*value);
  }
}

const json::value* get(const json::object& object, std::string_view name) {
  return object.if_contains(name);
}

// Text of a value: of an object its name or @value; of a list its first text.
std::string text_value(const json::value* value, int level = 0) {
  if (!value || level > 3) return {};
  switch (value->kind()) {
    case json::kind::string:
      return clean_text(decode_references(value->get_string()));
    case json::kind::int64:
      return std::to_string(value->get_int64());
    case json::kind::uint64:
      return std::to_string(value->get_uint64());
    case json::kind::double_:
      return number_text(value->get_double());
    case json::kind::array:
      for (const auto& one : value->get_array())
        if (auto text = text_value(&one, level + 1); !text.empty()) return text;
      return {};
    case json::kind::object:
      for (const char* name : {"name", "@value", "value"})
        if (auto text = text_value(get(value->get_object(), name), level + 1); !text.empty())
          return text;
      return {};
    default:
      return {};
  }
}

std::string url_value(const json::value& value, const std::string& base) {
  std::string text;
  if (value.is_string()) {
    text = std::string(value.get_string());
  } else if (value.is_object()) {
    for (const char* name : {"contentUrl", "url", "@id"}) {
      const json::value* found = get(value.get_object(), name);
      if (found && found->is_array() && !found->get_array().empty()) found = &found->get_array()[0];
      if (found && found->is_string() && text.empty()) text = std::string(found->get_string());
    }
  }
  if (text.empty()) return {};
  auto url = resolve_url(base, text);
  return url ? *std::move(url) : std::string();
}

Stock stock_of(std::string_view availability) {
  std::string word = ascii_lower(availability.substr(availability.find_last_of('/') + 1));
  std::erase_if(word, [](char c) { return c == ' ' || c == '_' || c == '-'; });
  for (const char* in :
       {"instock", "limitedavailability", "onlineonly", "instoreonly", "available"})
    if (word == in) return Stock::in;
  for (const char* out :
       {"outofstock", "soldout", "discontinued", "backorder", "preorder", "presale", "oos"})
    if (word == out) return Stock::out;
  return Stock::unknown;
}

std::optional<Money> price_in(const json::object& object, const std::string& currency) {
  for (const char* name : {"price", "lowPrice", "minPrice"}) {
    std::string text = text_value(get(object, name));
    if (text.empty()) continue;
    if (auto price = parse_price(text, currency); price && price->minor > 0) return *price;
  }
  return std::nullopt;
}

void read_offer(const json::value& value, PageProduct& product, int level = 0) {
  if (!value.is_object() || level > 3) return;
  const json::object& offer = value.get_object();
  std::string currency = text_value(get(offer, "priceCurrency"));
  if (!product.price) product.price = price_in(offer, currency);
  each(get(offer, "priceSpecification"), [&](const json::value& spec) {
    if (product.price || !spec.is_object()) return;
    std::string own = text_value(get(spec.get_object(), "priceCurrency"));
    product.price = price_in(spec.get_object(), own.empty() ? currency : own);
  });
  if (product.stock == Stock::unknown)
    product.stock = stock_of(text_value(get(offer, "availability")));
  if (product.sku.empty()) product.sku = text_value(get(offer, "sku"));
  for (const char* name : {"gtin13", "gtin12", "gtin14", "gtin8", "gtin"})
    if (product.gtin.empty()) product.gtin = text_value(get(offer, name));
  each(get(offer, "offers"),
       [&](const json::value& inner) { read_offer(inner, product, level + 1); });
}

bool is_product(const json::object& item) {
  for (const char* type :
       {"Product", "ProductGroup", "ProductModel", "IndividualProduct", "SomeProducts"})
    if (has_type(item, type)) return true;
  return false;
}

}  // namespace

std::optional<PageProduct> product_of_item(const json::object& item, const std::string& base) {
  if (!is_product(item)) return std::nullopt;
  PageProduct product;
  product.name = text_value(get(item, "name"));
  product.sku = text_value(get(item, "sku"));
  product.mpn = text_value(get(item, "mpn"));
  if (product.mpn.empty()) product.mpn = text_value(get(item, "model"));
  for (const char* name : {"gtin13", "gtin12", "gtin14", "gtin8", "gtin", "isbn"})
    if (product.gtin.empty()) product.gtin = text_value(get(item, name));
  product.brand = text_value(get(item, "brand"));
  if (product.brand.empty()) product.brand = text_value(get(item, "manufacturer"));
  product.category = text_value(get(item, "category"));
  if (const json::value* text = get(item, "description"); text && text->is_string())
    product.description = clean_lines(decode_references(text->get_string()));
  if (const json::value* url = get(item, "url")) product.url = url_value(*url, base);
  each(get(item, "image"), [&](const json::value& image) {
    std::string url = url_value(image, base);
    if (!url.empty() && product.images.size() < kMaxImages) product.images.push_back(url);
  });
  each(get(item, "offers"), [&](const json::value& offer) { read_offer(offer, product); });
  each(get(item, "additionalProperty"), [&](const json::value& value) {
    if (!value.is_object() || product.specs.size() >= kMaxSpecs) return;
    const json::object& property = value.get_object();
    Spec spec{text_value(get(property, "name")), text_value(get(property, "value"))};
    std::string unit = text_value(get(property, "unitText"));
    if (!unit.empty() && !spec.value.empty()) spec.value += ' ' + unit;
    if (!spec.name.empty() && !spec.value.empty()) product.specs.push_back(std::move(spec));
  });
  if (product.name.empty() && product.sku.empty()) return std::nullopt;
  return product;
}

void add_schema_evidence(const json::object& item, size_t position, const std::string& base,
                         PageFacts& facts) {
  if (!is_product(item)) return;
  for (auto [name, kind] : {std::pair{"isAccessoryOrSparePartFor", EvidenceKind::accessory_for},
                            std::pair{"isRelatedTo", EvidenceKind::related_to}}) {
    each(get(item, name), [&, name = name, kind = kind](const json::value& target) {
      Declared declared;
      declared.kind = kind;
      declared.target_name = target.is_string() ? std::string() : text_value(&target);
      declared.target_url = url_value(target, base);
      if (target.is_object()) declared.target_sku = text_value(get(target.get_object(), "sku"));
      if (declared.target_name.empty() && declared.target_url.empty() &&
          declared.target_sku.empty())
        return;
      declared.source_url = facts.url;
      declared.position = position;
      declared.content_sha256 = facts.content_sha256;
      const std::string& shown =
          declared.target_name.empty() ? declared.target_url : declared.target_name;
      declared.sentence = std::string(name) + ": " + shown;
      facts.declared.push_back(std::move(declared));
    });
  }
}

}  // namespace tenon::catalog
