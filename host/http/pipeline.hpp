// The way of one request, the same for every server implementation:
// guard, correlation id, Host and Origin, route, access, body limit, handler, observer.
#pragma once

#include <spdlog/spdlog.h>

#include <atomic>
#include <cstdint>
#include <memory>

#include "host/http/access_policy.hpp"
#include "host/http/origin_check.hpp"
#include "host/http/request_observer.hpp"
#include "host/http/router.hpp"
#include "host/http/transport.hpp"
#include "host/http/worker.hpp"

namespace tenon::http {

struct PipelineOptions {
  std::uint64_t max_body_bytes = 8 * 1024 * 1024;  // for routes without a limit of their own
  std::uint32_t max_streams = 256;                 // concurrent requests of `stream` routes
  OriginOptions origin = {};
  std::shared_ptr<spdlog::logger> log = spdlog::default_logger();  // of what clients are not told
};

class Pipeline {
 public:
  // All three must outlive this. `observer` may be null.
  Pipeline(Router& router, AccessPolicy& policy, RequestObserver* observer,
           PipelineOptions options);

  // Serves one request to its end on the calling thread. Never throws. [thread-safe]
  void serve(const RawRequest& raw, Transport& transport, Worker& worker) noexcept;

  // Answers what the server library itself refused, before there was a request, and closes.
  void refuse(int status, std::string_view detail, Transport& transport, Worker& worker) noexcept;

  spdlog::logger& log() const { return *options_.log; }

 private:
  struct Exchange;

  void serve_guarded(const RawRequest& raw, const RequestFacts& facts, Transport& transport,
                     Worker& worker);
  void dispatch(Exchange& exchange, const Router::Pinned& pinned);
  void run_route(Exchange& exchange);
  void answer_without_route(Exchange& exchange);
  bool admit(Exchange& exchange);
  void call_handler(Exchange& exchange);
  void finish(Exchange& exchange);
  void observe(const Exchange& exchange) noexcept;

  Router& router_;
  AccessPolicy& policy_;
  RequestObserver* observer_;
  PipelineOptions options_;
  OriginCheck origin_check_;
  std::atomic<std::uint32_t> streams_{0};
};

}  // namespace tenon::http
