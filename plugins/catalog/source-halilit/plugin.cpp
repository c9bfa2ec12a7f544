#include <tenon/catalog/source.hpp>
#include <tenon/plugin.hpp>

#include "catalog/source-halilit/dealer_source.hpp"

namespace tc = tenon::catalog;

class HalilitSource {
 public:
  struct Config {
    std::vector<std::string> files;
    std::string brands_file;
    std::string source = "halilit";
    std::string currency = "ILS";
    std::vector<int64_t> vat_percents = {18, 17};
    int64_t max_bad_share = 50;

    static constexpr tenon::Field fields[] = {
        {.name = "files",
         .description = "Price lists (.csv, .json, .jsonl): files, folders or patterns such as "
                        "lists/*.csv, relative to this file",
         .path = tenon::PathAccess::read},
        {.name = "brands_file",
         .description = "JSON file with a list \"brands\" of id, name and aliases, relative to "
                        "this file",
         .path = tenon::PathAccess::read},
        {.name = "source", .description = "Name of the dealer in the provenance of values"},
        {.name = "currency",
         .description = "Currency of rows that name none, as in ISO 4217",
         .pattern = "^[A-Z]{3}$"},
        {.name = "vat_percents",
         .description = "VAT rates by which a price is held against the one without VAT"},
        {.name = "max_bad_share",
         .description = "Percentage of rows that may be unusable; above it the source fails",
         .minimum = 0,
         .maximum = 100}};
  };

  HalilitSource(tenon::Host& host, const Config& config) : host_(host), config_(config) {}

  tenon::Result<void> start(tenon::Call&) {
    tc::DealerSourceOptions options;
    const tenon::ConfigView view = host_.config();
    for (const std::string& file : config_.files) {
      TN_TRY(auto path, view.resolve_path(file));
      options.files.push_back(std::move(path));
    }
    if (!config_.brands_file.empty()) {
      TN_TRY(options.brands_file, view.resolve_path(config_.brands_file));
    }
    TN_TRY(const auto data, view.data_folder());
    options.inbox = data + "/inbox";
    options.ingest.source = config_.source;
    options.ingest.currency = config_.currency;
    options.ingest.vat_percents.clear();
    for (size_t i = 0; i < config_.vat_percents.size(); ++i) {
      const int64_t percent = config_.vat_percents[i];
      if (percent < 0 || percent > 100)
        return tenon::Error{tenon::Code::invalid,
                            "expected 0 to 100, found " + std::to_string(percent),
                            "vat_percents[" + std::to_string(i) + "]"};
      options.ingest.vat_percents.push_back(static_cast<int>(percent));
    }
    options.max_bad_percent = static_cast<int>(config_.max_bad_share);
    source_ = std::make_unique<tc::DealerSource>(std::move(options));
    return {};
  }

  tenon::Result<tc::BrandList> list_brands() { return source_->list_brands(); }
  tenon::Result<tc::ProductPage> list_products(const tc::ListProducts& in) {
    return source_->list_products(in);
  }
  tenon::Result<tc::InputReport> report() { return source_->report(); }
  tenon::Result<tc::Imported> import_files(const tc::ImportFiles& in) {
    return source_->import_files(in);
  }

 private:
  tenon::Host& host_;
  Config config_;
  std::unique_ptr<tc::DealerSource> source_;
};
BOOST_DESCRIBE_STRUCT(HalilitSource::Config, (),
                      (files, brands_file, source, currency, vat_percents, max_bad_share))

TENON_PLUGIN(
    HalilitSource,
    tenon::about("source-halilit", "1.0.0",
                 "Products, prices and stock from a dealer's price lists"),
    tenon::provides(
        tc::kSourceInterface, tc::kSourceVersion,
        tenon::method<&HalilitSource::list_brands>("list_brands", "Brands by id")
            .idempotent()
            .read_only(),
        tenon::method<&HalilitSource::list_products>("list_products", "Products, page by page")
            .idempotent()
            .read_only(),
        tenon::method<&HalilitSource::report>("report", "What reading the price lists brought up")
            .idempotent()
            .read_only(),
        tenon::method<&HalilitSource::import_files>(
            "import", "Takes price lists into the source's own folder")))
