#include "catalog/page/scraper_service.hpp"

#include <algorithm>

#include "catalog/model/paging.hpp"
#include "catalog/model/product_json.hpp"
#include "catalog/model/timestamp.hpp"

namespace tenon::catalog {
namespace bj = boost::json;
namespace {

constexpr size_t kReportedProblems = 200;

MediaList media_list(const std::vector<OfficialMedia>& media) {
  MediaList out;
  for (const auto& one : media)
    out.media.push_back({one.url, std::string(to_string(one.type)), one.label, one.source_domain});
  return out;
}

// A problem of a page reads "page: what".
InputReport to_report(const ScrapeReport& report, size_t products) {
  InputReport out;
  out.rows = static_cast<int64_t>(report.pages);
  out.products = static_cast<int64_t>(products);
  out.skipped = static_cast<int64_t>(report.unusable + report.no_product);
  if (report.unusable) out.reasons["unusable_page"] = static_cast<int64_t>(report.unusable);
  if (report.no_product) out.reasons["no_product"] = static_cast<int64_t>(report.no_product);
  if (!report.problems.empty())
    out.reasons["page_problem"] = static_cast<int64_t>(report.problems.size());
  for (const std::string& problem : report.problems) {
    if (out.problems.size() >= kReportedProblems) break;
    const size_t colon = problem.find(": ");
    const bool has_page = colon != std::string::npos;
    out.problems.push_back({has_page ? problem.substr(0, colon) : "", 0, "page_problem",
                            has_page ? problem.substr(colon + 2) : problem, false});
  }
  return out;
}

}  // namespace

ScraperService::ScraperService(OpenSource open, MakeScraper make, ScraperOptions options)
    : open_(std::move(open)), make_(std::move(make)), options_(std::move(options)) {}

Result<ScraperService::SnapshotPtr> ScraperService::read(const Call& call, PageSource& source,
                                                         PageVersion version) const {
  ScraperOptions options = options_;
  options.time = rfc3339(version.newest_ns);
  TN_TRY(const auto scraper, make_(source, std::move(options)));
  auto made = std::make_shared<Snapshot>();
  TN_TRY(made->products, scraper->products([&] { return call.cancelled(); }));
  made->report = to_report(scraper->report(), made->products.size());
  made->version = std::move(version.text);
  std::vector<const Product*> by_sku;
  for (const Product& product : made->products) by_sku.push_back(&product);
  std::stable_sort(by_sku.begin(), by_sku.end(),
                   [](const Product* a, const Product* b) { return a->sku < b->sku; });
  std::string all;
  for (const Product* product : by_sku) {
    made->documents.push_back(to_json(*product));
    all += bj::serialize(made->documents.back()) + '\n';
  }
  made->change = sha256_hex(all);
  return SnapshotPtr(std::move(made));
}

Result<ScraperService::SnapshotPtr> ScraperService::fresh(const Call& call) {
  const std::lock_guard lock(mutex_);
  TN_TRY(const auto source, open_());
  TN_TRY(PageVersion version, source->version());
  if (snapshot_ && snapshot_->version == version.text) return snapshot_;
  TN_TRY(snapshot_, read(call, *source, std::move(version)));
  return snapshot_;
}

Result<ScraperService::SnapshotPtr> ScraperService::last(const Call& call) {
  {
    const std::lock_guard lock(mutex_);
    if (snapshot_) return snapshot_;
  }
  return fresh(call);
}

Result<std::pair<ScraperService::SnapshotPtr, const Product*>> ScraperService::find(
    const Call& call, const ModelQuery& query) {
  TN_TRY(SnapshotPtr now, last(call));
  const auto found =
      std::lower_bound(now->products.begin(), now->products.end(), query.model,
                       [](const Product& one, const std::string& name) { return one.name < name; });
  if (found == now->products.end() || found->name != query.model)
    return Error{Code::not_found,
                 options_.brand + " has no page of the model \"" + query.model + "\"", "model"};
  const Product* product = &*found;
  return std::pair(std::move(now), product);
}

Result<Models> ScraperService::discover_models(const Call& call) {
  TN_TRY(const SnapshotPtr now, fresh(call));
  Models out{options_.brand_id, {}};
  for (const Product& product : now->products) out.models.push_back(product.name);
  return out;
}

Result<ProductPage> ScraperService::products(const Call& call, const ListProducts& query) {
  if (query.brand && *query.brand != options_.brand_id)
    return Error{Code::not_found, "this scraper reads the brand \"" + options_.brand_id + "\"",
                 "brand"};
  TN_TRY(const SnapshotPtr now, fresh(call));
  return page_of(now->documents, {0, now->documents.size()}, now->change, query);
}

Result<InputReport> ScraperService::report(const Call& call) {
  TN_TRY(const SnapshotPtr now, fresh(call));
  return now->report;
}

Result<MediaList> ScraperService::extract_manuals(const Call& call, const ModelQuery& query) {
  TN_TRY(const auto found, find(call, query));
  return media_list(found.second->official_manuals);
}

Result<MediaList> ScraperService::extract_official_gallery(const Call& call,
                                                           const ModelQuery& query) {
  TN_TRY(const auto found, find(call, query));
  return media_list(found.second->official_gallery);
}

Result<SpecList> ScraperService::extract_specs(const Call& call, const ModelQuery& query) {
  TN_TRY(const auto found, find(call, query));
  SpecList out;
  for (const Spec& spec : found.second->official_specs)
    out.specs.push_back({spec.name, spec.value});
  return out;
}

}  // namespace tenon::catalog
