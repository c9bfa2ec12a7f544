// What a test arranges for functions of the host's tables: failures, delays, and what it does
// meanwhile.
#pragma once

#include <map>
#include <mutex>
#include <string>

#include "tenon/testing/host.hpp"

namespace tenon::testing {

class Faults {
 public:
  // Throw std::invalid_argument for a name that is no function of a table.
  void fail(std::string_view function, Code code, Fault when);
  void delay(std::string_view function, std::chrono::nanoseconds time);
  void during(std::string_view function, std::function<void()> action, uint64_t after);
  uint64_t calls(std::string_view function) const;
  void heal();

  // Counts the call; what happens during it, its delay, and its failure if it shall fail.
  struct Verdict {
    std::vector<std::function<void()>> actions;
    std::chrono::nanoseconds delay{0};
    std::optional<Error> failure;
  };
  Verdict enter(std::string_view function);

 private:
  struct Plan {
    uint64_t calls = 0;
    std::chrono::nanoseconds delay{0};
    std::optional<Code> code;
    Fault when;
    std::multimap<uint64_t, std::function<void()>> actions;  // by the number of the call
  };
  Plan& plan(std::string_view function);

  mutable std::mutex mutex_;
  std::map<std::string, Plan, std::less<>> plans_;  // guarded by mutex_
};

}  // namespace tenon::testing
