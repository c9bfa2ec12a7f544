// Genesis: from what providers know to a snapshot and its exports.
#pragma once

#include <boost/json/object.hpp>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "catalog/catalog/build/records.hpp"
#include "catalog/catalog/build/snapshot.hpp"
#include "catalog/catalog/config.hpp"
#include "catalog/catalog/store/catalog_store.hpp"

namespace tenon::catalog {

struct BuildRequest {
  std::string id;
  std::string cause;  // "start", "command", "http", "import"
  std::string brand;  // id; empty: all
  // Of the build before; may be null.
  const Records* known = nullptr;
  // Of the build before; may be null.
  std::shared_ptr<const Snapshot> earlier = nullptr;
  std::function<void(const std::string& step, uint64_t done, uint64_t total)> progress;
};

struct BuildOutcome {
  std::shared_ptr<const Snapshot> snapshot;
  std::shared_ptr<const Records> records;
};

struct BuildFolders {
  std::filesystem::path exports;
  std::filesystem::path state;  // a file: what the last good build held
};

// One build; make a new object for the next. Not for use by several threads.
class Builder {
 public:
  Builder(const Host& host, const Config& config, const CatalogStore& store, BuildFolders folders)
      : host_(host), config_(config), store_(store), folders_(std::move(folders)) {}

  // The last good export stays in place when it fails. Cancelled between steps.
  Result<BuildOutcome> run(const Call& call, const BuildRequest& request);
  // What is known of the build, also of one that failed.
  const boost::json::object& summary() const { return summary_; }

 private:
  Result<void> load(const Call& call, const BuildRequest& request);
  Result<void> merge(const Call& call);
  Result<void> categorize();
  Result<void> score(const Call& call);
  Result<void> decide(const Call& call);
  Result<void> relate_all(const BuildRequest& request);
  Result<RelateOutcome> relate_snapshot(const BuildRequest& request);
  Result<void> document(const Call& call);
  Result<void> export_all();
  void summarize_load();
  void index_lists();

  const Host& host_;
  const Config& config_;
  const CatalogStore& store_;
  const BuildFolders folders_;
  std::shared_ptr<Records> records_;
  std::shared_ptr<Snapshot> snapshot_;
  boost::json::object summary_;
};

// RFC 3339, UTC, of now.
std::string time_now();

}  // namespace tenon::catalog
