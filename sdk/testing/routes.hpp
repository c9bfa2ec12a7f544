// The routes of a plugin, matched and guarded as the host's pipeline does it before a handler runs.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "declared.hpp"
#include "host/http/route_table.hpp"
#include "tenon/testing/plugin.hpp"

namespace tenon::testing {

// A request on its way to its route; holds views into the request.
struct Routed {
  http::TargetPath path;
  std::string_view query;
  http::RouteTable::Match match;
  uint32_t number = 0;  // of the route

  const http::Route& route() const { return match.route->route; }
  uint64_t max_body() const;
};

class Routes {
 public:
  // Throws std::runtime_error for routes that the host would refuse.
  explicit Routes(const std::vector<DeclaredRoute>& declared);

  // Finds the route. What the client gets instead, when no handler is to run.
  std::optional<HttpResponse> find(const HttpRequest& request, Routed& routed) const;

 private:
  std::shared_ptr<const http::RouteTable> table_;
  std::map<const http::CompiledRoute*, uint32_t> numbers_;
};

// The answer of the host itself.
HttpResponse host_answer(uint32_t status, Error error);

}  // namespace tenon::testing
