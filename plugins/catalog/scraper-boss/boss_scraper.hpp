// Boss's support pages: one page per model, headed by its name, manuals in many languages behind
// addresses that do not tell their type.
#pragma once

#include "catalog/page/brand_scraper.hpp"

namespace tenon::catalog {

class BossScraper : public OfficialBrandScraper {
 public:
  using OfficialBrandScraper::OfficialBrandScraper;

 protected:
  std::optional<Product> read_product(const HtmlDocument& page, const PageFacts& facts) override;
};

}  // namespace tenon::catalog
