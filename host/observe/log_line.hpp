// A line of the log as data: how it travels through the queue and how it looks when written.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tenon/log.h"

namespace tenon::observe {

enum class Level : uint32_t {
  trace = TN_LOG_TRACE,
  debug = TN_LOG_DEBUG,
  info = TN_LOG_INFO,
  warn = TN_LOG_WARN,
  error = TN_LOG_ERROR,
  off = TN_LOG_OFF,
};
std::string_view to_string(Level level);  // "trace", "debug", ...
// False, leaving `out`, when `text` names no level. "warning" and "err" are taken too.
bool parse_level(std::string_view text, Level& out);

struct LogField {
  std::string_view name;
  std::string_view value;
};

// One line to write. Borrows all text until write() returns.
struct Line {
  Level level = Level::info;
  std::string_view message;
  std::string_view request_id = {};
  std::span<const LogField> fields = {};
};

inline constexpr size_t kMaxLineFields = 32;
inline constexpr size_t kMaxFieldNameBytes = 64;
inline constexpr size_t kMaxRequestIdBytes = 128;

// Appends message, request id and fields to `out` in at most `max_bytes` (at least 512) and some
// length prefixes. What does not fit is cut, and the line marked as truncated.
void encode_line(const Line& line, size_t max_bytes, std::string& out);

// A line as kept and written: raw text of its writer, not yet escaped.
struct LogRecord {
  std::chrono::system_clock::time_point time;
  Level level = Level::info;
  std::string name;
  std::string message;
  std::string request_id;
  std::vector<std::pair<std::string, std::string>> fields;
  bool truncated = false;
};

// The reverse of encode_line. False for bytes that it never makes; `out` is then unspecified.
bool decode_line(std::string_view payload, LogRecord& out);

// Makes field names plain ([A-Za-z0-9_.-]), distinct and different from the members every line
// has, by replacing and appending underscores.
void settle_field_names(LogRecord& record);

// "2026-11-21T09:30:01.123456Z"
std::string rfc3339(std::chrono::system_clock::time_point time);

// One line without its newline. Neither has a control character, whatever the record holds.
//   {"time":"2026-11-21T09:30:01.123456Z","level":"info","name":"catalog","message":...}
void render_json(const LogRecord& record, std::string& out);
//   2026-11-21 09:30:01.123 INFO  catalog  message key=value
// A message or value that could be mistaken for fields stands in quotes.
void render_text(const LogRecord& record, bool colour, std::string& out);

}  // namespace tenon::observe
