// Where every line of the log ends up: made readable, kept in memory and written.
#pragma once

#include <spdlog/sinks/sink.h>

#include <atomic>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "host/observe/log_line.hpp"
#include "host/observe/redactor.hpp"

namespace spdlog::details {
class thread_pool;
}

namespace tenon::observe {

enum class LogFormat { text, json };

// Marks, by its address in the source location, a payload made by encode_line: text of a writer
// cannot carry it, so plain text is never taken for an encoded line.
extern const char kEncodedPayload[];

// The last lines of each name. [any thread]
class RecentLines {
 public:
  // Keeps `lines` a name, fewer when they hold more than `kMaxBytes`.
  explicit RecentLines(size_t lines) : lines_(lines) {}
  static constexpr size_t kMaxBytes = 512 * 1024;

  void add(LogRecord&& record);
  std::vector<LogRecord> of(std::string_view name) const;  // oldest first
  void forget(std::string_view name);

 private:
  struct Ring {
    std::deque<LogRecord> records;
    size_t bytes = 0;
  };
  size_t lines_;
  mutable std::mutex mutex_;
  std::map<std::string, Ring, std::less<>> rings_;  // guarded by mutex_
};

struct LogCounts {
  uint64_t written = 0;
  uint64_t dropped = 0;  // the queue was full
  uint64_t failed = 0;   // the output refused them, for example a full disk
};

class LineSink final : public spdlog::sinks::sink {
 public:
  struct Settings {
    LogFormat format = LogFormat::text;
    bool colour = false;
    size_t max_line_bytes = 0;
    size_t recent_lines = 0;
  };
  // `output` receives finished lines as plain payloads and only from the log's own thread.
  LineSink(const Settings& settings, std::shared_ptr<spdlog::sinks::sink> output);

  // The queue to ask how much is waiting and was dropped. Must live as long as lines arrive.
  void watch(spdlog::details::thread_pool* pool) { pool_ = pool; }

  // [the log's own thread]
  void log(const spdlog::details::log_msg& message) override;
  void flush() override;
  // Writes a line about drops that were not told yet. [the log's own thread, or after its end]
  void report_drops(uint64_t dropped_in_total);

  // Lines carry their own form.
  void set_pattern(const std::string&) override {}
  void set_formatter(std::unique_ptr<spdlog::formatter>) override {}

  LogCounts counts() const;  // [any thread]; `dropped` as last told
  void count_failure() { failed_.fetch_add(1, std::memory_order_relaxed); }
  Redactor& redactor() { return redactor_; }
  RecentLines& recent() { return recent_; }

 private:
  void write(LogRecord&& record);
  void settle_queue();

  const Settings settings_;
  const std::shared_ptr<spdlog::sinks::sink> output_;
  spdlog::details::thread_pool* pool_ = nullptr;
  Redactor redactor_;
  RecentLines recent_;
  std::string rendered_;
  std::chrono::steady_clock::time_point told_drops_at_{};
  std::atomic<uint64_t> written_{0};
  std::atomic<uint64_t> failed_{0};
  std::atomic<uint64_t> told_drops_{0};
};

}  // namespace tenon::observe
