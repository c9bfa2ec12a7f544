// The catalog's product, as it is merged, related and exported.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/model/evidence.hpp"
#include "catalog/model/money.hpp"

namespace tenon::catalog {

enum class MediaType { pdf, image, video, link };
std::string_view to_string(MediaType type);
std::optional<MediaType> media_type(std::string_view name);

struct OfficialMedia {
  std::string url;
  MediaType type = MediaType::link;
  std::string label;
  std::string source_domain;

  bool operator==(const OfficialMedia&) const = default;
};

// What a source says of stock. A source that says nothing must not read as "out of stock".
enum class Stock { unknown, in, out };

// Where the value of one field came from.
struct Provenance {
  std::string source;  // "halilit", "roland.com"
  std::string url;
  std::string source_domain;
  std::string time;  // RFC 3339, UTC; as given by the caller, so that a build is repeatable

  bool operator==(const Provenance&) const = default;
};

struct Spec {
  std::string name;
  std::string value;

  bool operator==(const Spec&) const = default;
};

struct Product {
  std::string id;   // "roland_fantom_06", unique
  std::string sku;  // BRAND-MODEL when the source has none
  std::string name;
  std::string brand;     // as written: "Roland"
  std::string brand_id;  // slug: "roland"
  std::optional<Money> price;
  std::string category;  // the source's own
  std::string universal_category;
  Stock stock = Stock::unknown;
  std::string image_url;
  std::string logo_url;
  std::string description;
  std::vector<OfficialMedia> official_manuals;
  std::vector<OfficialMedia> official_gallery;  // images and videos
  std::vector<Spec> official_specs;             // in the page's order, names unique
  std::string gtin;
  std::string mpn;
  std::string url;           // the dealer's page, where the product is bought
  std::string official_url;  // the manufacturer's page
  std::string source_id;     // the source's own key of the item
  std::vector<Declared> declared;
  std::map<std::string, Provenance> provenance;  // by JSON field name

  bool operator==(const Product&) const = default;
};

}  // namespace tenon::catalog
