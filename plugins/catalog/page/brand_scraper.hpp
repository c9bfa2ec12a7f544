// The base of every scraper of one manufacturer's site.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "catalog/page/page_facts.hpp"
#include "catalog/page/page_source.hpp"
#include "catalog/page/selector.hpp"

namespace tenon::catalog {

// An address prefix under which a site's files are served by this host.
struct UrlRewrite {
  std::string from;
  std::string to;
};

struct ScraperOptions {
  std::string brand_id;
  std::string brand;
  std::string base_url;  // of pages whose own address is unknown
  std::string logo_url;
  std::string time;                  // stamped into provenance
  std::vector<UrlRewrite> rewrites;  // of media, images and manuals; links stay
  size_t max_pages = 100'000;
  HtmlLimits limits;
};

struct ScrapeReport {
  size_t pages = 0;
  size_t unusable = 0;    // refused, with a problem
  size_t no_product = 0;  // read, but not a product's page
  std::vector<std::string> problems;
};

// Reads all pages of a source on the first call, then answers from what it read. Not for use by
// several threads. A scraper for one site overrides read_product.
class OfficialBrandScraper {
 public:
  OfficialBrandScraper(PageSource& source, ScraperOptions options);
  virtual ~OfficialBrandScraper() = default;
  OfficialBrandScraper(const OfficialBrandScraper&) = delete;
  OfficialBrandScraper& operator=(const OfficialBrandScraper&) = delete;

  // Names of all models found, sorted.
  Result<std::vector<std::string>> discover_models();
  Result<std::vector<OfficialMedia>> extract_manuals(const std::string& model);
  Result<std::vector<OfficialMedia>> extract_official_gallery(const std::string& model);
  Result<std::vector<Spec>> extract_specs(const std::string& model);

  // All products with their provenance, by model name; ids are unique.
  Result<std::vector<Product>> products(const std::function<bool()>& cancelled = {});
  const ScrapeReport& report() const { return report_; }

 protected:
  // The product a page speaks of, or nothing. `facts` is what any page tells; a page may add to or
  // replace it. The name must be set; id, SKU, brand and provenance are filled in afterwards.
  virtual std::optional<Product> read_product(const HtmlDocument& page, const PageFacts& facts) = 0;

  // What structured data and lists of a page give without knowledge of the site.
  static Product product_of(const PageFacts& facts);
  std::string base_of(const PageFacts& facts) const;

 private:
  Result<void> load(const std::function<bool()>& cancelled);
  void add(Product product, const PageFacts& facts);
  Result<const Product*> find(const std::string& model);

  PageSource& source_;
  ScraperOptions options_;
  ScrapeReport report_;
  bool loaded_ = false;
  std::map<std::string, Product> models_;
};

// A site described by data alone: structured data first, selectors for what it lacks.
struct StructuredRules {
  std::string name;      // selector of the product's name; empty: structured data or the first h1
  std::string manuals;   // selectors of links; their text is the label
  std::string gallery;   // of images or links, "@src" when no attribute is named
  std::string spec_row;  // of a row; its first and second element child are name and value
  std::string spec_section;  // of a section; its first heading names it, its list items are values
  std::string required;      // selectors of links to other products, by kind
  std::string works_with;
  std::string accessories;
  std::string related;
  bool without_structured_data = false;  // take pages that have only a name, too
};

class StructuredScraper : public OfficialBrandScraper {
 public:
  // An error names the rule whose selector is wrong.
  static Result<std::unique_ptr<StructuredScraper>> make(PageSource& source, ScraperOptions options,
                                                         const StructuredRules& rules);

 protected:
  std::optional<Product> read_product(const HtmlDocument& page, const PageFacts& facts) override;

 private:
  using Selectors = std::map<std::string, Selector>;
  StructuredScraper(PageSource& source, ScraperOptions options, Selectors selectors, bool plain);
  const Selector* selector(const std::string& rule) const;
  void add_specs(const HtmlDocument& page, Product& product) const;
  void add_declared(const HtmlDocument& page, const PageFacts& facts, Product& product) const;

  Selectors selectors_;
  bool plain_pages_ = false;
};

}  // namespace tenon::catalog
