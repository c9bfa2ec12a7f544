#include "host/workers/workers.hpp"

#include <fmt/format.h>
#include <sys/timerfd.h>
#include <unistd.h>

namespace tenon::workers {
namespace {
constexpr long kPeriodNs = 100'000'000;
}  // namespace

Workers::Workers(std::filesystem::path program, std::chrono::milliseconds heartbeat)
    : program_(std::move(program)),
      groups_(sandbox::GroupRoot::prepare()),
      memory_([this](pid_t pid, uint64_t bytes, uint64_t limit) {
        const auto found = over_.find(pid);
        if (found == over_.end()) return;
        found->second(
            fmt::format("it held {} MiB, more than its limit of {} MiB", bytes >> 20, limit >> 20));
      }),
      timer_(timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK)),
      supervisor_(heartbeat) {
  timer_watch_ = supervisor_.watch(timer_.get(), [this] { look(); });
}

Workers::~Workers() {
  supervisor_.unwatch(timer_watch_);
}

void Workers::look() {
  uint64_t fired = 0;
  (void)!::read(timer_.get(), &fired, sizeof fired);
  memory_.look();
}

// The timer runs only while somebody is watched: an idle host does nothing.
void Workers::watch_memory(pid_t pid, uint64_t bytes,
                           std::function<void(const std::string&)> on_over) {
  if (!memory_.add(pid, bytes).ok()) return;  // it has ended already
  over_[pid] = std::move(on_over);
  const itimerspec often{{0, kPeriodNs}, {0, kPeriodNs}};
  timerfd_settime(timer_.get(), 0, &often, nullptr);
}

void Workers::forget_memory(pid_t pid) {
  memory_.remove(pid);
  over_.erase(pid);
  if (!over_.empty()) return;
  const itimerspec never{};
  timerfd_settime(timer_.get(), 0, &never, nullptr);
}

}  // namespace tenon::workers
