// Topics of events and the patterns that subscribe to them (tenon/events.h). Pure.
#pragma once

#include <string_view>

#include "tenon/result.hpp"

namespace tenon::plugins {

// Topics of the host itself begin with it, and no plugin publishes them.
constexpr std::string_view kHostTopics = "tenon.";

// Errors (Code::invalid) say what is wrong and what a topic or pattern looks like.
Result<void> check_topic(std::string_view topic);
Result<void> check_pattern(std::string_view pattern);
// 1 to 100 of letters, digits, _, - and dots.
Result<void> check_subscription_name(std::string_view name);
// One JSON value of at most TN_EVENT_DATA_MAX bytes.
Result<void> check_event_data(std::string_view data);

// Whether a valid pattern meets a valid topic. One of the host's is met only by a pattern that
// begins with kHostTopics, too.
bool topic_matches(std::string_view pattern, std::string_view topic);

// Whether every topic that `inner` meets is met by `outer`. Both are valid.
bool pattern_covers(std::string_view outer, std::string_view inner);

}  // namespace tenon::plugins
