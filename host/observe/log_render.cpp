#include <fmt/format.h>

#include <ctime>
#include <iterator>

#include "host/observe/log_line.hpp"
#include "host/observe/utf8.hpp"

namespace tenon::observe {
namespace {

struct CalendarTime {
  std::tm utc{};
  int64_t micros = 0;
};

CalendarTime calendar(std::chrono::system_clock::time_point time) {
  const auto since = std::chrono::floor<std::chrono::microseconds>(time.time_since_epoch());
  const auto seconds = std::chrono::floor<std::chrono::seconds>(since);
  const std::time_t whole = seconds.count();
  CalendarTime out;
  gmtime_r(&whole, &out.utc);
  out.micros = (since - seconds).count();
  return out;
}

void append_rfc3339(std::chrono::system_clock::time_point time, std::string& out) {
  const CalendarTime at = calendar(time);
  fmt::format_to(std::back_inserter(out), "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:06}Z",
                 at.utc.tm_year + 1900, at.utc.tm_mon + 1, at.utc.tm_mday, at.utc.tm_hour,
                 at.utc.tm_min, at.utc.tm_sec, at.micros);
}

void json_string(std::string_view text, std::string& out) {
  out.push_back('"');
  for_each_code_point(text, [&](char32_t point, std::string_view bytes) {
    switch (point) {
      case '"':
        out += "\\\"";
        break;
      case '\\':
        out += "\\\\";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\r':
        out += "\\r";
        break;
      case '\t':
        out += "\\t";
        break;
      default:
        if (hidden_or_control(point))
          fmt::format_to(std::back_inserter(out), "\\u{:04x}", static_cast<uint32_t>(point));
        else
          out += bytes;
    }
  });
  out.push_back('"');
}

void json_member(std::string_view name, std::string_view value, std::string& out) {
  out += ",\"";
  out += name;
  out += "\":";
  json_string(value, out);
}

void text_escaped(std::string_view text, bool quoted, std::string& out) {
  for_each_code_point(text, [&](char32_t point, std::string_view bytes) {
    switch (point) {
      case '\n':
        out += "\\n";
        break;
      case '\r':
        out += "\\r";
        break;
      case '\t':
        out += "\\t";
        break;
      case '"':
      case '\\':
        if (quoted) out.push_back('\\');
        out += bytes;
        break;
      default:
        if (hidden_or_control(point))
          fmt::format_to(std::back_inserter(out), "\\u{:04x}", static_cast<uint32_t>(point));
        else
          out += bytes;
    }
  });
}

// Bare when it cannot be taken for anything else.
void text_value(std::string_view text, bool spaces_allowed, std::string& out) {
  const bool quoted = (text.empty() && !spaces_allowed) ||
                      text.find_first_of(spaces_allowed ? "=\"" : "= \"") != text.npos;
  if (quoted) out.push_back('"');
  text_escaped(text, quoted, out);
  if (quoted) out.push_back('"');
}

void text_field(std::string_view name, std::string_view value, std::string& out) {
  out.push_back(' ');
  out += name;
  out.push_back('=');
  text_value(value, false, out);
}

struct LevelLook {
  std::string_view label;
  std::string_view colour;
};

LevelLook look_of(Level level) {
  switch (level) {
    case Level::trace:
      return {"TRACE", "\033[90m"};
    case Level::debug:
      return {"DEBUG", "\033[36m"};
    case Level::info:
      return {"INFO ", "\033[32m"};
    case Level::warn:
      return {"WARN ", "\033[33m"};
    default:
      return {"ERROR", "\033[31m"};
  }
}

}  // namespace

std::string rfc3339(std::chrono::system_clock::time_point time) {
  std::string out;
  append_rfc3339(time, out);
  return out;
}

void render_json(const LogRecord& record, std::string& out) {
  out += "{\"time\":\"";
  append_rfc3339(record.time, out);
  out += "\",\"level\":\"";
  out += to_string(record.level);
  out += "\",\"name\":";
  json_string(record.name, out);
  json_member("message", record.message, out);
  if (!record.request_id.empty()) json_member("request_id", record.request_id, out);
  for (const auto& [name, value] : record.fields) json_member(name, value, out);
  if (record.truncated) out += ",\"truncated\":true";
  out.push_back('}');
}

void render_text(const LogRecord& record, bool colour, std::string& out) {
  const CalendarTime at = calendar(record.time);
  const LevelLook look = look_of(record.level);
  fmt::format_to(std::back_inserter(out), "{:04}-{:02}-{:02} {:02}:{:02}:{:02}.{:03} {}{}{} ",
                 at.utc.tm_year + 1900, at.utc.tm_mon + 1, at.utc.tm_mday, at.utc.tm_hour,
                 at.utc.tm_min, at.utc.tm_sec, at.micros / 1000, colour ? look.colour : "",
                 look.label, colour ? "\033[0m" : "");
  text_value(record.name, false, out);
  out += "  ";
  text_value(record.message, true, out);
  if (!record.request_id.empty()) text_field("request_id", record.request_id, out);
  for (const auto& [name, value] : record.fields) text_field(name, value, out);
  if (record.truncated) out += " truncated=true";
}

}  // namespace tenon::observe
