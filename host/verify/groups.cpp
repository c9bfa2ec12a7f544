#include "host/verify/groups.hpp"

#include <fmt/format.h>

#include <atomic>
#include <mutex>
#include <thread>

#include "host/base/alternate_signal_stack.hpp"

namespace tenon::verify {

const std::array<Group, 9>& groups() {
  static const std::array<Group, 9> all = {{
      {"life",
       {"life.load", "life.query", "life.start", "life.probe", "life.stop", "life.again",
        "life.threads", "life.descriptors", "life.process", "life.together", "life.unload",
        "life.memory"},
       false,
       check_life},
      {"message.valid", {"message.valid"}, false, check_valid_messages},
      {"message.invalid", {"message.invalid"}, false, check_invalid_messages},
      {"message.threads", {"message.threads"}, false, check_message_threads},
      {"column.batches", {"column.batches"}, false, check_columns},
      {"column.threads", {"column.threads"}, false, check_column_threads},
      {"route.requests", {"route.requests"}, false, check_routes},
      {"route.threads", {"route.threads"}, false, check_route_threads},
      {"isolated", {"isolated.start"}, true, check_isolated},
  }};
  return all;
}

std::shared_ptr<plugins::Instance> begin_serving(const Ground& ground, std::string_view check,
                                                 std::string_view nothing) {
  if (!nothing.empty()) {
    ground.recorder.end(check, Outcome::skipped, std::string(nothing));
    return nullptr;
  }
  ground.recorder.begin(check);
  auto made = ground.bench.make(ground.bench.subject().spec.id);
  const auto started =
      made.ok() ? (*made)->start(ground.bench.control()) : Result<void>(made.error());
  if (started.ok()) return *made;
  ground.recorder.end(check, Outcome::failed, "it did not start: " + started.error().message);
  return nullptr;
}

void judge_lanes(const Ground& ground, std::string_view check, size_t kinds,
                 const std::function<Lane()>& make_lane) {
  constexpr unsigned kThreads = 4;
  const auto until = std::chrono::steady_clock::now() + ground.options.time_limit / 4;
  const uint64_t most = uint64_t{ground.options.cases} * kinds;
  std::mutex mutex;
  std::vector<std::string> wrong;
  std::atomic<uint64_t> calls{0};
  const auto work = [&](unsigned thread) {
    const AlternateSignalStack signal_stack;
    const Lane lane = make_lane();
    for (uint64_t i = 0; i < most && std::chrono::steady_clock::now() < until; ++i, ++calls) {
      auto why = lane(i % kinds, i / kinds * kThreads + thread);
      if (why.empty()) continue;
      const std::lock_guard lock(mutex);
      if (wrong.size() < kMaxWrong) wrong.push_back(std::move(why));
    }
  };
  {
    std::vector<std::jthread> threads;
    for (unsigned thread = 0; thread < kThreads; ++thread) threads.emplace_back(work, thread);
  }
  ground.recorder.judge(check, wrong,
                        fmt::format("{} calls by {} threads", calls.load(), kThreads));
}

}  // namespace tenon::verify
