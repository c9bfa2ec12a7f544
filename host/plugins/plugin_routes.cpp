#include "host/plugins/plugin_routes.hpp"

#include <fmt/format.h>

#include <array>
#include <charconv>

#include "host/http/request.hpp"
#include "host/http/response.hpp"
#include "host/http/route_table.hpp"
#include "host/plugins/blame.hpp"
#include "tenon/views.hpp"

namespace tenon::plugins {
namespace {

constexpr size_t kMaxHeaders = 64;  // the guard admits fewer

// As tenon/http.h has it: the client that has gone is TN_E_CANCELLED.
Result<void> unless_gone(Result<void> sent) {
  if (sent.ok() || sent.error().code != Code::unavailable) return sent;
  return Error{Code::cancelled, sent.error().message, sent.error().path};
}

// The answer under way, behind the function pointers that the plugin gets.
class Exchange {
 public:
  Exchange(http::Request& request, http::Response& response)
      : request_(request),
        response_(response),
        raw_{sizeof(tn_http_exchange), 0, this, read, respond, begin, write, finish} {}

  const tn_http_exchange* raw() const { return &raw_; }
  // Something of the request was read or of the answer sent.
  bool used() const { return used_; }

 private:
  static Exchange& self(void* ctx) {
    auto& exchange = *static_cast<Exchange*>(ctx);
    exchange.used_ = true;
    return exchange;
  }

  // Host headers for those of the plugin; room for any sensible number without allocation.
  struct Headers {
    Headers(const tn_http_field* fields, uint64_t count) {
      if (count > inline_.size()) many_.resize(count);
      http::Header* const out = count > inline_.size() ? many_.data() : inline_.data();
      for (uint64_t i = 0; i < count; ++i) out[i] = {view(fields[i].name), view(fields[i].value)};
      all = {out, count};
    }
    std::array<http::Header, 16> inline_;
    std::vector<http::Header> many_;
    std::span<const http::Header> all;
  };

  static tn_status TN_ABI read(void* ctx, void* data, uint64_t* size) noexcept {
    return guarded(nullptr, [&]() -> Result<void> {
      TN_TRY(*size, self(ctx).request_.read({static_cast<std::byte*>(data), *size}));
      return {};
    });
  }
  static tn_status TN_ABI respond(void* ctx, uint32_t status, const tn_http_field* headers,
                                  uint64_t count, tn_bytes body) noexcept {
    return guarded(nullptr, [&] {
      return self(ctx).response_.send(static_cast<int>(status), Headers(headers, count).all,
                                      chars(body));
    });
  }
  static tn_status TN_ABI begin(void* ctx, uint32_t status, const tn_http_field* headers,
                                uint64_t count, int64_t length) noexcept {
    return guarded(nullptr, [&] {
      std::optional<uint64_t> known;
      if (length >= 0) known = static_cast<uint64_t>(length);
      return self(ctx).response_.begin(static_cast<int>(status), Headers(headers, count).all,
                                       known);
    });
  }
  static tn_status TN_ABI write(void* ctx, tn_bytes chunk) noexcept {
    return guarded(nullptr, [&]() -> Result<void> {
      if (self(ctx).request_.stopping()) return Error{Code::cancelled, "the host is stopping"};
      TN_CHECK(unless_gone(self(ctx).response_.write(chars(chunk))));
      return unless_gone(self(ctx).response_.flush());
    });
  }
  static tn_status TN_ABI finish(void* ctx) noexcept {
    return guarded(nullptr, [&] { return unless_gone(self(ctx).response_.finish()); });
  }

  http::Request& request_;
  http::Response& response_;
  const tn_http_exchange raw_;
  bool used_ = false;
};

void parse_hex(std::string_view digits, std::span<uint8_t> out) {
  for (size_t i = 0; i < out.size() && 2 * i + 1 < digits.size(); ++i)
    std::from_chars(digits.data() + 2 * i, digits.data() + 2 * i + 2, out[i], 16);
}

class PluginHandler final : public http::Handler {
 public:
  PluginHandler(std::shared_ptr<Instance> instance, uint32_t slot, bool stream)
      : instance_(std::move(instance)), slot_(slot), stream_(stream) {}

  void handle(http::Request& request, http::Response& response) override {
    std::array<tn_http_field, http::RouteTable::kMaxParams> params;
    std::array<tn_http_field, kMaxHeaders> headers;
    tn_http_request raw = describe(request, params, headers);
    raw.params = params.data();
    raw.headers = headers.data();

    tn_call call = {};
    call.struct_size = sizeof(tn_call);
    call.request_id = view(request.correlation_id());
    if (const auto& trace = request.trace()) {
      parse_hex(trace->trace_id, call.trace_id);
      parse_hex(trace->parent_id, call.span_id);
      call.trace_flags = trace->flags;
    }
    const CallChain chain(instance_->services().chains, instance_->services().transactions);
    call.call_id = chain.id();
    finish(response, run(call, raw, request, response));
  }

 private:
  // Once more, when the plugin's process died under a request that may be repeated and of which
  // neither the body was read nor an answer begun.
  Result<void> run(const tn_call& call, const tn_http_request& raw, http::Request& request,
                   http::Response& response) {
    Provider& provider = instance_->provider();
    for (bool repeated = false;; repeated = true) {
      const LimitedCall limited(&call, stream_ ? CallLimits() : provider.limits());
      auto entry = provider.enter(limited.get());
      if (!entry) return entry.why();
      const SlotMeaning meaning = entry.serving().routes.get(slot_);
      if (meaning.number == SlotMeaning::kNone)
        return Error{Code::not_found,
                     "the present version of " + instance_->id() + " does not serve this path"};
      Exchange exchange(request, response);
      auto result = Call(limited.get()).invoke([&](const tn_call* one) {
        return handle_in(entry, one, meaning.number, raw, exchange.raw());
      });
      if (is_plugins_fault(response.status()) ||
          (!result.ok() && is_plugins_fault(result.error().code)))
        entry.failed();
      Serving& left = entry.serving();
      if (result.ok() || repeated || !meaning.idempotent || exchange.used() || !left.is_gone() ||
          !provider.wait_for_another(left, deadline_within(limited.get(), kRetryWait)))
        return result;
    }
  }

  static tn_status handle_in(Provider::Entry& entry, const tn_call* call, uint32_t route,
                             const tn_http_request& request, const tn_http_exchange* exchange) {
    const GenerationTables& to = entry.tables();
    try {
      return to.http->handle(to.object, call, route, &request, exchange);
    } catch (...) {
      entry.failed();
      throw;
    }
  }

  static tn_http_request describe(http::Request& request, std::span<tn_http_field> params,
                                  std::span<tn_http_field> headers) {
    tn_http_request raw = {};
    raw.struct_size = sizeof(tn_http_request);
    const auto& names = request.route()->param_names;
    raw.param_count = static_cast<uint32_t>(request.param_count());
    for (uint32_t i = 0; i < raw.param_count; ++i)
      params[i] = {view(names[i]), view(request.param(i))};
    for (const auto& header : request.headers()) {
      if (raw.header_count == headers.size()) break;
      headers[raw.header_count++] = {view(header.name), view(header.value)};
    }
    raw.method = view(request.is_head() ? std::string_view("GET") : request.method());
    raw.path = view(request.path());
    raw.query = view(request.raw_query());
    raw.remote_address = view(request.remote_address());
    const auto length = request.content_length();
    raw.content_length = length ? static_cast<int64_t>(*length) : request.has_body() ? -1 : 0;
    return raw;
  }

  // What is left to say when the plugin has returned.
  static void finish(http::Response& response, const Result<void>& result) {
    if (response.complete()) return;
    if (response.begun())
      throw std::runtime_error(result.ok() ? "the plugin did not finish its answer"
                                           : result.error().message);
    if (!result.ok()) {
      (void)response.error(result.error());
    } else {
      (void)response.problem(500, "the plugin gave no answer");
    }
  }

  std::shared_ptr<Instance> instance_;
  uint32_t slot_;
  bool stream_;
};

}  // namespace

Result<std::vector<http::Route>> routes_of(const std::shared_ptr<Instance>& instance) {
  std::vector<http::Route> routes;
  const auto manifest = instance->manifest();
  for (const auto& spec : manifest->routes) {
    http::Route& route = routes.emplace_back();
    route.method = spec.method;
    route.pattern = spec.path;
    route.owner = "plugin " + instance->id();
    TN_TRY(const uint32_t slot, instance->provider().route_slot(spec.method + " " + spec.path));
    route.handler = std::make_shared<PluginHandler>(instance, slot, spec.stream);
    route.stream = spec.stream;
    if (spec.max_body_bytes) route.limits.max_body_bytes = spec.max_body_bytes;
    // Until there are identities, whatever needs a role needs the host's own token.
    route.access = spec.access == "public" ? http::Access::open : http::Access::host_state;
    if (!spec.produces.empty()) route.produces = {spec.produces};
    if (!spec.consumes.empty()) route.consumes = {spec.consumes};
    route.document = std::make_shared<http::RouteDocument>(
        http::RouteDocument{spec.summary, spec.query.value_or(nullptr), spec.body.value_or(nullptr),
                            spec.answer.value_or(nullptr)});
  }
  return routes;
}

}  // namespace tenon::plugins
