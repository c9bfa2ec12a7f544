// A route: what a request must look like, who owns it, and what handles it.
#pragma once

#include <boost/json/value.hpp>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace tenon::http {

class Request;
class Response;

// Handles the requests of one or more routes. Called by many threads at once, on a stack of the
// size the server was configured with; may block. What it throws becomes a 500 problem, or ends the
// connection when the response has begun.
class Handler {
 public:
  virtual ~Handler() = default;
  virtual void handle(Request& request, Response& response) = 0;
};

struct RouteLimits {
  std::optional<std::uint64_t> max_body_bytes;  // the host's limit when absent
};

enum class Access : std::uint8_t {
  open,        // whatever the owner decides
  host_state,  // the host's own controls: needs the host's bearer token
};

// What the API's documents say of a route. JSON Schemas; null: not told.
struct RouteDocument {
  std::string summary;
  boost::json::value query = {};  // of an object, its members are the query's parameters
  boost::json::value body = {};
  boost::json::value answer = {};
  std::string answer_type = {};  // media type, where `produces` is not to say it; empty: JSON
};

struct Route {
  std::string method;   // upper case; a GET route answers HEAD too
  std::string pattern;  // "/api/things/{id}/parts/{part}", last segment may be "{rest...}"
  std::string owner;    // for people: "plugin catalog generation 1"
  std::shared_ptr<Handler> handler;
  RouteLimits limits = {};
  Access access = Access::open;
  // Long-lived responses (server-sent events): counted against a cap of their own.
  bool stream = false;
  // Media types the handler can answer with ("application/json"); empty: not declared, no 406.
  std::vector<std::string> produces = {};
  // Media types of bodies it takes ("application/json", "image/*"); empty: not declared, no 415.
  std::vector<std::string> consumes = {};
  // Browsers may send here from foreign pages (webhooks); otherwise unsafe methods need our Origin.
  bool foreign_origin = false;
  // Safe methods need our Origin, too, where a request has one.
  bool always_own_origin = false;
  // Null: not for people or programs to call (pages, files).
  std::shared_ptr<const RouteDocument> document = {};
};

}  // namespace tenon::http
