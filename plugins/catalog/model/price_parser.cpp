#include "catalog/model/price_parser.hpp"

#include <array>
#include <string>
#include <utility>
#include <vector>

#include "catalog/model/clean_text.hpp"

namespace tenon::catalog {
namespace {

constexpr size_t kMaxPriceBytes = 128;
constexpr size_t kMaxDigits = 15;

using Word = std::pair<std::string_view, std::string_view>;

// Longer spellings stand before those they begin with.
constexpr std::array<Word, 24> kCurrencies = {{
    {"₪", "ILS"},   {"ש\"ח", "ILS"}, {"ש״ח", "ILS"}, {"שח", "ILS"},  {"ils", "ILS"}, {"nis", "ILS"},
    {"us$", "USD"}, {"usd", "USD"},  {"$", "USD"},   {"eur", "EUR"}, {"€", "EUR"},   {"gbp", "GBP"},
    {"£", "GBP"},   {"jpy", "JPY"},  {"¥", "JPY"},   {"chf", "CHF"}, {"sek", "SEK"}, {"nok", "NOK"},
    {"dkk", "DKK"}, {"pln", "PLN"},  {"cad", "CAD"}, {"aud", "AUD"}, {"kwd", "KWD"}, {"inr", "INR"},
}};

// Words that may stand beside a price and change nothing.
constexpr std::array<std::string_view, 12> kNeutral = {
    "price", "msrp", "rrp", "only", "now", "incl.", "incl", "vat", "מחיר", "כולל", "מע\"מ", "מע״מ"};
constexpr std::array<std::string_view, 4> kFree = {"free", "gratis", "kostenlos", "חינם"};

Error refused(Code code, std::string_view why, std::string_view text) {
  return Error{code,
               "no price (" + std::string(why) + "): '" + std::string(utf8_prefix(text, 60)) + "'"};
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool take_word(std::string_view& rest, std::string_view word) {
  if (!rest.starts_with(word)) return false;
  rest.remove_prefix(word.size());
  return true;
}

struct Scanned {
  std::string currency;
  std::string number;  // digits and separators
  bool free = false;
};

// A space between digits groups when exactly three digits follow; anything else ends the number.
bool space_groups(std::string_view rest) {
  return rest.size() >= 4 && rest[0] == ' ' && is_digit(rest[1]) && is_digit(rest[2]) &&
         is_digit(rest[3]) && (rest.size() == 4 || !is_digit(rest[4]));
}

std::string take_number(std::string_view& rest) {
  std::string number;
  while (!rest.empty()) {
    char c = rest.front();
    bool separator = (c == '.' || c == ',' || c == '\'') && !number.empty();
    if (!is_digit(c) && !separator && !(c == ' ' && !number.empty() && space_groups(rest))) break;
    number.push_back(c);
    rest.remove_prefix(1);
  }
  return number;
}

Result<Scanned> scan(std::string_view rest, std::string_view text) {
  Scanned found;
  while (!rest.empty()) {
    char c = rest.front();
    if (is_digit(c)) {
      if (!found.number.empty()) return refused(Code::invalid, "more than one number", text);
      found.number = take_number(rest);
      // "99.-" and "99,--" are how some shops write a whole amount.
      while (!rest.empty() && rest.front() == '-' && !found.number.empty() &&
             (found.number.back() == '.' || found.number.back() == ','))
        rest.remove_prefix(1);
      continue;
    }
    if (c == ' ' || c == ':' || c == '(' || c == ')' || c == '*') {
      rest.remove_prefix(1);
      continue;
    }
    if (c == '-' && found.number.empty()) return refused(Code::invalid, "negative", text);
    bool known = false;
    for (const auto& [word, code] : kCurrencies) {
      if (!take_word(rest, word)) continue;
      if (!found.currency.empty() && found.currency != code)
        return refused(Code::invalid, "two currencies", text);
      found.currency = code;
      known = true;
      break;
    }
    for (size_t i = 0; !known && i < kNeutral.size(); ++i) known = take_word(rest, kNeutral[i]);
    for (size_t i = 0; !known && i < kFree.size(); ++i) {
      known = take_word(rest, kFree[i]);
      found.free = found.free || known;
    }
    if (!known) {
      bool any_digit = text.find_first_of("0123456789") != text.npos;
      return any_digit ? refused(Code::invalid, "unexpected text beside the number", text)
                       : refused(Code::not_found, "the text names none", text);
    }
  }
  return found;
}

// Splits "1.299,00" into whole digits and fraction digits.
Result<std::pair<std::string, std::string>> split_number(std::string_view number, int fraction,
                                                         std::string_view text) {
  while (!number.empty() && !is_digit(number.back())) number.remove_suffix(1);
  std::vector<std::string> groups(1);
  std::string separators;
  for (char c : number) {
    if (is_digit(c)) {
      groups.back().push_back(c);
    } else {
      separators.push_back(c);
      groups.emplace_back();
    }
  }
  std::string decimals;
  if (!separators.empty()) {
    char last = separators.back();
    bool only_one = separators.find(last) == separators.size() - 1;
    bool other_kind = separators.find_first_not_of(last) != separators.npos;
    bool grouped = !other_kind && groups.back().size() == 3 && fraction < 3 &&
                   groups.front() != "0" && !groups.front().empty();
    if (last != '\'' && last != ' ' && only_one && !grouped) {
      decimals = groups.back();
      groups.pop_back();
      separators.pop_back();
    }
  }
  std::string whole = groups.front();
  for (size_t i = 1; i < groups.size(); ++i) {
    bool same_kind = separators[i - 1] == separators.front();
    if (!same_kind || groups[i].size() != 3 || groups.front().empty() || groups.front().size() > 3)
      return refused(Code::invalid, "digits are not grouped by threes", text);
    whole += groups[i];
  }
  if (whole.empty()) return refused(Code::invalid, "no whole part", text);
  return std::make_pair(std::move(whole), std::move(decimals));
}

Result<Money> to_money(std::string whole, std::string decimals, std::string currency,
                       std::string_view text) {
  auto wanted = static_cast<size_t>(fraction_digits(currency));
  while (decimals.size() > wanted && decimals.back() == '0') decimals.pop_back();
  if (decimals.size() > wanted)
    return refused(Code::invalid, "more fraction digits than the currency has", text);
  decimals.resize(wanted, '0');
  std::string digits = whole + decimals;
  size_t leading = digits.find_first_not_of('0');
  digits.erase(0, leading == digits.npos ? digits.size() : leading);
  if (digits.size() > kMaxDigits) return refused(Code::invalid, "too many digits", text);
  int64_t minor = 0;
  for (char c : digits) minor = minor * 10 + (c - '0');
  return Money{minor, std::move(currency)};
}

}  // namespace

Result<Money> parse_price(std::string_view text, std::string_view currency) {
  if (text.size() > kMaxPriceBytes) return refused(Code::too_large, "too long", text);
  std::string cleaned = ascii_lower(clean_text(text));
  if (cleaned.empty()) return refused(Code::not_found, "empty", text);
  TN_TRY(Scanned found, scan(cleaned, cleaned));
  if (found.currency.empty()) found.currency = std::string(currency);
  if (found.free && found.number.empty()) return Money{0, found.currency};
  if (found.number.empty()) return refused(Code::not_found, "the text names none", text);
  TN_TRY(auto parts, split_number(found.number, fraction_digits(found.currency), text));
  return to_money(std::move(parts.first), std::move(parts.second), std::move(found.currency), text);
}

Result<Money> parse_decimal(std::string_view text, std::string_view currency) {
  if (text.size() > kMaxPriceBytes) return refused(Code::too_large, "too long", text);
  size_t point = text.find('.');
  std::string_view whole = text.substr(0, point);
  std::string_view decimals = point == text.npos ? std::string_view() : text.substr(point + 1);
  auto digits_only = [](std::string_view part) {
    return part.find_first_not_of("0123456789") == part.npos;
  };
  if (whole.empty() || !digits_only(whole) || !digits_only(decimals) ||
      (point != text.npos && decimals.empty()))
    return refused(Code::invalid, "not decimal text", text);
  return to_money(std::string(whole), std::string(decimals), std::string(currency), text);
}

}  // namespace tenon::catalog
