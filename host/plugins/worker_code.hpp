// The code of a generation in a worker process of its own.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "host/plugins/library.hpp"
#include "host/plugins/permissions.hpp"
#include "host/plugins/plugin_code.hpp"
#include "host/workers/isolated_worker.hpp"

namespace tenon::plugins {

// What a worker of an instance may do and use.
struct WorkerSetup {
  std::string instance;
  Permissions permissions;
  config::InstanceLimits limits;
  std::chrono::milliseconds hang{5'000};
  std::chrono::milliseconds start_timeout{5'000};
};

class WorkerCode final : public PluginCode {
 public:
  // Blocks. `copy` is mapped by the worker alone, so that any number of workers can share it.
  static Result<std::unique_ptr<WorkerCode>> start(workers::Workers& workers,
                                                   std::shared_ptr<const LibraryCopy> copy,
                                                   const WorkerSetup& setup,
                                                   workers::WorkerCallbacks callbacks);
  ~WorkerCode() override { unload(); }

  const Manifest& manifest() const override { return copy_->manifest(); }
  bool unload() override;
  void abandon() override;
  const std::atomic<bool>* gone() const override { return &worker_->gone(); }
  std::optional<WorkerInfo> worker_info() const override { return info_; }

 private:
  explicit WorkerCode(std::shared_ptr<const LibraryCopy> copy) : copy_(std::move(copy)) {}
  const void* find_table(std::string_view id) const override { return worker_->plugin().query(id); }

  std::shared_ptr<const LibraryCopy> copy_;
  std::unique_ptr<workers::IsolatedWorker> worker_;
  WorkerInfo info_;
};

// The environment of a worker: what its instance may see of this process's.
std::vector<std::string> environment_of(const Permissions& permissions);

}  // namespace tenon::plugins
