#include "catalog/ingest/glued_price.hpp"

namespace tenon::catalog {
namespace {

bool agrees(int64_t price, int64_t without_vat, int64_t unit, const std::vector<int>& percents) {
  for (int percent : percents) {
    __int128 difference =
        static_cast<__int128>(price) * 100 - static_cast<__int128>(without_vat) * (100 + percent);
    if (difference < 0) difference = -difference;
    if (difference <= static_cast<__int128>(unit) * (100 + percent)) return true;
  }
  return false;
}

}  // namespace

CheckedPrice check_against_vat_free(const Money& price, const Money& without_vat,
                                    const std::vector<int>& vat_percents) {
  int64_t unit = 1;
  for (int i = 0; i < fraction_digits(price.currency); ++i) unit *= 10;
  // Below ten units the tolerance of one would let wrong prefixes through.
  if (price.minor <= 0 || without_vat.minor < 10 * unit) return {};
  if (agrees(price.minor, without_vat.minor, unit, vat_percents))
    return {PriceVerdict::confirmed, price};
  // Whole units are cut digit by digit; a cut price has no fraction digits left to speak of.
  for (int64_t units = price.minor / unit / 10; units > 0; units /= 10) {
    if (agrees(units * unit, without_vat.minor, unit, vat_percents))
      return {PriceVerdict::repaired, Money{units * unit, price.currency}};
  }
  // "99.90" that lost its point reads 9990.
  if (price.minor % unit == 0) {
    Money lost_point{price.minor / unit, price.currency};
    if (lost_point.minor > 0 && agrees(lost_point.minor, without_vat.minor, unit, vat_percents))
      return {PriceVerdict::repaired, lost_point};
  }
  return {};
}

}  // namespace tenon::catalog
