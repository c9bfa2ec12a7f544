// The checks that run code of the plugin. Each group runs in a process of its own, so that what
// dies in one says nothing of the others.
#pragma once

#include <array>
#include <functional>
#include <string_view>
#include <vector>

#include "host/verify/bench.hpp"
#include "host/verify/recorder.hpp"

namespace tenon::verify {

struct Ground {
  Bench& bench;
  Recorder& recorder;
  const Options& options;
};

struct Group {
  std::string_view name;
  std::vector<std::string_view> checks;  // in the order in which they begin
  bool isolated;                         // needs workers
  void (*run)(const Ground&);
};
// The first is the life of an instance; the others make sense only for a plugin that comes up.
const std::array<Group, 9>& groups();

void check_life(const Ground& ground);
void check_valid_messages(const Ground& ground);
void check_invalid_messages(const Ground& ground);
void check_message_threads(const Ground& ground);
void check_columns(const Ground& ground);
void check_column_threads(const Ground& ground);
void check_routes(const Ground& ground);
void check_route_threads(const Ground& ground);
void check_isolated(const Ground& ground);

// Begins `check` with an instance that serves. Null: the check has ended, because `nothing` says
// why there is nothing to check, or because the instance did not come up.
std::shared_ptr<plugins::Instance> begin_serving(const Ground& ground, std::string_view check,
                                                 std::string_view nothing = {});

// Calls of one thread: makes the case of that number, of one of `kinds` methods or routes, and says
// what was wrong with it.
using Lane = std::function<std::string(size_t kind, uint64_t number)>;
// Ends `check` with what was wrong with calls that several threads made at a time, each with a lane
// of its own, and `options.cases` of each kind or as many as there is time for.
void judge_lanes(const Ground& ground, std::string_view check, size_t kinds,
                 const std::function<Lane()>& make_lane);

// Then the rest of the cases would say the same.
constexpr size_t kMaxWrong = 10;

}  // namespace tenon::verify
