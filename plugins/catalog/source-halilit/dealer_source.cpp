#include "catalog/source-halilit/dealer_source.hpp"

#include <algorithm>

#include "catalog/model/paging.hpp"
#include "catalog/model/product_json.hpp"
#include "catalog/model/timestamp.hpp"

namespace tenon::catalog {
namespace bj = boost::json;
namespace {

constexpr size_t kReportedProblems = 200;

struct BrandEntry {
  std::string id;
  std::string name;
  std::vector<std::string> aliases;

  static constexpr tenon::Field fields[] = {{.name = "aliases", .optional = true}};
};
BOOST_DESCRIBE_STRUCT(BrandEntry, (), (id, name, aliases))
struct BrandsFile {
  std::vector<BrandEntry> brands;
};
BOOST_DESCRIBE_STRUCT(BrandsFile, (), (brands))

InputProblem problem_of(const PriceListFile& file, std::string reason, std::string detail) {
  return {file.path.filename().string(), 0, std::move(reason), std::move(detail), false};
}

void add(InputReport& out, const IngestReport& report) {
  for (const FileReport& file : report.files) {
    out.rows += static_cast<int64_t>(file.rows);
    out.products += static_cast<int64_t>(file.products);
    out.skipped += static_cast<int64_t>(file.skipped);
    for (const auto& [reason, count] : file.reasons)
      out.reasons[reason] += static_cast<int64_t>(count);
  }
  for (const IngestProblem& problem : report.problems) {
    if (out.problems.size() >= kReportedProblems) break;
    out.problems.push_back({problem.file, static_cast<int64_t>(problem.position), problem.reason,
                            problem.detail, problem.skipped});
  }
}

}  // namespace

Result<std::vector<Brand>> DealerSource::brands() const {
  std::vector<Brand> out;
  if (!options_.brands_file.empty()) {
    TN_TRY(const std::string text, read_price_list(options_.brands_file));
    auto read = json::decode<BrandsFile>(text, json::Mode::forward);
    if (!read)
      return Error{Code::invalid, read.error().message,
                   options_.brands_file + ": " + read.error().path};
    for (auto& entry : read->brands)
      out.push_back({std::move(entry.id), std::move(entry.name), std::move(entry.aliases)});
  }
  // The first of an id counts: the deployment's own go before the common ones.
  out.insert(out.end(), default_brands().begin(), default_brands().end());
  return out;
}

Result<DealerSource::SnapshotPtr> DealerSource::read(std::vector<PriceListFile> files) const {
  TN_TRY(const auto known_brands, brands());
  auto made = std::make_shared<Snapshot>();
  DealerOptions options = options_.ingest;
  std::int64_t newest_ns = 0;
  for (const auto& file : files) newest_ns = std::max(newest_ns, file.modified_ns);
  options.time = rfc3339(newest_ns);
  DealerIngest ingest(BrandIndex(known_brands), options);
  for (const auto& file : files) {
    if (file.path == options_.brands_file) continue;
    auto bytes = file.problem.empty() ? read_price_list(file.path)
                                      : Error{Code::unavailable, file.problem, {}};
    if (!bytes) {
      ++made->report.reasons["missing_file"];
      made->report.problems.push_back(problem_of(file, "missing_file", bytes.error().message));
      continue;
    }
    // An unreadable one counts in the report; the others are not affected.
    (void)ingest.add_file(file.path.filename().string(), *bytes);
  }
  const IngestResult result = ingest.finish();
  add(made->report, result.report);
  std::string all;
  for (const Product& product : result.products) {
    if (made->brands.empty() || made->brands.back().id != product.brand_id) {
      made->brands.push_back({product.brand_id, product.brand, 0});
      made->first_of_brand.push_back(made->products.size());
    }
    ++made->brands.back().products;
    made->products.push_back(to_json(product));
    all += bj::serialize(made->products.back()) + '\n';
  }
  made->first_of_brand.push_back(made->products.size());
  made->change = sha256_hex(all);
  made->files = std::move(files);
  return SnapshotPtr(std::move(made));
}

Result<DealerSource::SnapshotPtr> DealerSource::current() {
  std::vector<std::string> patterns = options_.files;
  std::error_code ignored;
  if (std::filesystem::is_directory(options_.inbox, ignored)) patterns.push_back(options_.inbox);
  if (!options_.brands_file.empty()) patterns.push_back(options_.brands_file);
  const std::lock_guard lock(mutex_);
  auto files = find_price_lists(patterns);
  if (snapshot_ && snapshot_->files == files) return snapshot_;
  TN_TRY(snapshot_, read(std::move(files)));
  return snapshot_;
}

Result<DealerSource::SnapshotPtr> DealerSource::usable() {
  TN_TRY(SnapshotPtr now, current());
  const InputReport& report = now->report;
  if (report.skipped * 100 > report.rows * options_.max_bad_percent)
    return Error{Code::data_loss,
                 std::to_string(report.skipped) + " of " + std::to_string(report.rows) +
                     " rows became no product, allowed are " +
                     std::to_string(options_.max_bad_percent) + " percent; see the report",
                 "max_bad_share"};
  return now;
}

Result<BrandList> DealerSource::list_brands() {
  TN_TRY(const SnapshotPtr now, usable());
  return BrandList{now->brands};
}

Result<ProductPage> DealerSource::list_products(const ListProducts& query) {
  TN_TRY(const SnapshotPtr now, usable());
  Rows rows{0, now->products.size()};
  if (query.brand) {
    const auto found = std::lower_bound(
        now->brands.begin(), now->brands.end(), *query.brand,
        [](const BrandSummary& one, const std::string& id) { return one.id < id; });
    if (found == now->brands.end() || found->id != *query.brand)
      return Error{Code::not_found, "the source has no brand \"" + *query.brand + "\"", "brand"};
    const auto index = static_cast<size_t>(found - now->brands.begin());
    rows = {now->first_of_brand[index], now->first_of_brand[index + 1]};
  }
  return page_of(now->products, rows, now->change, query);
}

Result<InputReport> DealerSource::report() {
  TN_TRY(const SnapshotPtr now, current());
  return now->report;
}

Result<Imported> DealerSource::import_files(const ImportFiles& in) {
  if (in.files.empty()) return Error{Code::invalid, "names no file", "files"};
  Imported out;
  for (size_t i = 0; i < in.files.size(); ++i) {
    const std::filesystem::path path = in.files[i];
    const std::string name = path.filename().string();
    const auto take = [&]() -> Result<void> {
      if (!path.is_absolute()) return Error{Code::invalid, "is not an absolute path", {}};
      if (!is_price_list(path))
        return Error{
            Code::invalid, "is no price list: its name must end in .csv, .json or .jsonl", {}};
      TN_TRY(const std::string bytes, read_price_list(path));
      TN_CHECK(read_rows(bytes, options_.ingest.limits));
      const std::lock_guard lock(mutex_);
      return store_price_list(options_.inbox, name, bytes);
    };
    if (const auto taken = take(); taken.ok())
      out.imported.push_back(name);
    else
      out.refused.push_back({path.string(), 0, "refused", taken.error().message, true});
  }
  if (out.imported.empty())
    return Error{Code::invalid, out.refused.front().file + ": " + out.refused.front().detail,
                 "files[0]"};
  TN_TRY(const SnapshotPtr now, current());
  out.rows = now->report.rows;
  out.products = now->report.products;
  out.skipped = now->report.skipped;
  return out;
}

}  // namespace tenon::catalog
