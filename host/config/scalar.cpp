#include "host/config/scalar.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>

namespace tenon::config {

namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool one_of(std::string_view text, std::initializer_list<std::string_view> words) {
  return std::find(words.begin(), words.end(), text) != words.end();
}

std::string_view without_sign(std::string_view text) {
  if (!text.empty() && (text[0] == '-' || text[0] == '+')) text.remove_prefix(1);
  return text;
}

bool all_digits(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), is_digit);
}

bool is_float(std::string_view text) {
  text = without_sign(text);
  std::size_t at = 0;
  std::size_t digits = 0;
  auto skip_digits = [&] {
    while (at < text.size() && is_digit(text[at])) ++at, ++digits;
  };
  skip_digits();
  if (at < text.size() && text[at] == '.') ++at, skip_digits();
  if (digits == 0) return false;
  if (at == text.size()) return true;
  if (text[at] != 'e' && text[at] != 'E') return false;
  return all_digits(without_sign(text.substr(at + 1)));
}

Error out_of_range(const char* what) {
  return {Code::invalid, std::string("found ") + what +
                             ", expected a number that fits in 64 bits (put quotes around it if it "
                             "is meant as text)"};
}

Result<Node::Value> parse_integer(std::string_view text, int base) {
  if (text[0] == '+') text.remove_prefix(1);
  std::int64_t number = 0;
  auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), number, base);
  if (code == std::errc::result_out_of_range) return out_of_range("an integer out of range");
  return Node::Value(number);
}

Result<Node::Value> parse_float(std::string_view text) {
  if (text[0] == '+') text.remove_prefix(1);
  double number = 0;
  auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (code != std::errc()) return out_of_range("a number out of range");
  return Node::Value(number);
}

bool is_based(std::string_view text, char letter, int base) {
  if (text.size() < 3 || text[0] != '0' || text[1] != letter) return false;
  return std::all_of(text.begin() + 2, text.end(), [base](char c) {
    return base == 8 ? c >= '0' && c <= '7' : std::isxdigit(static_cast<unsigned char>(c)) != 0;
  });
}

}  // namespace

Result<Node::Value> resolve_plain_scalar(std::string_view text) {
  if (one_of(text, {"", "~", "null", "Null", "NULL"})) return Node::Value();
  if (one_of(text, {"true", "True", "TRUE"})) return Node::Value(true);
  if (one_of(text, {"false", "False", "FALSE"})) return Node::Value(false);
  if (all_digits(without_sign(text))) return parse_integer(text, 10);
  if (is_based(text, 'o', 8)) return parse_integer(text.substr(2), 8);
  if (is_based(text, 'x', 16)) return parse_integer(text.substr(2), 16);
  if (is_float(text)) {
    return parse_float(text);
  }
  if (one_of(without_sign(text), {".inf", ".Inf", ".INF"}) ||
      one_of(text, {".nan", ".NaN", ".NAN"}))
    return Error{Code::invalid, "found infinity or not-a-number, expected a finite number"};
  return Node::Value(std::string(text));
}

}  // namespace tenon::config
