// tenon.catalog.scraper/1: what a manufacturer's own site says of its products.
//
// A message interface; one plugin instance for each brand. Methods:
//   discover_models          {}        -> Models
//   extract_manuals          {model}   -> MediaList
//   extract_official_gallery {model}   -> MediaList
//   extract_specs            {model}   -> SpecList
//   products                 ListProducts -> ProductPage   everything at once, for builds
//   report                   {}           -> InputReport   pages read, and what was wrong with them
// discover_models, products and report look for changed pages first; the extract methods answer
// from what was read last, so that a walk over all models sees one state. Products carry, beside
// the members of source.hpp: official_manuals, official_gallery, official_specs, declared (evidence
// of relationships with source URL, position, content hash and sentence), official_url.
#pragma once

#include "tenon/catalog/source.hpp"

namespace tenon::catalog {

inline constexpr char kScraperInterface[] = "tenon.catalog.scraper/1";
inline constexpr char kScraperVersion[] = "1.0.0";

struct Models {
  std::string brand;                // id
  std::vector<std::string> models;  // sorted
};
BOOST_DESCRIBE_STRUCT(Models, (), (brand, models))

struct ModelQuery {
  std::string model;
};
BOOST_DESCRIBE_STRUCT(ModelQuery, (), (model))

// OfficialMedia of the product document: {url, type: pdf|image|video|link, label, source_domain}.
struct MediaItem {
  std::string url;
  std::string type;
  std::string label;
  std::string source_domain;
};
BOOST_DESCRIBE_STRUCT(MediaItem, (), (url, type, label, source_domain))

struct MediaList {
  std::vector<MediaItem> media;
};
BOOST_DESCRIBE_STRUCT(MediaList, (), (media))

struct SpecItem {
  std::string name;
  std::string value;
};
BOOST_DESCRIBE_STRUCT(SpecItem, (), (name, value))

struct SpecList {
  std::vector<SpecItem> specs;  // in the page's order
};
BOOST_DESCRIBE_STRUCT(SpecList, (), (specs))

}  // namespace tenon::catalog
