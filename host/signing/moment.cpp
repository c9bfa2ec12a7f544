#include "host/signing/moment.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <charconv>

namespace tenon::signing {
namespace {

using std::chrono::days;

// Exactly these digits.
std::optional<int> number(std::string_view digits) {
  int out = 0;
  const auto [end, failed] = std::from_chars(digits.data(), digits.data() + digits.size(), out);
  if (failed != std::errc() || end != digits.data() + digits.size() || digits[0] == '-')
    return std::nullopt;
  return out;
}

// 2026-11-21
std::optional<std::chrono::sys_days> parse_day(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
  const auto year = number(text.substr(0, 4));
  const auto month = number(text.substr(5, 2));
  const auto day = number(text.substr(8, 2));
  if (!year || !month || !day) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(*year),
                                         std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*day))};
  if (!date.ok() || *year < 1970) return std::nullopt;
  return std::chrono::sys_days(date);
}

}  // namespace

Moment now() {
  return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
}

std::string to_text(Moment moment) {
  // Not by system_clock::to_time_t(): it counts nanoseconds, which end in the year 2262.
  const std::time_t seconds = moment.time_since_epoch().count();
  return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(seconds));
}

std::optional<Moment> parse_moment(std::string_view text) {
  if (text.size() != 20 || text[10] != 'T' || text[13] != ':' || text[16] != ':' || text[19] != 'Z')
    return std::nullopt;
  const auto day = parse_day(text.substr(0, 10));
  const auto hour = number(text.substr(11, 2));
  const auto minute = number(text.substr(14, 2));
  const auto second = number(text.substr(17, 2));
  if (!day || !hour || !minute || !second || *hour > 23 || *minute > 59 || *second > 59)
    return std::nullopt;
  return *day + std::chrono::hours(*hour) + std::chrono::minutes(*minute) +
         std::chrono::seconds(*second);
}

Result<std::optional<Moment>> parse_expiry(std::string_view text, Moment from) {
  constexpr int kMostDays = 36'500;
  if (text == "never") return std::optional<Moment>();
  std::optional<Moment> end = parse_day(text);
  if (!end && text.ends_with('d') && text.size() > 1)
    if (const auto count = number(text.substr(0, text.size() - 1)); count && *count <= kMostDays)
      end = from + days(*count);
  if (!end)
    return Error{Code::invalid,
                 fmt::format("found \"{}\", expected a day such as 2027-01-01, a number of days "
                             "such as 365d, or never",
                             text)};
  if (*end <= from)
    return Error{Code::invalid, fmt::format("{} is not in the future", to_text(*end))};
  return end;
}

}  // namespace tenon::signing
