#include "host/observe/line_sink.hpp"

#include <spdlog/async_logger.h>
#include <spdlog/details/log_msg.h>
#include <spdlog/details/thread_pool.h>

#include <exception>

#include "host/observe/spdlog_level.hpp"

namespace tenon::observe {
namespace {

constexpr auto kDropReportEvery = std::chrono::seconds(1);

size_t bytes_of(const LogRecord& record) {
  size_t bytes = sizeof(LogRecord) + record.message.size() + record.request_id.size();
  for (const auto& field : record.fields)
    bytes += sizeof(field) + field.first.size() + field.second.size();
  return bytes;
}

}  // namespace

const char kEncodedPayload[] = "tenon encoded payload";

void RecentLines::add(LogRecord&& record) {
  const size_t bytes = bytes_of(record);
  std::lock_guard lock(mutex_);
  Ring& ring = rings_[record.name];
  ring.records.push_back(std::move(record));
  ring.bytes += bytes;
  while (!ring.records.empty() && (ring.records.size() > lines_ || ring.bytes > kMaxBytes)) {
    ring.bytes -= bytes_of(ring.records.front());
    ring.records.pop_front();
  }
}

std::vector<LogRecord> RecentLines::of(std::string_view name) const {
  std::lock_guard lock(mutex_);
  const auto found = rings_.find(name);
  if (found == rings_.end()) return {};
  return {found->second.records.begin(), found->second.records.end()};
}

void RecentLines::forget(std::string_view name) {
  std::lock_guard lock(mutex_);
  if (const auto found = rings_.find(name); found != rings_.end()) rings_.erase(found);
}

LineSink::LineSink(const Settings& settings, std::shared_ptr<spdlog::sinks::sink> output)
    : settings_(settings), output_(std::move(output)), recent_(settings.recent_lines) {}

void LineSink::log(const spdlog::details::log_msg& message) {
  LogRecord record;
  const std::string_view payload(message.payload.data(), message.payload.size());
  const bool encoded = message.source.funcname == kEncodedPayload;
  if (!encoded || !decode_line(payload, record)) {
    record = {};
    record.truncated = payload.size() > settings_.max_line_bytes;
    record.message = payload.substr(0, settings_.max_line_bytes);
  }
  record.time = message.time;
  record.level = from_spdlog(message.level);
  record.name.assign(message.logger_name.data(), message.logger_name.size());
  write(std::move(record));
  settle_queue();
}

void LineSink::write(LogRecord&& record) {
  redactor_.apply(record.message, record.truncated);
  redactor_.apply(record.request_id, record.truncated);
  for (auto& [name, value] : record.fields) {
    redactor_.apply(name, record.truncated);
    redactor_.apply(value, record.truncated);
  }
  settle_field_names(record);

  rendered_.clear();
  if (settings_.format == LogFormat::json)
    render_json(record, rendered_);
  else
    render_text(record, settings_.colour, rendered_);
  spdlog::details::log_msg finished;
  finished.level = spdlog::level::info;
  finished.payload = rendered_;
  recent_.add(std::move(record));
  try {
    output_->log(finished);
    written_.fetch_add(1, std::memory_order_relaxed);
  } catch (const std::exception&) {
    // There is nowhere left to say it but the count.
    count_failure();
  }
}

// An empty queue is the moment to let everything be seen: under load writes go out in blocks, and
// a quiet log never sits in a buffer.
void LineSink::settle_queue() {
  if (!pool_) return;
  const bool idle = pool_->queue_size() == 0;
  if (idle) flush();
  const auto now = std::chrono::steady_clock::now();
  if (now - told_drops_at_ < kDropReportEvery) return;
  told_drops_at_ = now;
  report_drops(pool_->overrun_counter());
}

void LineSink::report_drops(uint64_t dropped_in_total) {
  const uint64_t told = told_drops_.exchange(dropped_in_total, std::memory_order_relaxed);
  if (dropped_in_total <= told) return;
  LogRecord record;
  record.time = std::chrono::system_clock::now();
  record.level = Level::warn;
  record.name = "host";
  record.message = "log lines dropped: they came faster than they could be written";
  record.fields = {{"dropped", std::to_string(dropped_in_total - told)},
                   {"dropped_in_total", std::to_string(dropped_in_total)}};
  write(std::move(record));
}

void LineSink::flush() {
  try {
    output_->flush();
  } catch (const std::exception&) {
    count_failure();
  }
}

LogCounts LineSink::counts() const {
  return {written_.load(std::memory_order_relaxed), told_drops_.load(std::memory_order_relaxed),
          failed_.load(std::memory_order_relaxed)};
}

}  // namespace tenon::observe
