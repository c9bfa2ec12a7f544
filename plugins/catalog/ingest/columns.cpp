#include <unordered_map>

#include "catalog/ingest/raw_row.hpp"
#include "catalog/text/fold.hpp"

namespace tenon::catalog {
namespace {

using Names = std::unordered_map<std::string, Field>;

Names folded_names() {
  static constexpr std::pair<std::string_view, Field> kNames[] = {
      {"halilit id", Field::source_id},
      {"item id", Field::source_id},
      {"product id", Field::source_id},
      {"id", Field::source_id},
      {"מזהה", Field::source_id},
      {"sku", Field::sku},
      {"item code", Field::sku},
      {"item number", Field::sku},
      {"catalog number", Field::sku},
      {"code", Field::sku},
      {"מק״ט", Field::sku},
      {"מקט", Field::sku},
      {"קוד פריט", Field::sku},
      {"name", Field::name},
      {"title", Field::name},
      {"product name", Field::name},
      {"item name", Field::name},
      {"שם", Field::name},
      {"שם מוצר", Field::name},
      {"שם פריט", Field::name},
      {"תיאור פריט", Field::name},
      {"brand", Field::brand},
      {"brand id", Field::brand},
      {"manufacturer", Field::brand},
      {"vendor", Field::brand},
      {"מותג", Field::brand},
      {"יצרן", Field::brand},
      {"price", Field::price},
      {"price ils", Field::price},
      {"price nis", Field::price},
      {"retail price", Field::price},
      {"consumer price", Field::price},
      {"מחיר", Field::price},
      {"מחיר לצרכן", Field::price},
      {"מחיר כולל מע״מ", Field::price},
      {"eilat price", Field::price_without_vat},
      {"eilat price ils", Field::price_without_vat},
      {"price without vat", Field::price_without_vat},
      {"price excl vat", Field::price_without_vat},
      {"net price", Field::price_without_vat},
      {"מחיר אילת", Field::price_without_vat},
      {"מחיר ללא מע״מ", Field::price_without_vat},
      {"currency", Field::currency},
      {"price currency", Field::currency},
      {"מטבע", Field::currency},
      {"category", Field::category},
      {"product type", Field::category},
      {"קטגוריה", Field::category},
      {"stock", Field::stock},
      {"in stock", Field::stock},
      {"quantity", Field::stock},
      {"qty", Field::stock},
      {"availability", Field::stock},
      {"מלאי", Field::stock},
      {"כמות", Field::stock},
      {"image url", Field::image_url},
      {"image", Field::image_url},
      {"image link", Field::image_url},
      {"thumbnail url", Field::image_url},
      {"תמונה", Field::image_url},
      {"logo url", Field::logo_url},
      {"logo", Field::logo_url},
      {"url", Field::url},
      {"link", Field::url},
      {"product url", Field::url},
      {"detail url", Field::url},
      {"brand product url", Field::url},
      {"קישור", Field::url},
      {"description", Field::description},
      {"תיאור", Field::description},
      {"gtin", Field::gtin},
      {"ean", Field::gtin},
      {"upc", Field::gtin},
      {"barcode", Field::gtin},
      {"ברקוד", Field::gtin},
      {"mpn", Field::mpn},
      {"model", Field::mpn},
      {"model number", Field::mpn},
      {"דגם", Field::mpn},
  };
  Names names;
  for (const auto& [name, field] : kNames) names.emplace(text::fold_words(name), field);
  return names;
}

}  // namespace

std::optional<Field> field_of_column(std::string_view name) {
  static const Names kNames = folded_names();
  auto found = kNames.find(text::fold_words(name));
  if (found == kNames.end()) return std::nullopt;
  return found->second;
}

}  // namespace tenon::catalog
