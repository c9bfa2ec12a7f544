#include "host/http/pipeline.hpp"

#include <fmt/format.h>

#include <chrono>
#include <exception>
#include <functional>

#include "host/http/media_type.hpp"
#include "host/http/response.hpp"
#include "host/http/text.hpp"

namespace tenon::http {
namespace {

using Clock = std::chrono::steady_clock;

bool is_sane_id(std::string_view id) {
  return !id.empty() && id.size() <= 128 && std::all_of(id.begin(), id.end(), [](char c) {
    return is_digit(c) || (ascii_lower(c) >= 'a' && ascii_lower(c) <= 'z') ||
           std::string_view("-_.:").find(c) != std::string_view::npos;
  });
}

// A response that asks the request and the server whether the connection can go on.
class ServedResponse : public Response {
 public:
  template <class KeepAlive>
  ServedResponse(Transport& transport, std::string& out, const Context& context,
                 KeepAlive keep_alive)
      : Response(transport, out, context), keep_alive_(std::move(keep_alive)) {}

 protected:
  bool may_keep_alive() override { return keep_alive_(); }

 private:
  std::function<bool()> keep_alive_;
};

// Counts a running stream while it lives; `admitted` is false over the cap.
class StreamSlot {
 public:
  StreamSlot(std::atomic<std::uint32_t>& count, std::uint32_t cap, bool wanted)
      : count_(wanted ? &count : nullptr) {
    if (count_ != nullptr) admitted_ = count_->fetch_add(1) < cap;
  }
  ~StreamSlot() {
    if (count_ != nullptr) count_->fetch_sub(1);
  }
  StreamSlot(const StreamSlot&) = delete;
  StreamSlot& operator=(const StreamSlot&) = delete;
  bool admitted() const { return admitted_; }

 private:
  std::atomic<std::uint32_t>* count_;
  bool admitted_ = true;
};

class CrashLabel {
 public:
  explicit CrashLabel(std::string_view label) { set_crash_label(label); }
  ~CrashLabel() { set_crash_label({}); }
  CrashLabel(const CrashLabel&) = delete;
  CrashLabel& operator=(const CrashLabel&) = delete;
};

std::string_view choose_correlation_id(std::string_view wanted, Worker& worker) {
  if (is_sane_id(wanted)) return wanted;
  worker.correlation_id.clear();
  worker.ids.append_hex(worker.correlation_id, 16);
  return worker.correlation_id;
}

OriginRule origin_rule(const Route& route) {
  if (route.foreign_origin) return OriginRule::any;
  return route.always_own_origin ? OriginRule::own : OriginRule::own_for_writes;
}

}  // namespace

struct Pipeline::Exchange {
  const RawRequest& raw;
  const RequestFacts& facts;
  Transport& transport;
  Worker& worker;
  Clock::time_point start;
  Request request;
  ServedResponse response;
};

Pipeline::Pipeline(Router& router, AccessPolicy& policy, RequestObserver* observer,
                   PipelineOptions options)
    : router_(router),
      policy_(policy),
      observer_(observer),
      options_(std::move(options)),
      origin_check_(options_.origin) {}

void Pipeline::serve(const RawRequest& raw, Transport& transport, Worker& worker) noexcept {
  try {
    const auto guarded = guard_request(raw);
    if (const auto* refusal = std::get_if<Refusal>(&guarded)) {
      refuse(refusal->status, refusal->detail, transport, worker);
      return;
    }
    serve_guarded(raw, std::get<RequestFacts>(guarded), transport, worker);
  } catch (const std::exception& error) {
    log().error("the request pipeline failed: {}", error.what());
    transport.close_after_response();
  } catch (...) {
    log().error("the request pipeline failed");
    transport.close_after_response();
  }
}

void Pipeline::refuse(int status, std::string_view detail, Transport& transport,
                      Worker& worker) noexcept {
  try {
    const auto start = Clock::now();
    const auto id = choose_correlation_id({}, worker);
    Response response(transport, worker.out, {worker.date.text(start), id, {}, false, false});
    response.close_connection();
    // Closed whether or not the client could be told.
    if (!response.problem(status, detail).ok()) log().debug("a refusal could not be sent");
    transport.close_after_response();
    if (observer_ == nullptr) return;
    RequestRecord record;
    record.correlation_id = id;
    record.status = status;
    record.complete = response.complete();
    record.body_bytes = response.body_bytes();
    record.duration = Clock::now() - start;
    observer_->on_request(record);
  } catch (...) {
    transport.close_after_response();
  }
}

void Pipeline::serve_guarded(const RawRequest& raw, const RequestFacts& facts, Transport& transport,
                             Worker& worker) {
  const auto start = Clock::now();
  const auto id = choose_correlation_id(facts.correlation_id, worker);
  const Response::Context context{worker.date.text(start), id, raw.path, raw.method == "HEAD",
                                  facts.http_1_0};
  Exchange exchange{raw,
                    facts,
                    transport,
                    worker,
                    start,
                    Request(raw, facts, transport),
                    ServedResponse(transport, worker.out, context, [&exchange] {
                      return exchange.facts.keep_alive && exchange.request.rest_is_small() &&
                             !exchange.transport.should_close();
                    })};
  exchange.request.correlation_id_ = id;
  if (!facts.traceparent.empty()) exchange.request.trace_ = parse_traceparent(facts.traceparent);

  const Router::Pinned pinned(router_, worker.index);
  dispatch(exchange, pinned);
  finish(exchange);
  observe(exchange);
}

void Pipeline::dispatch(Exchange& exchange, const Router::Pinned& pinned) {
  auto& [raw, facts, transport, worker, start, request, response] = exchange;
  const auto reply = [&response = exchange.response](int status, std::string_view detail) {
    if (!response.problem(status, detail).ok()) response.close_connection();
  };
  if (const auto refusal = origin_check_.check_host(facts)) {
    response.close_connection();
    return reply(refusal->status, refusal->detail);
  }
  if (const auto parsed = worker.path.parse(raw.path); !parsed.ok()) {
    response.close_connection();
    return reply(400, parsed.error().message);
  }
  request.path_ = &worker.path;
  request.pinned_ = &pinned;
  pinned.table().match(raw.method, worker.path, request.match_);
  const CompiledRoute* compiled = request.match_.route;
  if (const auto refusal = origin_check_.check_origin(
          facts, raw.method,
          compiled ? origin_rule(compiled->route) : OriginRule::own_for_writes)) {
    return reply(refusal->status, refusal->detail);
  }
  if (compiled == nullptr) return answer_without_route(exchange);
  run_route(exchange);
}

void Pipeline::answer_without_route(Exchange& exchange) {
  auto& response = exchange.response;
  const auto allowed = exchange.request.match_.allowed;
  Result<void> sent;
  if (allowed == 0) {
    sent = response.problem(404, "No route has this path.");
  } else {
    const auto allow = RouteTable::allow_header(allowed);
    sent = response.add_header("Allow", allow);
    if (sent.ok() && exchange.raw.method == "OPTIONS") {
      sent = response.send(204, {}, "");
    } else if (sent.ok()) {
      sent = response.problem(405, fmt::format("This path answers {}.", allow));
    }
  }
  if (!sent.ok()) response.close_connection();
}

// Everything that can be decided from the head; false when it has been answered.
bool Pipeline::admit(Exchange& exchange) {
  auto& [raw, facts, transport, worker, start, request, response] = exchange;
  const Route& route = request.route()->route;
  const auto reply = [&response = exchange.response](int status, std::string_view detail) {
    if (!response.problem(status, detail).ok()) response.close_connection();
    return false;
  };
  if (const auto denial = policy_.check(request, route)) {
    if (!denial->www_authenticate.empty() &&
        !response.add_header("WWW-Authenticate", denial->www_authenticate).ok()) {
      return reply(500, "The request could not be completed.");
    }
    return reply(denial->status, denial->detail);
  }
  if (!route.produces.empty() &&
      !accepts_any(request.header("Accept").value_or(""), route.produces)) {
    return reply(406, fmt::format("This route answers {}.", fmt::join(route.produces, ", ")));
  }
  if (!route.consumes.empty() && facts.has_body() &&
      !matches_media_type(request.content_type(), route.consumes)) {
    return reply(415, fmt::format("This route takes {}.", fmt::join(route.consumes, ", ")));
  }
  request.body_limit_ = route.limits.max_body_bytes.value_or(options_.max_body_bytes);
  if (facts.content_length > request.body_limit_) {
    return reply(413, fmt::format("The request body has {} bytes; this route takes {}.",
                                  facts.content_length, request.body_limit_));
  }
  return true;
}

void Pipeline::run_route(Exchange& exchange) {
  if (!admit(exchange)) return;
  const CompiledRoute& compiled = *exchange.request.route();
  const StreamSlot slot(streams_, options_.max_streams, compiled.route.stream);
  if (!slot.admitted()) {
    const auto added = exchange.response.add_header("Retry-After", "5");
    if (!added.ok() || !exchange.response.problem(503, "Too many streams are open.").ok()) {
      exchange.response.close_connection();
    }
    return;
  }
  const CrashLabel label(compiled.label);
  call_handler(exchange);
}

void Pipeline::call_handler(Exchange& exchange) {
  auto& response = exchange.response;
  const CompiledRoute& compiled = *exchange.request.route();
  std::string failure;
  try {
    compiled.route.handler->handle(exchange.request, response);
  } catch (const std::exception& error) {
    failure = error.what();
    if (failure.empty()) failure = "an exception without text";
  } catch (...) {
    failure = "an exception that is no std::exception";
  }
  if (failure.empty()) failure = response.failure();
  if (failure.empty() && !response.begun()) failure = "it returned without a response";
  if (failure.empty()) return;
  log().error("{} failed: {} (request_id {})", compiled.label, failure,
              exchange.request.correlation_id());
  if (!response.begun() && !response.problem(500, "The request could not be completed.").ok()) {
    response.close_connection();
  }
}

void Pipeline::finish(Exchange& exchange) {
  auto& response = exchange.response;
  // A stream that was not finished must not look complete: the end marker is never sent.
  const bool reusable =
      response.complete() && !response.closing() && exchange.request.discard_small_rest();
  if (reusable) return;
  exchange.transport.close_after_response();
  if (response.complete()) exchange.request.linger();
}

void Pipeline::observe(const Exchange& exchange) noexcept {
  if (observer_ == nullptr) return;
  const auto& request = exchange.request;
  RequestRecord record;
  record.method = exchange.raw.method;
  record.path = exchange.raw.path;
  if (const CompiledRoute* compiled = request.route()) {
    record.route_pattern = compiled->route.pattern;
    record.owner = compiled->route.owner;
  }
  record.remote_address = exchange.raw.remote_address;
  record.correlation_id = request.correlation_id();
  record.principal = request.principal();
  record.status = exchange.response.status();
  record.complete = exchange.response.complete();
  record.body_bytes = exchange.response.body_bytes();
  record.duration = Clock::now() - exchange.start;
  observer_->on_request(record);
}

}  // namespace tenon::http
