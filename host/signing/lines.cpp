#include "host/signing/lines.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "host/config/utf8.hpp"

namespace tenon::signing {

std::optional<std::string_view> LineReader::peek() const {
  const auto end = text_.find('\n', at_);
  if (end == std::string_view::npos) return std::nullopt;
  return text_.substr(at_, end - at_);
}

Error LineReader::wrong(std::string_view what) const {
  return {Code::invalid, fmt::format("{}:{}: {}", name_, line_, what), name_};
}

Result<void> LineReader::title(std::string_view expected) {
  const auto line = peek();
  ++line_;
  if (line != expected) return wrong(fmt::format("expected the line \"{}\"", expected));
  at_ += line->size() + 1;
  return {};
}

std::optional<std::string_view> LineReader::optional_value(std::string_view name) {
  const auto line = peek();
  if (!line || !line->starts_with(name) || !line->substr(name.size()).starts_with(": "))
    return std::nullopt;
  ++line_;
  at_ += line->size() + 1;
  return line->substr(name.size() + 2);
}

Result<std::string_view> LineReader::value(std::string_view name) {
  if (const auto found = optional_value(name)) return *found;
  ++line_;
  return wrong(fmt::format("expected a line \"{}: ...\"", name));
}

Result<void> LineReader::end() const {
  if (at_ == text_.size()) return {};
  return Error{Code::invalid, fmt::format("{}:{}: expected its end", name_, line_ + 1), name_};
}

bool is_plain_text(std::string_view text, size_t most) {
  const auto is_control = [](unsigned char c) { return c < 0x20 || c == 0x7f; };
  return !text.empty() && text.size() <= most && text.front() != ' ' && text.back() != ' ' &&
         std::none_of(text.begin(), text.end(), is_control) && config::is_valid_utf8(text);
}

}  // namespace tenon::signing
