// @NAME@: tenon.catalog.scraper/1 over a folder of saved pages, one file for each model.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <tenon/catalog/scraper.hpp>
#include <tenon/plugin.hpp>

namespace catalog = tenon::catalog;
using tenon::Call;
using tenon::Code;
using tenon::Error;
using tenon::Result;

struct Page {
  std::string model;  // the file's name without its ending
  std::string name;
  std::vector<catalog::SpecItem> specs;
  std::vector<catalog::MediaItem> manuals, images;
};

// One page. A line is "name: TEXT", "spec: NAME = VALUE", "manual: URL" or "image: URL"; write your
// site's own form here. An error says which line is wrong.
Result<Page> read_page(const std::filesystem::path& file) {
  Page page;
  page.model = file.stem().string();
  std::ifstream in(file);
  std::string line;
  for (int number = 1; std::getline(in, line); ++number) {
    const size_t colon = line.find(": ");
    const std::string key = line.substr(0, colon);
    const std::string value = colon == std::string::npos ? "" : line.substr(colon + 2);
    const size_t equals = value.find(" = ");
    if (key == "name" && !value.empty()) {
      page.name = value;
    } else if (key == "spec" && equals != std::string::npos) {
      page.specs.push_back({value.substr(0, equals), value.substr(equals + 3)});
    } else if (key == "manual" && !value.empty()) {
      page.manuals.push_back({value, "pdf", "Manual", ""});
    } else if (key == "image" && !value.empty()) {
      page.images.push_back({value, "image", "", ""});
    } else {
      return Error{Code::invalid, "cannot read \"" + line + "\"",
                   file.filename().string() + ":" + std::to_string(number)};
    }
  }
  if (page.name.empty())
    return Error{Code::invalid, "the page names no product", file.filename().string()};
  return page;
}

class @CLASS@ {
 public:
  struct Config {
    std::string brand;
    std::string folder;
    static constexpr tenon::Field fields[] = {
        {.name = "brand", .description = "Id of the brand", .required = true},
        {.name = "folder",
         .description = "The saved pages",
         .required = true,
         .path = tenon::PathAccess::read}};
    BOOST_DESCRIBE_CLASS(Config, (), (brand, folder), (), ())
  };
  @CLASS@(tenon::Host& host, const Config& config) : host_(host), config_(config) {}

  Result<void> start(Call&) {
    TN_TRY(folder_, host_.config().resolve_path(config_.folder));
    if (!std::filesystem::is_directory(folder_))
      return Error{Code::invalid, "there is no folder " + folder_, "config.folder"};
    return {};
  }

  // Each of them reads the folder again: pages may have changed. Keep what you read when that is
  // too slow.
  Result<catalog::Models> discover_models() {
    catalog::Models models{config_.brand, {}};
    for (const Page& page : read().pages) models.models.push_back(page.model);
    return models;
  }
  Result<catalog::MediaList> extract_manuals(const catalog::ModelQuery& query) {
    TN_TRY(const Page page, find(query.model));
    return catalog::MediaList{page.manuals};
  }
  Result<catalog::MediaList> extract_official_gallery(const catalog::ModelQuery& query) {
    TN_TRY(const Page page, find(query.model));
    return catalog::MediaList{page.images};
  }
  Result<catalog::SpecList> extract_specs(const catalog::ModelQuery& query) {
    TN_TRY(const Page page, find(query.model));
    return catalog::SpecList{page.specs};
  }
  // Few enough for one page, so there is no cursor.
  Result<catalog::ProductPage> products(const catalog::ListProducts& query) {
    if (query.brand && *query.brand != config_.brand)
      return Error{Code::not_found, "this scraper reads the brand " + config_.brand, "brand"};
    catalog::ProductPage answer;
    std::string all;
    for (const Page& page : read().pages) {
      answer.products.push_back({{"sku", page.model},
                                 {"name", page.name},
                                 {"brand", config_.brand},
                                 {"official_specs", tenon::json::to_value(page.specs)},
                                 {"official_manuals", tenon::json::to_value(page.manuals)},
                                 {"official_gallery", tenon::json::to_value(page.images)}});
      all += boost::json::serialize(answer.products.back());
    }
    answer.change = std::to_string(std::hash<std::string>()(all));
    return answer;
  }
  Result<catalog::InputReport> report() {
    const Read now = read();
    catalog::InputReport report;
    report.products = static_cast<int64_t>(now.pages.size());
    report.skipped = static_cast<int64_t>(now.problems.size());
    report.rows = report.products + report.skipped;
    report.problems = now.problems;
    if (report.skipped) report.reasons["bad_page"] = report.skipped;
    return report;
  }

 private:
  struct Read {
    std::vector<Page> pages;  // by model
    std::vector<catalog::InputProblem> problems;
  };
  // A page that cannot be read is reported, and the others count.
  Read read() const {
    Read all;
    for (const auto& entry : std::filesystem::directory_iterator(folder_)) {
      if (entry.path().extension() != ".txt") continue;
      auto page = read_page(entry.path());
      if (page.ok())
        all.pages.push_back(std::move(*page));
      else
        all.problems.push_back(
            {page.error().path, 0, "bad_page", page.error().message, true});
    }
    std::sort(all.pages.begin(), all.pages.end(),
              [](const Page& a, const Page& b) { return a.model < b.model; });
    return all;
  }
  Result<Page> find(const std::string& model) const {
    for (Page& page : read().pages)
      if (page.model == model) return std::move(page);
    return Error{Code::not_found, "there is no page of the model \"" + model + "\"", "model"};
  }

  tenon::Host& host_;
  const Config config_;
  std::string folder_;
};

TENON_PLUGIN(
    @CLASS@, tenon::about("@NAME@", "0.1.0", "What a manufacturer's saved pages say"),
    tenon::provides(
        catalog::kScraperInterface, catalog::kScraperVersion,
        tenon::method<&@CLASS@::discover_models>("discover_models", "All models").idempotent(),
        tenon::method<&@CLASS@::extract_manuals>("extract_manuals", "A model's manuals")
            .idempotent(),
        tenon::method<&@CLASS@::extract_official_gallery>("extract_official_gallery",
                                                          "A model's images")
            .idempotent(),
        tenon::method<&@CLASS@::extract_specs>("extract_specs", "A model's specifications")
            .idempotent(),
        tenon::method<&@CLASS@::products>("products", "All products").idempotent(),
        tenon::method<&@CLASS@::report>("report", "Pages read, and what was wrong").idempotent()))
