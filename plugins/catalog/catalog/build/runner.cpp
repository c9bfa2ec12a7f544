#include "catalog/catalog/build/runner.hpp"

#include <boost/json/serialize.hpp>

namespace tenon::catalog {
namespace {

// Sorts by time: ids of later builds are greater.
std::string new_build_id() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  const auto us = std::chrono::duration_cast<std::chrono::microseconds>(now).count();
  std::string digits = std::to_string(us);
  return "b" + digits;
}

}  // namespace

std::optional<BuildStatus> BuildRunner::running() const {
  const std::lock_guard lock(mutex_);
  return status_;
}

std::string BuildRunner::failure() const {
  const std::lock_guard lock(mutex_);
  return failure_;
}

Result<std::string> BuildRunner::take(const std::string& cause) {
  const std::lock_guard lock(mutex_);
  if (status_)
    return Error{Code::conflict,
                 "build " + status_->id + " is under way, at step " + status_->step};
  __atomic_store_n(&cancelled_, 0, __ATOMIC_RELEASE);
  status_ = BuildStatus{new_build_id(), "running", cause, 0, 0};
  return status_->id;
}

void BuildRunner::release(const std::string& failure) {
  const std::lock_guard lock(mutex_);
  status_.reset();
  failure_ = failure;
}

Result<boost::json::object> BuildRunner::build(const Call& call, const std::string& brand,
                                               const std::string& cause) {
  TN_TRY(const std::string id, take(cause));
  return run(call, id, brand, cause);
}

Result<std::string> BuildRunner::begin(const std::string& brand, const std::string& cause) {
  TN_TRY(const std::string id, take(cause));
  const std::lock_guard lock(mutex_);
  if (thread_.joinable()) thread_.join();  // of a build that has ended
  thread_ = std::thread([this, id, brand, cause] {
    tn_call raw = {};
    raw.struct_size = sizeof(tn_call);
    raw.cancelled = &cancelled_;
    try {
      const auto done = run(Call(&raw), id, brand, cause);
      if (!done.ok()) host_.log().error("a build failed", {{"reason", done.error().message}});
    } catch (const std::exception& thrown) {
      release(thrown.what());
      host_.log().error("a build failed", {{"reason", thrown.what()}});
    }
  });
  return id;
}

Result<boost::json::object> BuildRunner::run(const Call& call, const std::string& id,
                                             const std::string& brand, const std::string& cause) {
  std::shared_ptr<const Records> known;
  {
    const std::lock_guard lock(mutex_);
    known = records_;
  }
  BuildRequest request{id, cause, brand, known.get(), current_.get(), {}};
  request.progress = [&](const std::string& step, uint64_t done, uint64_t total) {
    progress_.report(call, step, done, total);
    const std::lock_guard lock(mutex_);
    if (!status_) return;
    status_->step = step;
    status_->done = done;
    status_->total = total;
  };
  StoredBuild stored{id, "running", cause, time_now(), "", "{}"};
  auto saved = store_.save_build(call, stored);
  Builder builder(host_, config_, store_, folders_);
  auto outcome = [&]() -> Result<BuildOutcome> {
    if (!saved.ok()) return saved.error();
    try {
      return builder.run(call, request);
    } catch (const std::exception& thrown) {
      return Error{Code::internal, std::string("the build broke off: ") + thrown.what()};
    }
  }();
  boost::json::object summary = builder.summary();
  stored.state = outcome.ok()                              ? "succeeded"
                 : outcome.error().code == Code::cancelled ? "cancelled"
                                                           : "failed";
  summary["state"] = stored.state;
  if (!outcome.ok()) summary["error"] = outcome.error().message;
  stored.finished_at = time_now();
  stored.summary = boost::json::serialize(summary);
  // The call may be cancelled or late, and what became of the build must be known all the same.
  if (saved.ok()) saved = store_.save_build(Call(), stored);
  if (outcome.ok()) {
    current_.set(outcome->snapshot);
    const std::lock_guard lock(mutex_);
    records_ = outcome->records;
  }
  release(outcome.ok() ? "" : outcome.error().message);
  if (!outcome.ok()) return std::move(outcome).error();
  if (!saved.ok()) return std::move(saved).error();
  return summary;
}

bool BuildRunner::cancel(const std::string& id) {
  const std::lock_guard lock(mutex_);
  if (!status_ || status_->id != id) return false;
  __atomic_store_n(&cancelled_, 1, __ATOMIC_RELEASE);
  return true;
}

void BuildRunner::stop() {
  __atomic_store_n(&cancelled_, 1, __ATOMIC_RELEASE);
  std::thread thread;
  {
    const std::lock_guard lock(mutex_);
    thread.swap(thread_);
  }
  if (thread.joinable()) thread.join();
}

}  // namespace tenon::catalog
