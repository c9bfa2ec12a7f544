#include "host/config/source_text.hpp"

#include <algorithm>
#include <cstdio>

#include "host/config/utf8.hpp"

namespace tenon::config {

namespace {

std::string without_bom_and_crlf(std::string_view bytes) {
  if (bytes.substr(0, 3) == "\xEF\xBB\xBF") bytes.remove_prefix(3);
  std::string out;
  out.reserve(bytes.size());
  for (std::size_t i = 0; i < bytes.size(); ++i)
    if (bytes[i] != '\r' || i + 1 == bytes.size() || bytes[i + 1] != '\n') out += bytes[i];
  return out;
}

bool is_forbidden(unsigned char c) {
  return (c < 0x20 && c != '\t' && c != '\n') || c == 0x7F;
}

std::string describe_control(unsigned char c) {
  if (c == 0) return "found a NUL byte, expected text";
  if (c == '\r')
    return "found a carriage return without a line feed, expected LF or CRLF line ends";
  char text[80];
  std::snprintf(text, sizeof text, "found the control character 0x%02x, expected printable text",
                c);
  return text;
}

}  // namespace

SourceText::SourceText(std::shared_ptr<const Source> source, std::string_view bytes,
                       Problems& problems)
    : source_(std::move(source)), text_(without_bom_and_crlf(bytes)) {
  line_starts_.push_back(0);
  for (std::size_t i = 0; i < text_.size(); ++i)
    if (text_[i] == '\n') line_starts_.push_back(i + 1);
  check(problems);
}

void SourceText::check(Problems& problems) {
  auto refuse = [&](std::size_t offset, std::string message) {
    ok_ = false;
    problems.push_back({mark_at(offset), "", std::move(message), ""});
  };
  for (std::size_t at = 0; at < text_.size();) {
    auto c = static_cast<unsigned char>(text_[at]);
    std::size_t length = utf8_length(std::string_view(text_).substr(at));
    if (length == 0) {
      char message[80];
      std::snprintf(message, sizeof message, "found the byte 0x%02x, expected valid UTF-8", c);
      return refuse(at, message);
    }
    if (length == 1 && is_forbidden(c)) return refuse(at, describe_control(c));
    at += length;
  }
}

Mark SourceText::mark_at(std::size_t offset) const {
  offset = std::min(offset, text_.size());
  auto next = std::upper_bound(line_starts_.begin(), line_starts_.end(), offset);
  std::size_t start = *(next - 1);
  std::size_t column = count_code_points(std::string_view(text_).substr(start, offset - start));
  return {source_, static_cast<std::uint32_t>(next - line_starts_.begin()),
          static_cast<std::uint32_t>(column + 1)};
}

std::string_view SourceText::line(std::size_t number) const {
  if (number == 0 || number > line_starts_.size()) return {};
  std::size_t start = line_starts_[number - 1];
  std::size_t end = number < line_starts_.size() ? line_starts_[number] - 1 : text_.size();
  return std::string_view(text_).substr(start, end - start);
}

}  // namespace tenon::config
