// Money: an amount in minor units of one currency. Prices are compared and stored like this and
// never as floating point.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace tenon::catalog {

struct Money {
  int64_t minor = 0;     // agorot, cents; for a currency without them, the unit itself
  std::string currency;  // ISO 4217 code in capitals; empty when the source names none

  // Decimal text with the currency's own number of fraction digits: "1299.00".
  std::string decimal() const;

  bool operator==(const Money&) const = default;
};

// Fraction digits of a currency: 0, 2 or 3; 2 for an unknown one.
int fraction_digits(std::string_view currency);

}  // namespace tenon::catalog
