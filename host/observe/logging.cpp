#include "host/observe/logging.hpp"

#include <spdlog/async_logger.h>
#include <spdlog/details/thread_pool.h>
#include <spdlog/formatter.h>
#include <spdlog/sinks/rotating_file_sink.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <unistd.h>

#include <future>

#include "host/observe/spdlog_level.hpp"

namespace tenon::observe {
namespace {

// The lines that reach the output are finished.
class PlainFormatter final : public spdlog::formatter {
 public:
  void format(const spdlog::details::log_msg& message, spdlog::memory_buf_t& out) override {
    out.append(message.payload.data(), message.payload.data() + message.payload.size());
    out.push_back('\n');
  }
  std::unique_ptr<spdlog::formatter> clone() const override {
    return std::make_unique<PlainFormatter>();
  }
};

// Passes through the queue behind the lines that wait, and tells when it has come out.
class FlushMark final : public spdlog::sinks::sink {
 public:
  explicit FlushMark(std::shared_ptr<LineSink> behind) : behind_(std::move(behind)) {}
  std::future<void> passed() { return passed_.get_future(); }

  void log(const spdlog::details::log_msg&) override {}
  void flush() override {
    behind_->flush();
    passed_.set_value();
  }
  void set_pattern(const std::string&) override {}
  void set_formatter(std::unique_ptr<spdlog::formatter>) override {}

 private:
  std::shared_ptr<LineSink> behind_;
  std::promise<void> passed_;
};

Result<void> check(const LogOptions& options) {
  const auto bad = [](std::string what, const char* path) {
    return Error{Code::invalid, std::move(what), path};
  };
  if (options.queue_lines < 16 || options.queue_lines > 1'000'000)
    return bad(
        "the log queue holds 16 to 1000000 lines, not " + std::to_string(options.queue_lines),
        "queue_lines");
  if (options.max_line_bytes < 512 || options.max_line_bytes > 1024 * 1024)
    return bad(
        "a log line holds 512 to 1048576 bytes, not " + std::to_string(options.max_line_bytes),
        "max_line_bytes");
  if (options.rotate_bytes < 4096)
    return bad("a log file is rotated at 4096 bytes or more, not at " +
                   std::to_string(options.rotate_bytes),
               "rotate_bytes");
  if (options.rotate_files > 1000)
    return bad("at most 1000 old log files are kept, not " + std::to_string(options.rotate_files),
               "rotate_files");
  return {};
}

}  // namespace

Result<std::unique_ptr<Logging>> Logging::create(const LogOptions& options) {
  TN_CHECK(check(options));
  try {
    std::shared_ptr<spdlog::sinks::sink> output;
    bool colour = false;
    if (options.file.empty()) {
      output = std::make_shared<spdlog::sinks::stderr_sink_st>();
      colour = options.format == LogFormat::text && isatty(STDERR_FILENO) == 1;
    } else {
      output = std::make_shared<spdlog::sinks::rotating_file_sink_st>(
          options.file, options.rotate_bytes, options.rotate_files);
    }
    output->set_formatter(std::make_unique<PlainFormatter>());
    return std::unique_ptr<Logging>(new Logging(options, std::move(output), colour));
  } catch (const spdlog::spdlog_ex& failure) {
    return Error{Code::unavailable,
                 "the log file \"" + options.file + "\" cannot be opened: " + failure.what(),
                 "file"};
  }
}

Logging::Logging(const LogOptions& options, std::shared_ptr<spdlog::sinks::sink> output,
                 bool colour)
    : options_(options),
      sink_(std::make_shared<LineSink>(
          LineSink::Settings{options.format, colour, options.max_line_bytes, options.recent_lines},
          std::move(output))),
      default_level_(options.level),
      levels_(options.levels) {
  // One thread, so that lines come out in the order in which they went in. Its own signal mask is
  // left to the process.
  pool_ = std::make_shared<spdlog::details::thread_pool>(options.queue_lines, 1);
  sink_->watch(pool_.get());
}

Logging::~Logging() {
  flush();
  const uint64_t dropped = pool_->overrun_counter();
  // The pool writes what came meanwhile and ends.
  pool_.reset();
  sink_->watch(nullptr);
  sink_->report_drops(dropped);
  sink_->flush();
}

std::shared_ptr<spdlog::logger> Logging::logger(std::string_view name) {
  std::lock_guard lock(mutex_);
  if (const auto found = loggers_.find(name); found != loggers_.end()) return found->second;
  auto made = std::make_shared<spdlog::async_logger>(std::string(name), sink_, pool_,
                                                     spdlog::async_overflow_policy::overrun_oldest);
  made->set_level(to_spdlog(level_of(name)));
  made->flush_on(spdlog::level::err);
  // A logger that outlives the log has nowhere to write; spdlog would say so on standard error.
  made->set_error_handler([sink = sink_](const std::string&) { sink->count_failure(); });
  loggers_.emplace(name, made);
  return made;
}

void Logging::forget(std::string_view name) {
  {
    std::lock_guard lock(mutex_);
    if (const auto found = loggers_.find(name); found != loggers_.end()) loggers_.erase(found);
  }
  sink_->recent().forget(name);
}

void Logging::set_level(std::string_view name, Level level) {
  std::lock_guard lock(mutex_);
  levels_.insert_or_assign(std::string(name), level);
  if (const auto found = loggers_.find(name); found != loggers_.end())
    found->second->set_level(to_spdlog(level));
}

void Logging::set_default_level(Level level) {
  std::lock_guard lock(mutex_);
  default_level_ = level;
  for (const auto& [name, logger] : loggers_) logger->set_level(to_spdlog(level_of(name)));
}

void Logging::clear_level(std::string_view name) {
  std::lock_guard lock(mutex_);
  if (const auto own = levels_.find(name); own != levels_.end()) levels_.erase(own);
  if (const auto found = loggers_.find(name); found != loggers_.end())
    found->second->set_level(to_spdlog(default_level_));
}

Level Logging::level(std::string_view name) const {
  std::lock_guard lock(mutex_);
  return level_of(name);
}

Level Logging::level_of(std::string_view name) const {
  const auto own = levels_.find(name);
  return own == levels_.end() ? default_level_ : own->second;
}

std::vector<std::string> Logging::names() const {
  std::lock_guard lock(mutex_);
  std::vector<std::string> out;
  for (const auto& [name, logger] : loggers_) out.push_back(name);
  return out;
}

bool Logging::flush(std::chrono::milliseconds timeout) {
  const auto deadline = std::chrono::steady_clock::now() + timeout;
  // A full queue may drop the mark like any other entry, so it is sent again from time to time.
  while (std::chrono::steady_clock::now() < deadline) {
    auto mark = std::make_shared<FlushMark>(sink_);
    auto passed = mark->passed();
    std::make_shared<spdlog::async_logger>("flush", std::move(mark), pool_,
                                           spdlog::async_overflow_policy::block)
        ->flush();
    const auto next =
        std::min(deadline, std::chrono::steady_clock::now() + std::chrono::milliseconds(500));
    if (passed.wait_until(next) != std::future_status::ready) continue;
    try {
      passed.get();
      return true;
    } catch (const std::future_error&) {
    }
  }
  return false;
}

LogCounts Logging::counts() const {
  LogCounts counts = sink_->counts();
  counts.dropped = pool_->overrun_counter();
  return counts;
}

void write(spdlog::logger& logger, const Line& line, size_t max_bytes) {
  const auto level = to_spdlog(line.level);
  if (level == spdlog::level::off || !logger.should_log(level)) return;
  thread_local std::string payload;
  payload.clear();
  encode_line(line, max_bytes, payload);
  logger.log(spdlog::source_loc{"", 1, kEncodedPayload}, level,
             spdlog::string_view_t(payload.data(), payload.size()));
}

}  // namespace tenon::observe
