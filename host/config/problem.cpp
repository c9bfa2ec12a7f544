#include "host/config/problem.hpp"

#include <algorithm>
#include <cstdio>

namespace tenon::config {

namespace {

bool is_plain_key(std::string_view key) {
  if (key.empty()) return false;
  return std::all_of(key.begin(), key.end(), [](unsigned char c) {
    return std::isalnum(c) || c == '_' || c == '-' || c == '$';
  });
}

bool is_continuation(char c) {
  return (static_cast<unsigned char>(c) & 0xC0) == 0x80;
}

void append_escaped(std::string& out, char c) {
  switch (c) {
    case '"':
      out += "\\\"";
      return;
    case '\\':
      out += "\\\\";
      return;
    case '\n':
      out += "\\n";
      return;
    case '\t':
      out += "\\t";
      return;
    case '\r':
      out += "\\r";
      return;
    default:
      break;
  }
  auto byte = static_cast<unsigned char>(c);
  if (byte < 0x20 || byte == 0x7F) {
    char text[8];
    std::snprintf(text, sizeof text, "\\u%04x", byte);
    out += text;
  } else {
    out += c;
  }
}

}  // namespace

std::string Problem::to_string() const {
  std::string out = mark.to_string();
  if (!out.empty()) out += ": ";
  if (!path.empty()) out += path + ": ";
  out += message;
  if (!suggestion.empty()) out += "; did you mean " + in_quotes(suggestion) + "?";
  return out;
}

boost::json::object Problem::to_json() const {
  boost::json::object out;
  out["file"] = mark.file();
  out["line"] = mark.line;
  out["column"] = mark.column;
  out["path"] = path;
  out["message"] = message;
  if (!suggestion.empty()) out["suggestion"] = suggestion;
  return out;
}

void sort_problems(Problems& problems) {
  std::stable_sort(problems.begin(), problems.end(),
                   [](const Problem& a, const Problem& b) { return before(a.mark, b.mark); });
}

std::string to_string(const Problems& problems) {
  std::string out;
  for (const Problem& problem : problems) out += (out.empty() ? "" : "\n") + problem.to_string();
  return out;
}

boost::json::array to_json(const Problems& problems) {
  boost::json::array out;
  for (const Problem& problem : problems) out.push_back(problem.to_json());
  return out;
}

std::string child_path(const std::string& parent, std::string_view key) {
  if (!is_plain_key(key)) return parent + "[" + in_quotes(key) + "]";
  return parent.empty() ? std::string(key) : parent + "." + std::string(key);
}

std::string child_path(const std::string& parent, std::size_t index) {
  return parent + "[" + std::to_string(index) + "]";
}

std::string in_quotes(std::string_view text, std::size_t max_bytes) {
  bool cut = text.size() > max_bytes;
  if (cut) {
    std::size_t end = max_bytes;
    while (end > 0 && is_continuation(text[end])) --end;
    text = text.substr(0, end);
  }
  std::string out = "\"";
  for (char c : text) append_escaped(out, c);
  return out + (cut ? "...\"" : "\"");
}

}  // namespace tenon::config
