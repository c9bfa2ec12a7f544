#include "host/tools/openapi_handler.hpp"

#include <fmt/format.h>

#include "host/http/request.hpp"
#include "host/http/response.hpp"
#include "host/http/text.hpp"

namespace tenon::tools {

void OpenApiHandler::handle(http::Request& request, http::Response& response) {
  const auto made = document();
  // May be kept, but is asked for again each time: plugins come and go.
  if (http::lists_etag(request.header("If-None-Match").value_or(""), made->etag))
    return (void)response.send(304, {{"ETag", made->etag}, {"Cache-Control", "no-cache"}}, "");
  (void)response.send(
      200,
      {{"Content-Type", "application/json"}, {"ETag", made->etag}, {"Cache-Control", "no-cache"}},
      made->text);
}

std::shared_ptr<const OpenApiHandler::Made> OpenApiHandler::document() {
  const auto routes = source_.routes();
  auto served = source_.served();
  const std::lock_guard lock(mutex_);
  if (made_ && routes_.lock() == routes && served_ == served) return made_;
  auto made = std::make_shared<Made>();
  made->text = boost::json::serialize(
      make_openapi({source_.title, source_.version, routes->routes(), served}));
  made->etag =
      fmt::format("\"{:016x}-{:x}\"", std::hash<std::string>()(made->text), made->text.size());
  routes_ = routes;
  served_ = std::move(served);
  return made_ = std::move(made);
}

}  // namespace tenon::tools
