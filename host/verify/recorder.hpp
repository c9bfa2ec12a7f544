// The child's side of the report: what is going on is told before it is done, so that a death in
// the middle of it has a name.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "host/verify/job.hpp"

namespace tenon::verify {

class Recorder {
 public:
  explicit Recorder(int descriptor) : descriptor_(descriptor) {}

  void begin(std::string_view check);
  // What this thread is about to do, for the report of a crash; from time to time the parent hears
  // that the child is alive.
  void doing(const std::string& what);
  void end(std::string_view check, Outcome outcome, const std::string& detail = {});
  void judge(std::string_view check, const std::vector<std::string>& wrong,
             const std::string& figures = {});
  void note(const std::string& text) { write({"", "note", text}); }

 private:
  void write(const Line& line);

  const int descriptor_;
  std::chrono::steady_clock::time_point told_{};
};

}  // namespace tenon::verify
