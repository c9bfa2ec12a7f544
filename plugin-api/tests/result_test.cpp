#include "tenon/result.hpp"

#include <gtest/gtest.h>

#include <memory>

namespace tenon {
namespace {

Result<std::unique_ptr<int>> make(bool works) {
  if (!works) return Error{Code::limit, "no more", "a.b"};
  return std::make_unique<int>(7);
}
Result<int> twice(bool works) {
  TN_TRY(auto number, make(works));
  return *number * 2;
}
Result<void> check(bool works) {
  TN_CHECK(twice(works));
  return {};
}

TEST(ResultTest, AValueIsMovedThroughAndAnErrorPassesUnchanged) {
  EXPECT_EQ(*twice(true), 14);
  const auto failed = twice(false);
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().code, Code::limit);
  EXPECT_EQ(failed.error().message, "no more");
  EXPECT_EQ(failed.error().path, "a.b");
}

TEST(ResultTest, AResultWithoutValueIsCheckedTheSameWay) {
  EXPECT_TRUE(check(true).ok());
  EXPECT_EQ(check(false).error().message, "no more");
}

TEST(ResultTest, TakingWhatIsNotThereThrows) {
  EXPECT_THROW((void)twice(false).value(), std::bad_variant_access);
  EXPECT_THROW((void)twice(true).error(), std::bad_variant_access);
  EXPECT_THROW((void)check(true).error(), std::bad_optional_access);
}

}  // namespace
}  // namespace tenon
