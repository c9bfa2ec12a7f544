// The log of the process: loggers by name that write in the background.
#pragma once

#include <spdlog/logger.h>

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "host/observe/line_sink.hpp"
#include "host/observe/log_line.hpp"
#include "tenon/result.hpp"

namespace tenon::observe {

struct LogOptions {
  Level level = Level::info;
  std::map<std::string, Level, std::less<>> levels;  // by logger name; others have `level`
  LogFormat format = LogFormat::text;
  std::string file;                          // empty: standard error
  uint64_t rotate_bytes = 64 * 1024 * 1024;  // of a file; then it becomes name.1.ext and so on
  uint32_t rotate_files = 5;                 // old files kept
  size_t queue_lines = 8192;                 // beyond them the oldest waiting line is dropped
  size_t max_line_bytes = 16 * 1024;         // of text in one line, before it is escaped
  size_t recent_lines = 200;                 // kept in memory a name
};

// Owned by main, and outlives every user of its loggers. [any thread] throughout.
class Logging {
 public:
  // Code::invalid for options out of range, Code::unavailable when the file cannot be opened.
  static Result<std::unique_ptr<Logging>> create(const LogOptions& options);
  // Writes all that is waiting.
  ~Logging();
  Logging(const Logging&) = delete;
  Logging& operator=(const Logging&) = delete;

  // The logger of that name ("host", "http", the id of an instance), made on first use. Lines
  // written straight to it (logger->info("...")) are plain messages.
  std::shared_ptr<spdlog::logger> logger(std::string_view name);
  // Drops the logger and recent lines of a name that will not be used again.
  void forget(std::string_view name);

  // Sets a name's own level, whether it has a logger yet or not.
  void set_level(std::string_view name, Level level);
  // Sets the level of all names without one of their own.
  void set_default_level(Level level);
  // Back to the default level.
  void clear_level(std::string_view name);
  Level level(std::string_view name) const;
  std::vector<std::string> names() const;  // of loggers, sorted

  // Waits until all lines written before are in the output; false after `timeout`.
  bool flush(std::chrono::milliseconds timeout = std::chrono::seconds(5));

  // From now on the value appears as "***" in every line. See Redactor.
  Result<void> redact(std::string secret) { return sink_->redactor().add(std::move(secret)); }

  // The last lines of a name, oldest first; a line appears once the background thread had it.
  std::vector<LogRecord> recent(std::string_view name) const { return sink_->recent().of(name); }

  LogCounts counts() const;

 private:
  explicit Logging(const LogOptions& options, std::shared_ptr<spdlog::sinks::sink> output,
                   bool colour);
  Level level_of(std::string_view name) const;  // with mutex_ held

  const LogOptions options_;
  std::shared_ptr<LineSink> sink_;
  std::shared_ptr<spdlog::details::thread_pool> pool_;
  mutable std::mutex mutex_;
  Level default_level_;                                                          // guarded
  std::map<std::string, Level, std::less<>> levels_;                             // guarded
  std::map<std::string, std::shared_ptr<spdlog::logger>, std::less<>> loggers_;  // guarded
};

// Writes a line with its fields to a logger of a Logging. Does nothing below the logger's level and
// otherwise only copies: no lock but that of the queue, no output. Text beyond `max_bytes` is cut.
void write(spdlog::logger& logger, const Line& line, size_t max_bytes = 16 * 1024);

}  // namespace tenon::observe
