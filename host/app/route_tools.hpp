// What the host's own routes are made of.
#pragma once

#include <boost/json.hpp>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "host/http/request.hpp"
#include "host/http/response.hpp"
#include "host/http/route.hpp"
#include "tenon/json.hpp"
#include "tenon/schema.hpp"

namespace tenon::app {

inline constexpr std::string_view kOwner = "host";
inline constexpr std::string_view kJson = "application/json";

class FunctionHandler final : public http::Handler {
 public:
  using Function = std::function<void(http::Request&, http::Response&)>;
  explicit FunctionHandler(Function function) : function_(std::move(function)) {}
  void handle(http::Request& request, http::Response& response) override {
    function_(request, response);
  }

 private:
  Function function_;
};

inline http::Route route(std::string method, std::string pattern, std::string summary,
                         FunctionHandler::Function function) {
  http::Route out;
  out.method = std::move(method);
  out.pattern = std::move(pattern);
  out.owner = kOwner;
  out.handler = std::make_shared<FunctionHandler>(std::move(function));
  out.document = std::make_shared<http::RouteDocument>(
      http::RouteDocument{std::move(summary), nullptr, nullptr, boost::json::object()});
  return out;
}

// The schema of a described struct.
template <class T>
boost::json::value schema_of(json::Mode mode = json::Mode::strict) {
  schema::Writer counter;
  schema::write<T>(counter, mode);
  std::string text(counter.size(), '\0');
  schema::Writer writer(text.data());
  schema::write<T>(writer, mode);
  return boost::json::parse(text);
}

// Tells the API's documents what its body is, and what it answers.
inline void document_body(http::Route& route, boost::json::value schema) {
  auto document = std::make_shared<http::RouteDocument>(*route.document);
  document->body = std::move(schema);
  route.document = std::move(document);
}
inline http::Route with_answer(http::Route route, boost::json::value schema) {
  auto document = std::make_shared<http::RouteDocument>(*route.document);
  document->answer = std::move(schema);
  route.document = std::move(document);
  return route;
}

// One that changes the host: its callers need the host's token.
inline http::Route control_route(std::string method, std::string pattern, std::string summary,
                                 FunctionHandler::Function function) {
  http::Route out =
      route(std::move(method), std::move(pattern), std::move(summary), std::move(function));
  out.access = http::Access::host_state;
  out.consumes = {std::string(kJson)};
  return out;
}

inline void send_json(http::Response& response, int status, const boost::json::value& value) {
  (void)response.send(status, kJson, boost::json::serialize(value));
}

// What `make(request)` gives, or its problem, as a route that says what that is.
template <class Answer>
http::Route answering(http::Route route, std::function<Result<Answer>(http::Request&)> make) {
  route.handler =
      std::make_shared<FunctionHandler>([make = std::move(make)](auto& request, auto& response) {
        const auto answer = make(request);
        if (!answer.ok()) return (void)response.error(answer.error());
        send_json(response, 200, json::to_value(*answer));
      });
  return with_answer(std::move(route), schema_of<Answer>());
}

}  // namespace tenon::app
