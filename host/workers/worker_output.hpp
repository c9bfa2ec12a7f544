// What a worker writes to its standard output and error: lines for the log, and the end of it for
// the report of a crash.
#pragma once

#include <chrono>
#include <deque>
#include <functional>
#include <string>
#include <string_view>

namespace tenon::workers {

// [one thread]
class WorkerOutput {
 public:
  // Hears each line, without its end; at most kLinesPerSecond of them, then that lines are left
  // out, and later how many.
  using OnLine = std::function<void(std::string_view line)>;
  static constexpr size_t kLinesPerSecond = 200;
  static constexpr size_t kLongestLine = 4096;
  static constexpr size_t kKeptBytes = 16 << 10;

  explicit WorkerOutput(OnLine on_line) : on_line_(std::move(on_line)) {}

  // Reads what is there, a bounded amount; false at the end. `fd` does not block.
  bool read_from(int fd);
  // A last line without an end.
  void finish();
  // The end of all that was written.
  const std::string& tail() const { return tail_; }

 private:
  void take(std::string_view bytes);
  void tell(std::string_view line);

  OnLine on_line_;
  std::string line_;
  std::string tail_;
  std::chrono::steady_clock::time_point second_{};
  size_t told_ = 0;
  size_t left_out_ = 0;
};

}  // namespace tenon::workers
