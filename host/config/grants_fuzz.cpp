// Labels, routes and hosts as permissions and selectors name them. What is taken is taken again in
// the form it is written in, and covers itself.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "host/config/labels.hpp"
#include "host/config/outbound_grant.hpp"
#include "host/config/route_grant.hpp"

using namespace tenon::config;

namespace {

void expect(bool good) {
  if (!good) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto labels = parse_labels(text); labels.ok()) {
    const auto again = parse_labels(to_string(*labels));
    expect(again.ok() && *again == *labels && has_all(*labels, *again));
  }
  if (const auto route = RouteGrant::parse(text); route.ok()) {
    const size_t blank = text.find(' ');
    expect(route->covers(text.substr(0, blank), text.substr(blank + 1)) ||
           text.substr(0, blank) == "*");
    expect(RouteGrant::parse("* /{rest...}")->covers("GET", text.substr(blank + 1)));
  }
  if (const auto outbound = OutboundGrant::parse(text); outbound.ok()) {
    expect(outbound->covers(*outbound));
    expect(OutboundGrant::parse("*:*")->covers(*outbound));
    if (outbound->host().find('*') == std::string::npos)
      expect(outbound->covers(outbound->host(), outbound->port() ? outbound->port() : 1));
  }
  return 0;
}
