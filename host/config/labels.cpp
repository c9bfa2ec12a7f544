#include "host/config/labels.hpp"

#include <algorithm>

#include "host/config/problem.hpp"

namespace tenon::config {

namespace {

constexpr std::size_t kMaxLength = 63;

bool is_lower(char c) {
  return c >= 'a' && c <= 'z';
}
bool is_word(char c) {
  return is_lower(c) || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.' ||
         c == '-';
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

}  // namespace

bool valid_label_name(std::string_view name) {
  return !name.empty() && name.size() <= kMaxLength && is_lower(name.front()) &&
         std::all_of(name.begin(), name.end(),
                     [](char c) { return is_word(c) && !(c >= 'A' && c <= 'Z'); });
}

bool valid_label_value(std::string_view value) {
  return !value.empty() && value.size() <= kMaxLength &&
         std::all_of(value.begin(), value.end(), is_word);
}

Result<Labels> parse_labels(std::string_view text) {
  Labels out;
  if (trimmed(text).empty()) return out;
  while (true) {
    const std::size_t comma = text.find(',');
    const std::string_view part = text.substr(0, comma);
    const std::size_t equals = part.find('=');
    const std::string_view name = trimmed(part.substr(0, equals));
    const std::string_view value =
        equals == std::string_view::npos ? std::string_view() : trimmed(part.substr(equals + 1));
    if (!valid_label_name(name) || !valid_label_value(value))
      return Error{Code::invalid, in_quotes(part) +
                                      " is no label: expected name=value, a name of a-z 0-9 _ . - "
                                      "and a value of letters, digits, _ . -"};
    if (!out.emplace(name, value).second)
      return Error{Code::invalid, "the label " + in_quotes(name) + " stands twice"};
    if (comma == std::string_view::npos) return out;
    text.remove_prefix(comma + 1);
  }
}

std::string to_string(const Labels& labels) {
  std::string out;
  for (const auto& [name, value] : labels)
    out.append(out.empty() ? "" : ",").append(name).append("=").append(value);
  return out;
}

bool has_all(const Labels& labels, const Labels& wanted) {
  return std::all_of(wanted.begin(), wanted.end(), [&](const auto& one) {
    const auto found = labels.find(one.first);
    return found != labels.end() && found->second == one.second;
  });
}

}  // namespace tenon::config
