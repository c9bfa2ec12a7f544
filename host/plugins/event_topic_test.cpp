#include "host/plugins/event_topic.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <vector>

#include "tenon/events.h"

namespace tenon::plugins {
namespace {

using ::testing::HasSubstr;
using Words = std::vector<std::string>;

std::string joined(const Words& words) {
  std::string out;
  for (const auto& word : words) out += (out.empty() ? "" : ".") + word;
  return out;
}

TEST(EventTopic, SaysWhatIsWrongWithOne) {
  const struct {
    std::string topic;
    const char* wrong;  // empty: nothing
  } table[] = {{"shop", ""},
               {"shop.order_2.created-now", ""},
               {"", "has an empty word"},
               {"shop.", "has an empty word"},
               {".shop", "has an empty word"},
               {"shop..sold", "has an empty word"},
               {"Shop", "has the word \"Shop\""},
               {"shop.*", "has the word \"*\""},
               {"shop.**", "has the word \"**\""},
               {"a b", "has the word"},
               {std::string("a\0b", 3), "has the word"},
               {std::string(201, 'a'), "has 201 bytes, at most 200"},
               {"a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a", ""},
               {"a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a", "has more than 16 words"}};
  for (const auto& row : table) {
    const auto checked = check_topic(row.topic);
    if (!*row.wrong) {
      EXPECT_TRUE(checked.ok()) << row.topic;
      continue;
    }
    ASSERT_FALSE(checked.ok()) << row.topic;
    EXPECT_THAT(checked.error().message, HasSubstr(row.wrong)) << row.topic;
    EXPECT_EQ(checked.error().path, "topic");
  }
}

TEST(EventTopic, APatternMayHaveStars) {
  for (const char* good : {"**", "*", "shop.*", "*.sold", "shop.**", "tenon.*"})
    EXPECT_TRUE(check_pattern(good).ok()) << good;
  for (const char* bad : {"**.sold", "shop*", "***", "", "shop.**.x"})
    EXPECT_FALSE(check_pattern(bad).ok()) << bad;
}

TEST(EventTopic, PatternsMeetTopics) {
  const struct {
    const char* pattern;
    const char* topic;
    bool meets;
  } table[] = {{"shop.sold", "shop.sold", true},
               {"shop.sold", "shop.sold.x", false},
               {"shop.*", "shop.sold", true},
               {"shop.*", "shop", false},
               {"shop.*", "shop.a.b", false},
               {"shop.**", "shop.a.b", true},
               {"shop.**", "shop", false},
               {"*.sold", "shop.sold", true},
               {"**", "shop", true},
               {"**", "tenon.provider", false},
               {"*.provider", "tenon.provider", false},
               {"tenon.*", "tenon.provider", true},
               {"tenon.**", "tenon.provider", true}};
  for (const auto& row : table)
    EXPECT_EQ(topic_matches(row.pattern, row.topic), row.meets) << row.pattern << " " << row.topic;
}

// By the definition, word by word and with a way for each number of words of a "**".
bool meets(const Words& pattern, size_t p, const Words& topic, size_t t) {
  if (p == pattern.size()) return t == topic.size();
  if (t == topic.size()) return false;
  if (pattern[p] == "**") {
    for (size_t end = t + 1; end <= topic.size(); ++end)
      if (meets(pattern, p + 1, topic, end)) return true;
    return false;
  }
  return (pattern[p] == "*" || pattern[p] == topic[t]) && meets(pattern, p + 1, topic, t + 1);
}

TEST(EventTopic, MatchingAndCoveringAreAsDefinedForRandomPatterns) {
  std::mt19937 random(7);
  const auto draw = [&](const Words& from, size_t most) {
    Words out(1 + random() % most);
    for (auto& word : out) word = from[random() % from.size()];
    return out;
  };
  const auto pattern = [&] {
    Words out = draw({"a", "b", "*"}, 3);
    if (random() % 3 == 0) out.back() = "**";
    return out;
  };
  std::vector<Words> topics;
  for (int i = 0; i < 400; ++i) topics.push_back(draw({"a", "b", "c"}, 5));
  for (int round = 0; round < 300; ++round) {
    const Words outer = pattern(), inner = pattern();
    bool all = true;
    for (const auto& topic : topics) {
      const bool expected = meets(outer, 0, topic, 0);
      ASSERT_EQ(topic_matches(joined(outer), joined(topic)), expected)
          << joined(outer) << " " << joined(topic);
      if (meets(inner, 0, topic, 0) && !expected) all = false;
    }
    EXPECT_EQ(pattern_covers(joined(outer), joined(inner)), all)
        << joined(outer) << " " << joined(inner);
  }
}

TEST(EventTopic, DataIsOneJsonValueOfLimitedSize) {
  for (const char* good : {"{}", "1", "null", "[{\"a\":[1]}]", "\"x\\u0000\""})
    EXPECT_TRUE(check_event_data(good).ok()) << good;
  for (const std::string& bad :
       {std::string(), std::string("{"), std::string("{} {}"), std::string("\"\xff\""),
        std::string("[1,]"), std::string(100'000, '[')})
    EXPECT_EQ(check_event_data(bad).error().code, Code::invalid) << bad.substr(0, 20);
  EXPECT_EQ(check_event_data("\"" + std::string(TN_EVENT_DATA_MAX, 'x') + "\"").error().code,
            Code::too_large);
}

}  // namespace
}  // namespace tenon::plugins
