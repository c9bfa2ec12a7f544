// GET /openapi.json: made when it is asked for first, and again when what is served is other.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <string>

#include "host/http/route.hpp"
#include "host/http/route_table.hpp"
#include "host/tools/openapi.hpp"

namespace tenon::tools {

class OpenApiHandler final : public http::Handler {
 public:
  struct Source {
    std::string title;
    std::string version;
    std::function<std::shared_ptr<const http::RouteTable>()> routes;
    std::function<std::vector<plugins::Served>()> served;
  };
  explicit OpenApiHandler(Source source) : source_(std::move(source)) {}
  void handle(http::Request& request, http::Response& response) override;

 private:
  struct Made {
    std::string text;
    std::string etag;
  };
  std::shared_ptr<const Made> document();

  const Source source_;
  std::mutex mutex_;                              // guards all below
  std::weak_ptr<const http::RouteTable> routes_;  // of which it was made
  std::vector<plugins::Served> served_;
  std::shared_ptr<const Made> made_;
};

}  // namespace tenon::tools
