#include "host/plugins/worker_code.hpp"

#include <fmt/format.h>

#include <cstdlib>

#include "tenon/views.hpp"

namespace tenon::plugins {
namespace {

// A worker's own threads and descriptors, which a limit for the plugin does not mean: its lanes,
// and what a C library opens for itself.
constexpr uint32_t kOwnThreads = 80;
constexpr uint32_t kOwnFiles = 16;

uint32_t beside_own(unsigned limit, uint32_t own) {
  return limit ? limit + own : 0;
}

Result<sandbox::Policy> policy_of(const WorkerSetup& setup, const LibraryCopy& copy) {
  sandbox::Policy policy;
  if (copy.is_file()) policy.code.push_back(copy.path());  // one in memory lies on no path
  for (const auto& path : setup.permissions.read()) policy.read.push_back(path.string());
  for (const auto& path : setup.permissions.write()) policy.write.push_back(path.string());
  for (const auto& grant : setup.permissions.outbound()) {
    auto resolved = sandbox::resolve(grant.text());
    // A name that cannot be resolved now costs the connections to it, not the plugin.
    if (resolved.ok()) policy.outbound.push_back(std::move(*resolved));
  }
  policy.environment = setup.permissions.environment();
  policy.memory_bytes = setup.limits.memory_mb << 20;
  policy.open_files = beside_own(setup.limits.open_files, kOwnFiles);
  policy.threads = beside_own(setup.limits.threads, kOwnThreads);
  policy.cpu_percent = setup.limits.cpu_percent;
  TN_CHECK(sandbox::check(policy));
  return policy;
}

}  // namespace

std::vector<std::string> environment_of(const Permissions& permissions) {
  std::vector<std::string> out;
  for (const auto& name : permissions.environment())
    if (const char* value = std::getenv(name.c_str())) out.push_back(name + "=" + value);
  return out;
}

Result<std::unique_ptr<WorkerCode>> WorkerCode::start(workers::Workers& workers,
                                                      std::shared_ptr<const LibraryCopy> copy,
                                                      const WorkerSetup& setup,
                                                      workers::WorkerCallbacks callbacks) {
  workers::WorkerRequest request;
  request.name = setup.instance;
  TN_TRY(const auto descriptor, copy->open());
  request.library = descriptor.get();
  TN_TRY(request.policy, policy_of(setup, *copy));
  request.environment = environment_of(setup.permissions);
  request.concurrency = setup.limits.concurrency;
  request.start_timeout = setup.start_timeout;
  request.hang = setup.hang;
  std::unique_ptr<WorkerCode> made(new WorkerCode(std::move(copy)));
  TN_TRY(made->worker_, workers::IsolatedWorker::start(workers, request, std::move(callbacks)));
  tn_call call = {};
  call.struct_size = sizeof call;
  call.deadline_ns =
      (std::chrono::steady_clock::now() + setup.start_timeout).time_since_epoch().count();
  auto initialised =
      Call(&call).invoke([&](const tn_call* raw) { return made->worker_->plugin().init(raw); });
  if (!initialised.ok()) {
    Error error = initialised.error();
    error.message =
        fmt::format("{} failed in init: {}", made->copy_->file().string(), error.message);
    return error;
  }
  made->info_ = {made->worker_->pid(), made->worker_->layers()};
  return made;
}

bool WorkerCode::unload() {
  if (worker_ && !worker_->gone()) worker_->plugin().deinit();
  worker_.reset();
  return true;
}

void WorkerCode::abandon() {
  if (worker_) worker_->end(crash::Cause::killed, "a step of it did not end");
}

}  // namespace tenon::plugins
