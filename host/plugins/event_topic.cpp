#include "host/plugins/event_topic.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "host/config/problem.hpp"
#include "tenon/events.h"
#include "tenon/json.hpp"

namespace tenon::plugins {
namespace {

constexpr size_t kMostWords = 16;
constexpr size_t kLongestName = 100;

// Takes words from the front of a text, without a copy.
class Words {
 public:
  explicit Words(std::string_view text) : rest_(text) {}
  std::optional<std::string_view> next() {
    if (ended_) return std::nullopt;
    const size_t dot = rest_.find('.');
    const auto word = rest_.substr(0, dot);
    ended_ = dot == std::string_view::npos;
    if (!ended_) rest_.remove_prefix(dot + 1);
    return word;
  }

 private:
  std::string_view rest_;
  bool ended_ = false;
};

bool is_plain(std::string_view word) {
  return !word.empty() && std::all_of(word.begin(), word.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
  });
}

// What is wrong with a topic, or with a pattern; empty: nothing.
std::string wrong(std::string_view text, bool pattern) {
  if (text.size() > TN_EVENT_TOPIC_MAX)
    return fmt::format("has {} bytes, at most {} are allowed", text.size(), TN_EVENT_TOPIC_MAX);
  Words words(text);
  size_t count = 0;
  bool ended = false;
  while (const auto word = words.next()) {
    if (++count > kMostWords) return fmt::format("has more than {} words", kMostWords);
    if (ended) return "has ** before its end";
    ended = pattern && *word == "**";
    if (ended || (pattern && *word == "*") || is_plain(*word)) continue;
    return word->empty() ? "has an empty word" : "has the word " + config::in_quotes(*word);
  }
  return "";
}

Result<void> check(std::string_view text, bool pattern) {
  const std::string found = wrong(text, pattern);
  if (found.empty()) return {};
  const auto shown = config::in_quotes(text.substr(0, TN_EVENT_TOPIC_MAX));
  return Error{Code::invalid,
               fmt::format("the {} {} {}; expected words of a-z, 0-9, _ and - with dots between "
                           "them, such as {}",
                           pattern ? "pattern" : "topic", shown, found,
                           pattern ? "shop.order.* or shop.**" : "shop.order.created"),
               pattern ? "pattern" : "topic"};
}

}  // namespace

Result<void> check_topic(std::string_view topic) {
  return check(topic, false);
}

Result<void> check_pattern(std::string_view pattern) {
  return check(pattern, true);
}

Result<void> check_event_data(std::string_view data) {
  if (data.size() > TN_EVENT_DATA_MAX)
    return Error{Code::too_large,
                 fmt::format("the data of an event has {} bytes, at most {} are allowed",
                             data.size(), TN_EVENT_DATA_MAX),
                 "data"};
  if (const auto parsed = json::parse(data); !parsed.ok())
    return Error{Code::invalid, "the data of an event is no JSON: " + parsed.error().message,
                 "data"};
  return {};
}

Result<void> check_subscription_name(std::string_view name) {
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-' || c == '.';
  };
  if (!name.empty() && name.size() <= kLongestName &&
      std::all_of(name.begin(), name.end(), allowed))
    return {};
  return Error{Code::invalid,
               fmt::format("the name of a subscription is 1 to {} of letters, digits, _, - and ., "
                           "not {}",
                           kLongestName, config::in_quotes(name)),
               "name"};
}

bool topic_matches(std::string_view pattern, std::string_view topic) {
  if (topic.starts_with(kHostTopics) && !pattern.starts_with(kHostTopics)) return false;
  Words wanted(pattern), words(topic);
  for (;;) {
    const auto want = wanted.next();
    const auto word = words.next();
    if (!want || !word) return !want && !word;
    if (*want == "**") return true;
    if (*want != "*" && *want != *word) return false;
  }
}

bool pattern_covers(std::string_view outer, std::string_view inner) {
  if (inner.starts_with(kHostTopics) && !outer.starts_with(kHostTopics)) return false;
  Words outers(outer), inners(inner);
  for (;;) {
    const auto out = outers.next();
    const auto in = inners.next();
    if (!out || !in) return !out && !in;
    if (*out == "**") return true;
    if (*in == "**") return false;
    if (*out != "*" && *out != *in) return false;
  }
}

}  // namespace tenon::plugins
