#include "host/plugins/call_stack.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <vector>

#include "host/plugins/provider.hpp"

namespace tenon::plugins {

Error CallFrame::crooked() const {
  const CallFrame* same = nullptr;
  for (const CallFrame* at = outer_; at && !same; at = at->outer_)
    if (&at->provider_ == &provider_ && at->slot_ == slot_) same = at;
  std::vector<std::string> way;
  for (const CallFrame* at = this; at && way.size() < kDeepest; at = at->outer_) {
    way.push_back(fmt::format("{}.{}", at->provider_.id(), at->name_));
    if (at == same) break;
  }
  std::reverse(way.begin(), way.end());
  return {Code::conflict,
          fmt::format("{}: {}",
                      same ? "the call goes round in a circle" : "calls are nested too deeply",
                      fmt::join(way, " -> "))};
}

}  // namespace tenon::plugins
