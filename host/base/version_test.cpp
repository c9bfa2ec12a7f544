#include "host/base/version.hpp"

#include <gtest/gtest.h>

namespace tenon {
namespace {

Version version(std::string_view text) {
  return Version::parse(text).value();
}

TEST(Version, OrdersAsSemverSays) {
  const char* const ascending[] = {"1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-alpha.beta",
                                   "1.0.0-beta",  "1.0.0-beta.2",  "1.0.0-beta.11",
                                   "1.0.0-rc.1",  "1.0.0",         "1.0.1",
                                   "1.1.0",       "2.0.0"};
  for (size_t i = 0; i + 1 < std::size(ascending); ++i)
    EXPECT_LT(version(ascending[i]), version(ascending[i + 1])) << ascending[i];
  EXPECT_EQ(version("1.2"), version("1.2.0+build.7"));
}

TEST(Version, RefusesWhatIsNone) {
  for (const char* text :
       {"", "a", "1.", "1.2.3.4", "1.2.3-", "-1", "1.x", "99999999999.0.0", "1.2.3-a b", " 1", "x"})
    EXPECT_FALSE(Version::parse(text).ok()) << text;
}

struct RangeCase {
  const char* range;
  const char* inside;
  const char* outside;
};

TEST(VersionRange, ContainsWhatItSays) {
  const RangeCase cases[] = {
      {">=1.0 <2", "1.9.9", "2.0.0"},
      {"^1.2", "1.3.0", "1.1.9"},
      {"^1.2", "1.2.0", "2.0.0"},
      {"^0.2.3", "0.2.9", "0.3.0"},
      {"~1.2.3", "1.2.9", "1.3.0"},
      {"1.x", "1.7.0", "2.0.0"},
      {"1.2", "1.2.7", "1.3.0"},
      {"=1.2.3", "1.2.3", "1.2.4"},
      {"<1 || >=3", "3.1.0", "2.0.0"},
      {">1.2", "1.3.0", "1.2.9"},
      {"<=1.2", "1.2.9", "1.3.0"},
      {">= 1.2, < 1.4", "1.3.9", "1.4.0"},
      {"*", "7.0.0", "1.0.0-rc.1"},
      {"", "0.0.1", "1.0.0-rc.1"},
      {">=1.0.0-rc.1", "1.0.0-rc.2", "1.0.0-beta"},
  };
  for (const auto& c : cases) {
    auto range = VersionRange::parse(c.range);
    ASSERT_TRUE(range.ok()) << c.range << ": " << range.error().message;
    EXPECT_TRUE(range->contains(version(c.inside))) << c.range << " contains " << c.inside;
    EXPECT_FALSE(range->contains(version(c.outside)))
        << c.range << " does not contain " << c.outside;
  }
}

TEST(VersionRange, RefusesNonsense) {
  for (const char* text : {">", "=>1", "1.2.3 - 2", "abc", ">=1 <", "^*", "1..2"})
    EXPECT_FALSE(VersionRange::parse(text).ok()) << text;
}

}  // namespace
}  // namespace tenon
