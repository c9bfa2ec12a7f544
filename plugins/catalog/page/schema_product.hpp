// schema.org Product objects to PageProduct and declared evidence.
#pragma once

#include <boost/json/object.hpp>

#include "catalog/page/page_facts.hpp"

namespace tenon::catalog {

// `base`: the address that relative ones resolve against.
std::optional<PageProduct> product_of_item(const boost::json::object& item,
                                           const std::string& base);

// isAccessoryOrSparePartFor and isRelatedTo of a Product.
void add_schema_evidence(const boost::json::object& item, size_t position, const std::string& base,
                         PageFacts& facts);

}  // namespace tenon::catalog
