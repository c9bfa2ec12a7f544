#include "catalog/model/price_parser.hpp"

#include <gtest/gtest.h>

namespace tenon::catalog {
namespace {

struct Accepted {
  const char* text;
  const char* currency;
  int64_t minor;
  const char* found_currency;
};

class AcceptedPrice : public testing::TestWithParam<Accepted> {};

TEST_P(AcceptedPrice, BecomesMinorUnits) {
  auto price = parse_price(GetParam().text, GetParam().currency);
  ASSERT_TRUE(price.ok()) << GetParam().text << ": " << price.error().message;
  EXPECT_EQ(price->minor, GetParam().minor) << GetParam().text;
  EXPECT_EQ(price->currency, GetParam().found_currency) << GetParam().text;
}

INSTANTIATE_TEST_SUITE_P(
    Shapes, AcceptedPrice,
    testing::Values(
        Accepted{"₪ 1,299.00", "", 129900, "ILS"}, Accepted{"1.299,00 €", "", 129900, "EUR"},
        Accepted{"12 900", "ILS", 1290000, "ILS"},
        Accepted{"12\xC2\xA0"
                 "900 ₪",
                 "", 1290000, "ILS"},
        Accepted{"1,299", "USD", 129900, "USD"}, Accepted{"1.299", "EUR", 129900, "EUR"},
        Accepted{"99.9", "USD", 9990, "USD"}, Accepted{"0,99", "EUR", 99, "EUR"},
        Accepted{"1'299.50", "CHF", 129950, "CHF"}, Accepted{"99.-", "CHF", 9900, "CHF"},
        Accepted{"12,345,678.90", "USD", 1234567890, "USD"},
        Accepted{"99.0000", "USD", 9900, "USD"}, Accepted{"Price: $ 15 ", "", 1500, "USD"},
        Accepted{"390 ש״ח", "", 39000, "ILS"}, Accepted{"¥ 12,800", "", 12800, "JPY"},
        Accepted{"KWD 1.250", "", 1250, "KWD"}, Accepted{"free", "ILS", 0, "ILS"},
        Accepted{"\xE2\x80\x8F"
                 "990 ₪",
                 "", 99000, "ILS"},
        Accepted{"$5", "ILS", 500, "USD"}));

struct Refused {
  const char* text;
  Code code;
};

class RefusedPrice : public testing::TestWithParam<Refused> {};

TEST_P(RefusedPrice, CarriesAReason) {
  auto price = parse_price(GetParam().text, "ILS");
  ASSERT_FALSE(price.ok()) << GetParam().text << " gave " << price->minor;
  EXPECT_EQ(price.error().code, GetParam().code) << price.error().message;
  EXPECT_NE(price.error().message.find("no price"), std::string::npos);
}

INSTANTIATE_TEST_SUITE_P(
    Shapes, RefusedPrice,
    testing::Values(Refused{"", Code::not_found}, Refused{"  \n", Code::not_found},
                    Refused{"call for price", Code::not_found}, Refused{"התקשרו", Code::not_found},
                    Refused{"₪", Code::not_found}, Refused{"-5", Code::invalid},
                    Refused{"100 - 200", Code::invalid}, Refused{"1299.00 990.00", Code::invalid},
                    Refused{"1,29,900", Code::invalid}, Refused{"12.34.56", Code::invalid},
                    Refused{"12.345678", Code::invalid}, Refused{"5 pcs", Code::invalid},
                    Refused{"1234567890123456", Code::invalid}, Refused{"$5 €", Code::invalid},
                    Refused{"1e9", Code::invalid}, Refused{"0x10", Code::invalid}));

TEST(PriceParser, RefusesTextLongerThanItsLimit) {
  EXPECT_EQ(parse_price(std::string(129, '1')).error().code, Code::too_large);
}

TEST(Money, WritesTheCurrencysFractionDigits) {
  EXPECT_EQ((Money{129900, "ILS"}.decimal()), "1299.00");
  EXPECT_EQ((Money{5, "ILS"}.decimal()), "0.05");
  EXPECT_EQ((Money{12800, "JPY"}.decimal()), "12800");
  EXPECT_EQ((Money{1250, "KWD"}.decimal()), "1.250");
  EXPECT_EQ((Money{-5, "USD"}.decimal()), "-0.05");
}

TEST(Money, DecimalTextReadsBack) {
  for (int64_t minor : {0, 1, 9, 10, 99, 100, 123456789}) {
    for (const char* currency : {"ILS", "JPY", "KWD"}) {
      Money money{minor, currency};
      auto again = parse_decimal(money.decimal(), currency);
      ASSERT_TRUE(again.ok());
      EXPECT_EQ(*again, money);
    }
  }
}

}  // namespace
}  // namespace tenon::catalog
