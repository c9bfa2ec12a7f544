// Runs builds, one at a time, and keeps what they made. [any-thread]
#pragma once

#include <atomic>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "catalog/catalog/build/builder.hpp"
#include "tenon/progress.hpp"

namespace tenon::catalog {

// A build under way, or what has become of one.
struct BuildStatus {
  std::string id;
  std::string state;  // as StoredBuild::state
  std::string step;
  uint64_t done = 0;
  uint64_t total = 0;
};

class BuildRunner {
 public:
  BuildRunner(const Host& host, const Config& config, const CatalogStore& store,
              BuildFolders folders)
      : host_(host),
        config_(config),
        store_(store),
        folders_(std::move(folders)),
        progress_(host) {}
  ~BuildRunner() { stop(); }

  // Builds on this thread; the summary. Code::conflict while another build runs.
  Result<boost::json::object> build(const Call& call, const std::string& brand,
                                    const std::string& cause);
  // Builds on a thread of its own; the build's id.
  Result<std::string> begin(const std::string& brand, const std::string& cause);
  // False when no such build runs.
  bool cancel(const std::string& id);
  std::optional<BuildStatus> running() const;
  // Cancels what runs and waits for it.
  void stop();

  std::shared_ptr<const Snapshot> snapshot() const { return current_.get(); }
  // Why the last build failed; empty when it did not.
  std::string failure() const;

 private:
  Result<std::string> take(const std::string& cause);
  Result<boost::json::object> run(const Call& call, const std::string& id, const std::string& brand,
                                  const std::string& cause);
  void release(const std::string& failure);

  const Host& host_;
  const Config& config_;
  const CatalogStore& store_;
  const BuildFolders folders_;
  const Progress progress_;
  CurrentSnapshot current_;
  mutable std::mutex mutex_;  // guards what follows, but for cancelled_
  std::optional<BuildStatus> status_;
  std::string failure_;
  std::shared_ptr<const Records> records_;
  std::thread thread_;
  uint32_t cancelled_ = 0;  // accessed atomically: tn_call reads it
};

}  // namespace tenon::catalog
