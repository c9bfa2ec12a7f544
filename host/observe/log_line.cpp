#include "host/observe/log_line.hpp"

#include <algorithm>
#include <array>
#include <set>

namespace tenon::observe {
namespace {

constexpr std::array<std::string_view, 6> kLevelNames = {"trace", "debug", "info",
                                                         "warn",  "error", "off"};

// Lengths are little-endian base-128 numbers; a chunk is a length and its bytes.
void put_number(size_t value, std::string& out) {
  for (; value >= 0x80; value >>= 7) out.push_back(static_cast<char>(value | 0x80));
  out.push_back(static_cast<char>(value));
}

void put_chunk(std::string_view text, std::string& out) {
  put_number(text.size(), out);
  out.append(text);
}

bool take_number(std::string_view& rest, size_t& out) {
  out = 0;
  for (unsigned shift = 0; shift <= 28; shift += 7) {
    if (rest.empty()) return false;
    const auto byte = static_cast<unsigned char>(rest.front());
    rest.remove_prefix(1);
    out |= static_cast<size_t>(byte & 0x7f) << shift;
    if (byte < 0x80) return true;
  }
  return false;
}

bool take_chunk(std::string_view& rest, std::string& out) {
  size_t size = 0;
  if (!take_number(rest, size) || size > rest.size()) return false;
  out.assign(rest.substr(0, size));
  rest.remove_prefix(size);
  return true;
}

// At most `room` bytes of `text`, which shrinks `room`.
std::string_view fit(std::string_view text, size_t& room, bool& truncated) {
  if (text.size() > room) {
    truncated = true;
    text = text.substr(0, room);
  }
  room -= text.size();
  return text;
}

bool plain_name_char(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '.' || c == '-';
}

}  // namespace

std::string_view to_string(Level level) {
  return kLevelNames[std::min<size_t>(static_cast<size_t>(level), kLevelNames.size() - 1)];
}

bool parse_level(std::string_view text, Level& out) {
  if (text == "warning") text = "warn";
  if (text == "err") text = "error";
  const auto found = std::find(kLevelNames.begin(), kLevelNames.end(), text);
  if (found == kLevelNames.end()) return false;
  out = static_cast<Level>(found - kLevelNames.begin());
  return true;
}

void encode_line(const Line& line, size_t max_bytes, std::string& out) {
  size_t room = std::max<size_t>(max_bytes, 512);
  bool truncated = line.fields.size() > kMaxLineFields;
  size_t id_room = kMaxRequestIdBytes;
  const std::string_view request_id = fit(line.request_id, id_room, truncated);
  room -= request_id.size();
  const std::string_view message = fit(line.message, room, truncated);

  const size_t flag_at = out.size();
  out.push_back('\0');
  put_chunk(message, out);
  put_chunk(request_id, out);
  for (const LogField& field : line.fields.first(std::min(line.fields.size(), kMaxLineFields))) {
    if (room == 0) {
      truncated = true;
      break;
    }
    size_t name_room = std::min(room, kMaxFieldNameBytes);
    const std::string_view name = fit(field.name, name_room, truncated);
    room -= name.size();
    put_chunk(name, out);
    put_chunk(fit(field.value, room, truncated), out);
  }
  out[flag_at] = truncated ? '\1' : '\0';
}

bool decode_line(std::string_view payload, LogRecord& out) {
  if (payload.empty() || static_cast<unsigned char>(payload.front()) > 1) return false;
  out.truncated = payload.front() == '\1';
  payload.remove_prefix(1);
  if (!take_chunk(payload, out.message) || !take_chunk(payload, out.request_id)) return false;
  out.fields.clear();
  while (!payload.empty()) {
    if (out.fields.size() == kMaxLineFields) return false;
    auto& [name, value] = out.fields.emplace_back();
    if (!take_chunk(payload, name) || !take_chunk(payload, value)) return false;
  }
  return true;
}

void settle_field_names(LogRecord& record) {
  std::set<std::string_view> used = {"time", "level", "name", "message", "request_id", "truncated"};
  for (auto& [name, value] : record.fields) {
    for (char& c : name)
      if (!plain_name_char(c)) c = '_';
    if (name.empty()) name = "_";
    while (used.contains(name)) name += '_';
    used.insert(name);
  }
}

}  // namespace tenon::observe
