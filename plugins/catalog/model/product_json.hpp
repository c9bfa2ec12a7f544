// Product to and from JSON, in the field names that exports, API and pages share.
#pragma once

#include <boost/json/object.hpp>

#include "catalog/model/product.hpp"
#include "tenon/result.hpp"

namespace tenon::catalog {

// Every field, in a fixed order. `price` is decimal text or null, `in_stock` true, false or null;
// `official_gallery` lists image URLs, videos stand in `official_videos`. The relationship arrays
// are not written here: they belong to the export.
boost::json::object to_json(const Product& product);
boost::json::object to_json(const OfficialMedia& media);
boost::json::object to_json(const Declared& declared);
boost::json::object to_json(const Provenance& provenance);

// Reads what to_json writes. A missing field keeps its default, an unknown one is ignored; a field
// of the wrong type is an error that names it.
Result<Product> product_from_json(const boost::json::object& json);

}  // namespace tenon::catalog
