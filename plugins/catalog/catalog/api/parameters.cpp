#include "catalog/catalog/api/parameters.hpp"

#include <boost/json.hpp>
#include <charconv>

#include "catalog/model/clean_text.hpp"
#include "catalog/model/price_parser.hpp"
#include "tenon/json.hpp"

namespace tenon::catalog {
namespace {

constexpr std::string_view kDigits =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr size_t kLongestCursor = 4096;

std::string to_base64url(std::string_view text) {
  std::string out;
  uint32_t bits = 0;
  int count = 0;
  for (const unsigned char byte : text) {
    bits = bits << 8 | byte;
    for (count += 8; count >= 6; count -= 6) out += kDigits[bits >> (count - 6) & 63];
  }
  if (count > 0) out += kDigits[bits << (6 - count) & 63];
  return out;
}

std::optional<std::string> from_base64url(std::string_view text) {
  std::string out;
  uint32_t bits = 0;
  int count = 0;
  for (const char digit : text) {
    const size_t value = kDigits.find(digit);
    if (value == kDigits.npos) return std::nullopt;
    bits = bits << 6 | static_cast<uint32_t>(value);
    count += 6;
    if (count < 8) continue;
    count -= 8;
    out += static_cast<char>(bits >> count & 255);
  }
  return out;
}

}  // namespace

Error bad_parameter(std::string_view name, const std::string& allowed, std::string_view found) {
  std::string shown(utf8_prefix(found, 60));
  return {Code::invalid, std::string(name) + ": expected " + allowed + ", found \"" + shown + "\"",
          std::string(name)};
}

Result<std::string> text_parameter(const Request& request, std::string_view name, size_t longest) {
  auto text = request.query(name).value_or("");
  if (text.size() > longest)
    return bad_parameter(name, "at most " + std::to_string(longest) + " bytes", text);
  if (!is_valid_utf8(text) || text.find('\0') != text.npos)
    return Error{Code::invalid, std::string(name) + ": expected UTF-8 text", std::string(name)};
  return text;
}

Result<std::optional<int64_t>> integer_parameter(const Request& request, std::string_view name,
                                                 int64_t least, int64_t most) {
  const auto text = request.query(name).value_or("");
  if (text.empty()) return std::optional<int64_t>();
  int64_t value = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (failed != std::errc() || end != text.data() + text.size() || value < least || value > most)
    return bad_parameter(
        name, "a whole number from " + std::to_string(least) + " to " + std::to_string(most), text);
  return std::optional(value);
}

Result<std::optional<bool>> flag_parameter(const Request& request, std::string_view name) {
  const auto text = request.query(name).value_or("");
  if (text.empty()) return std::optional<bool>();
  if (text != "true" && text != "false") return bad_parameter(name, "true or false", text);
  return std::optional(text == "true");
}

Result<std::optional<int64_t>> price_parameter(const Request& request, std::string_view name,
                                               const std::string& currency) {
  const auto text = request.query(name).value_or("");
  if (text.empty()) return std::optional<int64_t>();
  const auto price = parse_decimal(text, currency);
  if (!price.ok()) return bad_parameter(name, "a price such as 1299.00", text);
  return std::optional(price->minor);
}

Result<std::optional<size_t>> choice_parameter(const Request& request, std::string_view name,
                                               const std::vector<std::string>& allowed) {
  const auto text = request.query(name).value_or("");
  if (text.empty()) return std::optional<size_t>();
  std::string names;
  for (size_t i = 0; i < allowed.size(); ++i) {
    if (allowed[i] == text) return std::optional(i);
    names += (i == 0 ? "" : ", ") + allowed[i];
  }
  return bad_parameter(name, "one of " + names, text);
}

Result<size_t> limit_parameter(const Request& request, size_t otherwise) {
  TN_TRY(const auto limit, integer_parameter(request, "limit", 1, 200));
  return static_cast<size_t>(limit.value_or(static_cast<int64_t>(otherwise)));
}

std::string make_cursor(std::string_view list, const std::vector<std::string>& values) {
  boost::json::array document{boost::json::string(list)};
  for (const auto& value : values) document.push_back(boost::json::string(value));
  return to_base64url(boost::json::serialize(document));
}

Result<std::optional<std::vector<std::string>>> cursor_parameter(const Request& request,
                                                                 std::string_view list,
                                                                 size_t values) {
  const auto text = request.query("cursor").value_or("");
  if (text.empty()) return std::optional<std::vector<std::string>>();
  const Error wrong = bad_parameter("cursor", "the next_cursor of this list's page before", text);
  if (text.size() > kLongestCursor) return wrong;
  const auto plain = from_base64url(text);
  if (!plain || !is_valid_utf8(*plain)) return wrong;
  const auto parsed = json::decode<std::vector<std::string>>(*plain);
  if (!parsed.ok() || parsed->size() != values + 1 || parsed->front() != list) return wrong;
  return std::optional(std::vector<std::string>(parsed->begin() + 1, parsed->end()));
}

}  // namespace tenon::catalog
