#include "host/config/schema.hpp"

#include <gtest/gtest.h>

namespace tenon::config {
namespace {

TEST(Schema, NamesUnknownKeysWithTheNearestKnownOne) {
  Result<Schema> schema = Schema::compile(
      R"({"type":"object","properties":{"port":{"type":"integer"}},"additionalProperties":false})");
  ASSERT_TRUE(schema.ok()) << schema.error().message;

  Problems problems = schema->validate(boost::json::value{{"prot", 1}});

  ASSERT_EQ(problems.size(), 1U);
  EXPECT_EQ(problems[0].to_string(), "prot: unknown key, expected port; did you mean \"port\"?");
}

}  // namespace
}  // namespace tenon::config
