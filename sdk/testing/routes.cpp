#include "routes.hpp"

#include <stdexcept>

#include "host/http/media_type.hpp"
#include "tenon/http.hpp"

namespace tenon::testing {
namespace {

constexpr uint64_t kHostsLimit = 8u << 20;

// Routes only find their way here: the plugin's own table handles them.
class NoHandler final : public http::Handler {
  void handle(http::Request&, http::Response&) override {}
};

std::string_view header_of(const HttpRequest& request, std::string_view name) {
  for (const auto& [field, value] : request.headers)
    if (tenon::detail::same_name(field, name)) return value;
  return "";
}

// What is decided from the head of a request.
std::optional<HttpResponse> refusal(const HttpRequest& request, const Routed& routed) {
  const http::Route& route = routed.route();
  if (!route.produces.empty() && !http::accepts_any(header_of(request, "Accept"), route.produces))
    return host_answer(406, {Code::invalid, "this route answers " + route.produces.front()});
  if (!request.body.empty() && !route.consumes.empty() &&
      !http::matches_media_type(header_of(request, "Content-Type"), route.consumes))
    return host_answer(415, {Code::invalid, "this route takes " + route.consumes.front()});
  if (!request.chunked && request.body.size() > routed.max_body())
    return host_answer(413, {Code::too_large,
                             "the request body has " + std::to_string(request.body.size()) +
                                 " bytes; this route takes " + std::to_string(routed.max_body())});
  return std::nullopt;
}

}  // namespace

HttpResponse host_answer(uint32_t status, Error error) {
  HttpResponse answer;
  answer.status = status;
  answer.finished = true;
  answer.error = std::move(error);
  return answer;
}

uint64_t Routed::max_body() const {
  return route().limits.max_body_bytes.value_or(kHostsLimit);
}

Routes::Routes(const std::vector<DeclaredRoute>& declared) {
  std::vector<http::Route> routes;
  for (const DeclaredRoute& route : declared) {
    http::Route made{route.method, route.pattern, "the plugin", std::make_shared<NoHandler>()};
    made.limits.max_body_bytes = route.max_body_bytes;
    if (!route.consumes.empty()) made.consumes = {route.consumes};
    if (!route.produces.empty()) made.produces = {route.produces};
    routes.push_back(std::move(made));
  }
  auto table = http::RouteTable::build(std::move(routes));
  if (!table.ok()) throw std::runtime_error(table.error().message);
  table_ = std::move(*table);
  for (uint32_t i = 0; i < table_->routes().size(); ++i) numbers_[&table_->routes()[i]] = i;
}

std::optional<HttpResponse> Routes::find(const HttpRequest& request, Routed& routed) const {
  const std::string_view target = request.target;
  const size_t mark = target.find('?');
  if (const auto parsed = routed.path.parse(target.substr(0, mark)); !parsed.ok())
    return host_answer(400, parsed.error());
  if (mark != std::string_view::npos) routed.query = target.substr(mark + 1);
  table_->match(request.method, routed.path, routed.match);
  if (!routed.match.route && routed.match.allowed)
    return host_answer(405, {Code::unsupported, "no route of this path takes " + request.method});
  if (!routed.match.route)
    return host_answer(404, {Code::not_found, "the plugin has no such route"});
  routed.number = numbers_.at(routed.match.route);
  return refusal(request, routed);
}

}  // namespace tenon::testing
