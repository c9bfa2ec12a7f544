// The checks that run code of the plugin. Each group runs in a process of its own, so that what
// dies in one says nothing of the others.
#pragma once

#include <array>
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
const std::array<Group, 7>& groups();

void check_life(const Ground& ground);
void check_valid_messages(const Ground& ground);
void check_invalid_messages(const Ground& ground);
void check_message_threads(const Ground& ground);
void check_columns(const Ground& ground);
void check_routes(const Ground& ground);
void check_isolated(const Ground& ground);

// An instance that serves. Null: it did not come up, and `check` has ended with the reason.
std::shared_ptr<plugins::Instance> serve(const Ground& ground, std::string_view check);

}  // namespace tenon::verify
