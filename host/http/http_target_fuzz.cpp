// Splitting and decoding a path, then matching it: decoded segments must be clean and matching must
// agree with itself.
#include <cstdlib>
#include <memory>
#include <string_view>

#include "host/http/route_table.hpp"
#include "host/http/text.hpp"

namespace {

using namespace tenon::http;

class NoHandler : public Handler {
 public:
  void handle(Request&, Response&) override {}
};

const RouteTable& table() {
  static const std::shared_ptr<const RouteTable> table = [] {
    std::vector<Route> routes;
    for (const char* pattern :
         {"/", "/a", "/a/{x}", "/a/b", "/{x}/b/{y}", "/a/{x}/c", "/f/{rest...}", "/a/b/c/d"}) {
      Route route;
      route.method = "GET";
      route.pattern = pattern;
      route.handler = std::make_shared<NoHandler>();
      routes.push_back(std::move(route));
    }
    return RouteTable::build(std::move(routes)).value();
  }();
  return *table;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  static TargetPath path;
  if (!path.parse(text).ok()) return 0;
  for (const auto segment : path.segments()) {
    if (segment.empty() || segment == "." || segment == ".." ||
        segment.find('\0') != std::string_view::npos || !is_valid_utf8(segment)) {
      std::abort();
    }
  }
  for (const char* method : {"GET", "HEAD", "POST"}) {
    RouteTable::Match match;
    table().match(method, path, match);
    if (match.route != nullptr && match.param_count != match.route->param_names.size())
      std::abort();
  }
  return 0;
}
