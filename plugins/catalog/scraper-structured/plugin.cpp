#include <algorithm>
#include <array>
#include <tenon/plugin.hpp>

#include "catalog/page/scraper_config.hpp"

namespace tc = tenon::catalog;

struct RulesConfig {
  std::string name;
  std::string manuals;
  std::string gallery;
  std::string spec_row;
  std::string spec_section;
  std::string required;
  std::string works_with;
  std::string accessories;
  std::string related;
  bool without_structured_data = false;

  static constexpr tenon::Field fields[] = {
      {.name = "name",
       .description = "Selector of the model's name; without it structured data or the first h1"},
      {.name = "manuals", .description = "Selector of links to manuals"},
      {.name = "gallery",
       .description = "Selector of images; \"img@data-src\" names another attribute than src"},
      {.name = "spec_row",
       .description = "Selector of rows whose two elements are a specification's name and value"},
      {.name = "spec_section",
       .description = "Selector of sections whose heading is a specification's name and whose "
                      "list items are its value"},
      {.name = "required", .description = "Selector of links to products that this one requires"},
      {.name = "works_with",
       .description = "Selector of links to products that this one works with"},
      {.name = "accessories", .description = "Selector of links to accessories"},
      {.name = "related", .description = "Selector of links to related products"},
      {.name = "without_structured_data",
       .description = "Also take pages that have a name and nothing else"}};
};
BOOST_DESCRIBE_STRUCT(RulesConfig, (),
                      (name, manuals, gallery, spec_row, spec_section, required, works_with,
                       accessories, related, without_structured_data))

struct StructuredConfig : tc::SiteConfig {
  RulesConfig rules;

  static constexpr auto fields = [] {
    std::array<tenon::Field, std::size(tc::SiteConfig::fields) + 1> out{};
    std::copy(std::begin(tc::SiteConfig::fields), std::end(tc::SiteConfig::fields), out.begin());
    out.back() = {.name = "rules",
                  .description = "Selectors for what a page's structured data does not say"};
    return out;
  }();
};
BOOST_DESCRIBE_STRUCT(StructuredConfig, (tc::SiteConfig), (rules))

// Stands for a site where only the rules are looked at.
class NoPages : public tc::PageSource {
 public:
  std::vector<std::string> pages() const override { return {}; }
  tenon::Result<tc::SourcePage> fetch(const std::string& page) override {
    return tenon::Error{tenon::Code::not_found, "there are no pages", page};
  }
};

class StructuredPlugin : public tc::ScraperMethods {
 public:
  using Config = StructuredConfig;
  StructuredPlugin(tenon::Host& host, const Config& config) : host_(host), config_(config) {}

  tenon::Result<void> start(tenon::Call&) {
    const RulesConfig& from = config_.rules;
    const tc::StructuredRules rules{from.name,         from.manuals,
                                    from.gallery,      from.spec_row,
                                    from.spec_section, from.required,
                                    from.works_with,   from.accessories,
                                    from.related,      from.without_structured_data};
    NoPages none;
    if (auto made = tc::StructuredScraper::make(none, {}, rules); !made)
      return tenon::Error{made.error().code, made.error().message, "rules." + made.error().path};
    auto make = [rules](tc::PageSource& source, tc::ScraperOptions options)
        -> tenon::Result<std::unique_ptr<tc::OfficialBrandScraper>> {
      TN_TRY(auto scraper, tc::StructuredScraper::make(source, std::move(options), rules));
      return std::unique_ptr<tc::OfficialBrandScraper>(std::move(scraper));
    };
    TN_TRY(service_, tc::make_scraper_service(host_, config_, std::move(make)));
    return {};
  }

 private:
  tenon::Host& host_;
  Config config_;
};

TENON_PLUGIN(
    StructuredPlugin,
    tenon::about("scraper-structured", "1.0.0",
                 "What a brand's site says of its products, by structured data and selectors"),
    tenon::provides(
        tc::kScraperInterface, tc::kScraperVersion,
        tenon::method<&StructuredPlugin::discover_models>("discover_models", "Names of all models")
            .idempotent(),
        tenon::method<&StructuredPlugin::extract_manuals>("extract_manuals", "A model's manuals")
            .idempotent(),
        tenon::method<&StructuredPlugin::extract_official_gallery>("extract_official_gallery",
                                                                   "A model's images and videos")
            .idempotent(),
        tenon::method<&StructuredPlugin::extract_specs>("extract_specs", "A model's specifications")
            .idempotent(),
        tenon::method<&StructuredPlugin::products>("products", "All products, page by page")
            .idempotent(),
        tenon::method<&StructuredPlugin::report>("report", "Pages read, and what was wrong")
            .idempotent()))
