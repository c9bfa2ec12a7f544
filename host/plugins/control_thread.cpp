#include "host/plugins/control_thread.hpp"

#include <thread>

#include "host/http/crash_report.hpp"

namespace tenon::plugins {

void ControlThread::loop(const std::shared_ptr<Shared>& shared) {
  const http::AlternateSignalStack signal_stack;  // or a plugin's stack overflow could not be told
  std::unique_lock lock(shared->mutex);
  for (;;) {
    shared->changed.wait(lock, [&] { return shared->quit || shared->step; });
    if (!shared->step) break;
    Step step = std::move(shared->step);
    shared->step = nullptr;
    lock.unlock();
    Result<void> outcome = step();
    step = nullptr;
    lock.lock();
    shared->outcome = std::move(outcome);
    shared->running = false;
    shared->changed.notify_all();
  }
  shared->quit = false;
  shared->changed.notify_all();
}

std::optional<Result<void>> ControlThread::run(Step step, std::chrono::milliseconds limit) {
  if (!shared_) {
    shared_ = std::make_shared<Shared>();
    std::thread([shared = shared_] { loop(shared); }).detach();
  }
  std::unique_lock lock(shared_->mutex);
  shared_->step = std::move(step);
  shared_->outcome.reset();
  shared_->running = true;
  shared_->changed.notify_all();
  if (shared_->changed.wait_for(lock, limit, [&] { return !shared_->running; }))
    return std::move(shared_->outcome);
  shared_->quit = true;  // in case it ever comes back
  lock.unlock();
  shared_.reset();
  return std::nullopt;
}

ControlThread::~ControlThread() {
  if (!shared_) return;
  std::unique_lock lock(shared_->mutex);
  shared_->quit = true;
  shared_->changed.notify_all();
  shared_->changed.wait(lock, [&] { return !shared_->quit; });
}

}  // namespace tenon::plugins
