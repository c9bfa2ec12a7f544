#include "host/config/format.hpp"

#include <arpa/inet.h>
#include <re2/re2.h>

#include <array>
#include <cstdlib>
#include <memory>

namespace tenon::config {

namespace {

constexpr const char* kDate = R"((\d{4})-(\d{2})-(\d{2}))";
constexpr const char* kTime =
    R"(([01]\d|2[0-3]):[0-5]\d:([0-5]\d|60)(\.\d+)?([Zz]|[+-]([01]\d|2[0-3]):[0-5]\d))";
constexpr const char* kDuration =
    R"(P(\d+W|(\d+Y(\d+M)?(\d+D)?|\d+M(\d+D)?|\d+D)(T(\d+H(\d+M)?(\d+S)?|\d+M(\d+S)?|\d+S))?|T(\d+H(\d+M)?(\d+S)?|\d+M(\d+S)?|\d+S)))";
constexpr const char* kLabel = R"([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?)";
constexpr const char* kUriCharacters = R"(([A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=]|%[0-9A-Fa-f]{2})*)";
constexpr const char* kUuid =
    R"([0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12})";

re2::StringPiece piece(std::string_view text) {
  return {text.data(), text.size()};
}

std::function<bool(std::string_view)> whole(const std::string& pattern) {
  auto expression = std::make_shared<const RE2>(pattern, RE2::Quiet);
  return [expression](std::string_view text) { return RE2::FullMatch(piece(text), *expression); };
}

bool is_calendar_date(int year, int month, int day) {
  constexpr std::array<int, 12> lengths = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  if (month < 1 || month > 12) return false;
  bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
  int length = lengths[static_cast<std::size_t>(month - 1)] + (month == 2 && leap ? 1 : 0);
  return day >= 1 && day <= length;
}

// `rest` follows the date in the pattern.
std::function<bool(std::string_view)> dated(const std::string& rest) {
  auto expression = std::make_shared<const RE2>(std::string(kDate) + rest, RE2::Quiet);
  return [expression](std::string_view text) {
    int year = 0;
    int month = 0;
    int day = 0;
    return RE2::FullMatch(piece(text), *expression, &year, &month, &day) &&
           is_calendar_date(year, month, day);
  };
}

std::function<bool(std::string_view)> address(int family) {
  return [family](std::string_view text) {
    std::array<unsigned char, sizeof(in6_addr)> bytes{};
    return text.find('\0') == std::string_view::npos &&
           ::inet_pton(family, std::string(text).c_str(), bytes.data()) == 1;
  };
}

std::function<bool(std::string_view)> hostname() {
  auto labels = whole(std::string(kLabel) + "(\\." + kLabel + ")*");
  return [labels](std::string_view text) { return text.size() <= 253 && labels(text); };
}

bool is_regex(std::string_view text) {
  return RE2(piece(text), RE2::Quiet).ok();
}

bool is_annotation(const std::string& name) {
  for (const char* known : {"password", "binary", "byte", "int32", "int64", "float", "double"})
    if (name == known) return true;
  return false;
}

}  // namespace

Result<Format> make_format(const std::string& name) {
  if (name == "date-time")
    return Format{"a date and time such as 2026-01-31T08:00:00Z",
                  dated("[Tt ]" + std::string(kTime))};
  if (name == "date") return Format{"a date such as 2026-01-31", dated("")};
  if (name == "time") return Format{"a time such as 08:00:00Z", whole(kTime)};
  if (name == "duration") return Format{"a duration such as PT15M", whole(kDuration)};
  if (name == "email")
    return Format{"an e-mail address", whole(R"([^\s@\x00-\x1f"(),:;<>\[\\\]]+@)" +
                                             (std::string(kLabel) + "(\\." + kLabel + ")*"))};
  if (name == "hostname") return Format{"a host name such as example.org", hostname()};
  if (name == "ipv4") return Format{"an IPv4 address such as 192.0.2.1", address(AF_INET)};
  if (name == "ipv6") return Format{"an IPv6 address such as 2001:db8::1", address(AF_INET6)};
  if (name == "uri")
    return Format{"a URI such as https://example.org/",
                  whole(std::string(R"([A-Za-z][A-Za-z0-9+.\-]*:)") + kUriCharacters)};
  if (name == "uri-reference") return Format{"a URI reference", whole(kUriCharacters)};
  if (name == "uuid") return Format{"a UUID", whole(kUuid)};
  if (name == "regex") return Format{"a regular expression (RE2 syntax)", is_regex};
  if (is_annotation(name)) return Format{};
  if (name == "tenon-read-path") return Format{"a path", {}, PathUse::read};
  if (name == "tenon-write-path") return Format{"a path", {}, PathUse::write};
  return Error{Code::unsupported,
               "unknown format \"" + name +
                   "\", expected one of date-time, date, time, duration, email, hostname, ipv4, "
                   "ipv6, uri, uri-reference, uuid, regex, password, binary, byte, int32, int64, "
                   "float, double, tenon-read-path, tenon-write-path"};
}

}  // namespace tenon::config
