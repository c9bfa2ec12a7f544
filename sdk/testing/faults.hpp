// Failures and delays that a test arranges for functions of the host's tables.
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
  uint64_t calls(std::string_view function) const;
  void heal();

  // Counts the call; its delay, and its failure if it shall fail.
  struct Verdict {
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
  };
  Plan& plan(std::string_view function);

  mutable std::mutex mutex_;
  std::map<std::string, Plan, std::less<>> plans_;  // guarded by mutex_
};

}  // namespace tenon::testing
