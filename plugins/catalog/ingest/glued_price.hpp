// Prices into which a scraper has glued more digits than the page showed.
#pragma once

#include <optional>
#include <vector>

#include "catalog/model/money.hpp"

namespace tenon::catalog {

enum class PriceVerdict {
  confirmed,     // the price without VAT agrees with it
  repaired,      // leading digits of it agree, and it alone of all prefixes
  contradicted,  // nothing agrees
};

struct CheckedPrice {
  PriceVerdict verdict = PriceVerdict::contradicted;
  Money price;
};

// Holds `price` against the price without VAT of the same row. They agree when taking off one of
// the VAT rates gives it within one unit of the currency (dealers round or cut). When the whole
// number does not agree, each prefix of its digits is tried: "16200" + "0" beside 13728 at 18 % is
// 16200. Two prefixes cannot agree, since each is ten times the next one.
CheckedPrice check_against_vat_free(const Money& price, const Money& without_vat,
                                    const std::vector<int>& vat_percents);

}  // namespace tenon::catalog
