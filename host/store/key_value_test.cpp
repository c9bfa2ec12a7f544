#include "host/store/key_value.hpp"

#include <gmock/gmock.h>

#include "host/store/store_fixture.hpp"

namespace tenon::store {
namespace {

using ::testing::ElementsAre;

Bytes bytes(std::string_view text) {
  return Bytes(text.begin(), text.end());
}

class KeyValueTest : public OnBothStores {
 protected:
  KeyValue open(const std::string& ns = "shop") {
    auto opened = KeyValue::open(store(), namespace_of(ns), soon());
    EXPECT_TRUE(opened.ok()) << opened.error().message;
    return *opened;
  }
  static std::vector<std::string> keys(const KeyValue& values, std::string_view prefix,
                                       std::string_view after, std::size_t limit) {
    std::vector<std::string> result;
    auto page = values.list(prefix, after, limit, soon());
    EXPECT_TRUE(page.ok()) << page.error().message;
    for (const auto& entry : *page) result.push_back(entry.key);
    return result;
  }
};

TEST_P(KeyValueTest, AValueIsFoundUnderItsKeyInItsNamespaceOnly) {
  KeyValue values = open();
  ASSERT_TRUE(values.put("a", Bytes{0, 255}, soon()).ok());

  EXPECT_EQ(values.get("a", soon())->value().value, (Bytes{0, 255}));
  EXPECT_FALSE(values.get("b", soon())->has_value());
  EXPECT_FALSE(open("other").get("a", soon())->has_value());
  EXPECT_TRUE(*values.remove("a", soon()));
  EXPECT_FALSE(*values.remove("a", soon()));
  EXPECT_FALSE(values.get("a", soon())->has_value());
}

TEST_P(KeyValueTest, VersionsGrowAlsoOverADelete) {
  KeyValue values = open();
  auto first = *values.put("a", bytes("1"), soon());
  auto second = *values.put("a", bytes("2"), soon());
  ASSERT_TRUE(values.remove("a", soon()).ok());
  auto third = *values.put("a", bytes("3"), soon());

  EXPECT_LT(first, second);
  EXPECT_LT(second, third);
}

TEST_P(KeyValueTest, CompareAndSetWritesOnlyOverTheVersionItSaw) {
  KeyValue values = open();
  auto made = values.compare_and_set("a", 0, bytes("1"), soon());
  ASSERT_TRUE(made.ok());

  EXPECT_EQ(values.compare_and_set("a", 0, bytes("x"), soon()).error().code, Code::conflict);
  auto changed = values.compare_and_set("a", *made, bytes("2"), soon());
  EXPECT_EQ(values.compare_and_set("a", *made, bytes("x"), soon()).error().code, Code::conflict);

  EXPECT_EQ(values.get("a", soon())->value().value, bytes("2"));
  EXPECT_EQ(values.get("a", soon())->value().version, *changed);
}

TEST_P(KeyValueTest, AListGoesByPrefixAndByBytesPageAfterPage) {
  KeyValue values = open();
  for (const char* key : {"a/2", "a/1", "b", "a", "A/1", "a/\xC3\xA9", "a/Z", "a0"}) {
    ASSERT_TRUE(values.put(key, {}, soon()).ok());
  }

  EXPECT_THAT(keys(values, "a/", "", 10), ElementsAre("a/1", "a/2", "a/Z", "a/\xC3\xA9"));
  EXPECT_THAT(keys(values, "a/", "", 2), ElementsAre("a/1", "a/2"));
  EXPECT_THAT(keys(values, "a/", "a/2", 2), ElementsAre("a/Z", "a/\xC3\xA9"));
  EXPECT_THAT(keys(values, "", "", 3), ElementsAre("A/1", "a", "a/1"));
}

TEST_P(KeyValueTest, KeysAndPagesHaveLimits) {
  KeyValue values = open();
  EXPECT_TRUE(values.put(std::string(512, 'k'), {}, soon()).ok());
  EXPECT_EQ(values.put(std::string(513, 'k'), {}, soon()).error().code, Code::invalid);
  EXPECT_EQ(values.put("", {}, soon()).error().code, Code::invalid);
  EXPECT_EQ(values.put(std::string_view("a\0", 2), {}, soon()).error().code, Code::invalid);
  EXPECT_EQ(values.put("\xFF", {}, soon()).error().code, Code::invalid);
  EXPECT_EQ(values.list("", "", 0, soon()).error().code, Code::invalid);
  EXPECT_EQ(values.list("", "", 1001, soon()).error().code, Code::invalid);
}

INSTANTIATE_TEST_SUITE_P(Drivers, KeyValueTest,
                         ::testing::Values(Dialect::sqlite, Dialect::postgres), dialect_name);

}  // namespace
}  // namespace tenon::store
