// Prices as people write them, read into minor units or refused with a reason.
#pragma once

#include <string_view>

#include "catalog/model/money.hpp"
#include "tenon/result.hpp"

namespace tenon::catalog {

// Reads one price: "₪ 1,299.00", "1.299,00 €", "12 900", "99.-", "free" (0). A currency written in
// the text wins over `currency`, the caller's default (may be empty). A lone separator before
// exactly three digits groups thousands. Refused: no number ("call for price": Code::not_found);
// two numbers, a range, a negative amount, unknown words, digits that group wrongly, more fraction
// digits than the currency has, more than 15 digits (Code::invalid).
Result<Money> parse_price(std::string_view text, std::string_view currency = {});

// Reads plain decimal text, as exports write it: digits, then optionally a point and digits.
Result<Money> parse_decimal(std::string_view text, std::string_view currency);

}  // namespace tenon::catalog
