// A plugin under test, in whatever language it was written: its library is loaded as it ships, and
// called through its tables. Every view that it gets is overwritten when the call returns. Methods,
// routes and probe may be called from any thread; life (start, stop, save, restore) from one at a
// time.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tenon/testing/host.hpp"

namespace tenon::testing {

struct CallOptions {
  // On the host's clock. 0: no deadline; below 0: it has passed.
  std::chrono::nanoseconds timeout{0};
  bool cancelled = false;  // from the beginning; Host::cancel() does it later
  uint64_t principal = 0;
  std::string request_id = "test";
  std::string idempotency_key = {};
};

using HttpFields = std::vector<std::pair<std::string, std::string>>;

struct HttpRequest {
  std::string method = "GET";
  std::string target;  // "/things/7?part=2", percent-encoded
  HttpFields headers = {};
  std::string body = {};
  bool chunked = false;  // the plugin is not told the body's length
  // The client goes away after so many bytes of a streamed answer.
  uint64_t gone_after = UINT64_MAX;
  CallOptions call = {};
};

struct HttpResponse {
  uint32_t status = 0;
  HttpFields headers;
  std::string body;
  bool streamed = false;
  bool finished = false;       // false: the connection was closed before the answer's end
  std::optional<Error> error;  // of the handler; `status` is what the client sees of it

  std::optional<std::string> header(std::string_view name) const;
  template <class T>
  Result<T> json() const {
    if (error) return *error;
    return tenon::json::decode<T>(body);
  }
};

class Plugin {
 public:
  // Loads a built library; `host` outlives this object. Throws std::runtime_error, which says what
  // is wrong with it.
  Plugin(Host& host, const std::string& file);
  // A plugin that is linked into the test program: there can be one, since all export tenon_entry.
  Plugin(Host& host, const tn_entry& entry);
  // Stops it. Rules that it broke without a call that failed go to standard error and end the test
  // program, as does a stop that fails.
  ~Plugin();
  Plugin(const Plugin&) = delete;
  Plugin& operator=(const Plugin&) = delete;

  const boost::json::object& manifest() const;  // valid as long as this object

  // Configures and starts it. The same host may run a second one beside it: the next generation,
  // which then gets the events. Calls before it and after stop() are errors.
  Result<void> start(const CallOptions& options = {});
  Result<void> probe(const CallOptions& options = {});
  // Also an error when the plugin broke a rule of the interface at any time.
  Result<void> stop(const CallOptions& options = {});

  Result<std::string> call_text(std::string_view interface_id, std::string_view method,
                                std::string_view input, const CallOptions& options = {});
  // plugin.call<Greeting>("acme.greeter/1", "greet", Name{"Ada"})
  template <class Out, class In>
  Result<Out> call(std::string_view interface_id, std::string_view method, const In& input,
                   const CallOptions& options = {}) {
    TN_TRY(const std::string output, call_text(interface_id, method, json::encode(input), options));
    return json::decode<Out>(output);
  }
  // The batches that the method wrote. `input` is only read.
  Result<std::vector<BatchBuffer>> batch(std::string_view interface_id, std::string_view method,
                                         BatchBuffer& input, const CallOptions& options = {});

  // As the host's router does it: what does not find a route, or does not get past what the route
  // declares (types of bodies and answers, sizes), is answered from there.
  HttpResponse request(const HttpRequest& request);
  HttpResponse get(std::string_view target) { return request({.target = std::string(target)}); }
  HttpResponse post(std::string_view target, std::string_view body,
                    std::string_view content_type = "application/json");

  // What a reload hands to the next generation.
  Result<std::string> save(const CallOptions& options = {});
  Result<void> restore(std::string_view state, const CallOptions& options = {});

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace tenon::testing
