// What stands on a page as plain HTML: manuals, media, specifications, lists of other products.
#pragma once

#include "catalog/page/page_facts.hpp"

namespace tenon::catalog {

void add_manuals(const HtmlDocument& page, const std::string& base, PageFacts& facts);
void add_videos(const HtmlDocument& page, const std::string& base, PageFacts& facts);
void add_specs(const HtmlDocument& page, PageFacts& facts);

// Lists under a heading such as "Requires", "Works with", "Accessories" or "Related products", in
// English or Hebrew, and sentences "requires the <a>...</a>". A negated sentence declares nothing.
void add_declared_lists(const HtmlDocument& page, const std::string& base, PageFacts& facts);

// Adds unless the name is there already; then the value joins it, parted by "; ".
void add_spec(std::vector<Spec>& specs, std::string name, std::string value);
void add_media(std::vector<OfficialMedia>& media, OfficialMedia one);

}  // namespace tenon::catalog
