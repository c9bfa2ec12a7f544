// schema.org data of a page, JSON-LD and microdata alike, as JSON in JSON-LD's shape.
#pragma once

#include <boost/json/array.hpp>
#include <string>
#include <vector>

#include "catalog/page/html_document.hpp"

namespace tenon::catalog {

struct StructuredItem {
  boost::json::object item;  // "@type" is text or a list; types carry no "http://schema.org/"
  size_t position = 0;       // byte offset of the element in the page
};

struct StructuredData {
  std::vector<StructuredItem> json_ld;  // every top-level object, lists and @graph taken apart
  std::vector<StructuredItem> microdata;
  std::vector<std::string> problems;  // blocks that could not be read, with the reason
};

// JSON-LD is read tolerantly: HTML comments and CDATA marks around it, JavaScript comments, raw
// control characters inside strings, commas before a closing bracket and a final semicolon are
// passed over; character references inside text are decoded. Microdata follows the HTML rules with
// itemref; a `content` attribute counts on every element. At most 64 blocks, 20 levels.
StructuredData structured_data_of(const HtmlDocument& page);

// Whether the item's @type is or includes `type`.
bool has_type(const boost::json::object& item, std::string_view type);

}  // namespace tenon::catalog
