// What plugins send with events: the first line is a topic, the second a pattern, the third another
// pattern, the rest the data.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "host/plugins/event_topic.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace tenon::plugins;
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  const auto line = [&] {
    const auto out = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(rest.size(), out.size() + 1));
    return out;
  };
  const auto topic = line(), inner = line(), outer = line();
  (void)check_event_data(rest);
  if (!check_pattern(inner).ok()) return 0;
  if (!pattern_covers(inner, inner)) std::abort();
  if (!check_topic(topic).ok()) return 0;
  // A pattern that covers another meets all that the other meets.
  if (check_pattern(outer).ok() && pattern_covers(outer, inner) && topic_matches(inner, topic) &&
      !topic_matches(outer, topic))
    std::abort();
  return 0;
}
