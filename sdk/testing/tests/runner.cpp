#include "tenon/testing/test.hpp"

#include <stdexcept>

TENON_TEST(good) {
  TENON_EXPECT(true);
  TENON_EXPECT_EQ(1 + 1, 2);
}
TENON_TEST(unequal) {
  TENON_EXPECT_EQ(1 + 1, 3);
}
TENON_TEST(required) {
  TENON_REQUIRE(tenon::Result<void>(tenon::Error{tenon::Code::limit, "the reason", "at"}));
  throw std::runtime_error("a test goes on after TENON_REQUIRE");
}
TENON_TEST(throws) {
  throw std::runtime_error("thrown");
}
