#include "host/http/media_type.hpp"

#include <algorithm>

#include "host/http/text.hpp"

namespace tenon::http {
namespace {

constexpr std::size_t kMaxParameters = 16;

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), ascii_lower);
  return out;
}

// Reads the quoted string at the start of `text` and removes it.
std::optional<std::string> take_quoted(std::string_view& text) {
  std::string out;
  for (std::size_t i = 1; i < text.size(); ++i) {
    if (text[i] == '"') {
      text.remove_prefix(i + 1);
      return out;
    }
    if (text[i] == '\\' && ++i == text.size()) return std::nullopt;
    out.push_back(text[i]);
  }
  return std::nullopt;
}

// A weight in thousandths; a malformed one counts as 0, that is, as not accepted.
int weight_of(std::string_view element) {
  auto at = element.find(';');
  while (at != std::string_view::npos) {
    const auto next = element.find(';', at + 1);
    const auto parameter =
        trim(element.substr(at + 1, next == std::string_view::npos ? next : next - at - 1));
    at = next;
    if (parameter.size() < 2 || ascii_lower(parameter[0]) != 'q' || parameter[1] != '=') continue;
    const auto q = parameter.substr(2);
    if (q.empty() || q.size() > 5 || (q[0] != '0' && q[0] != '1') ||
        (q.size() > 1 && q[1] != '.')) {
      return 0;
    }
    int weight = 0;
    int scale = 100;
    for (const char c : q.substr(std::min<std::size_t>(2, q.size()))) {
      if (!is_digit(c)) return 0;
      weight += (c - '0') * scale;
      scale /= 10;
    }
    return q[0] == '1' ? 1000 : weight;
  }
  return 1000;
}

std::string_view essence(std::string_view type) {
  return trim(type.substr(0, type.find(';')));
}

// 0: no match, 1: */*, 2: type/*, 3: exact.
int specificity(std::string_view range, std::string_view type) {
  if (range == "*/*") return 1;
  if (iequals(range, type)) return 3;
  if (range.size() > 2 && range.substr(range.size() - 2) == "/*" &&
      iequals(range.substr(0, range.size() - 1), type.substr(0, range.size() - 1))) {
    return 2;
  }
  return 0;
}

}  // namespace

std::optional<std::string> Parameters::parameter(std::string_view name) const {
  for (const auto& [key, text] : parameters) {
    if (key == name) return text;
  }
  return std::nullopt;
}

std::optional<Parameters> parse_parameters(std::string_view text) {
  Parameters result;
  const auto semicolon = std::min(text.find(';'), text.size());
  result.value = lower(trim(text.substr(0, semicolon)));
  if (result.value.empty()) return std::nullopt;
  text.remove_prefix(semicolon);
  while (!text.empty()) {
    text = trim(text.substr(1));  // the semicolon
    if (text.empty()) break;
    const auto equals = text.find('=');
    if (equals == std::string_view::npos) return std::nullopt;
    const auto name = text.substr(0, equals);
    if (!is_token(name)) return std::nullopt;
    text.remove_prefix(equals + 1);
    std::optional<std::string> value;
    if (!text.empty() && text.front() == '"') {
      value = take_quoted(text);
    } else {
      const auto end = std::min(text.find(';'), text.size());
      const auto token = trim(text.substr(0, end));
      if (is_token(token)) value = std::string(token);
      text.remove_prefix(end);
    }
    if (!value || result.parameter(lower(name)) || result.parameters.size() == kMaxParameters) {
      return std::nullopt;
    }
    result.parameters.emplace_back(lower(name), std::move(*value));
    text = trim(text);
    if (!text.empty() && text.front() != ';') return std::nullopt;
  }
  return result;
}

bool matches_media_type(std::string_view content_type, std::span<const std::string> declared) {
  return std::any_of(declared.begin(), declared.end(), [&](const std::string& range) {
    return specificity(range, essence(content_type)) > 0;
  });
}

bool accepts_any(std::string_view accept, std::span<const std::string> produced) {
  if (trim(accept).empty()) return true;
  return std::any_of(produced.begin(), produced.end(), [&](const std::string& type) {
    int best = 0;
    int weight = 0;
    for_each_element(accept, [&](std::string_view element) {
      const int match = specificity(essence(element), essence(type));
      if (match <= best) return;
      best = match;
      weight = weight_of(element);
    });
    return weight > 0;
  });
}

bool accepts_coding(std::string_view accept_encoding, std::string_view coding) {
  int weight = 0;
  bool exact = false;
  for_each_element(accept_encoding, [&](std::string_view element) {
    if (iequals(essence(element), coding)) {
      weight = weight_of(element);
      exact = true;
    } else if (!exact && essence(element) == "*") {
      weight = weight_of(element);
    }
  });
  return weight > 0;
}

}  // namespace tenon::http
