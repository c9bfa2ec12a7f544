// A request as a handler sees it. Used by the thread that serves it, and gone when it returns: all
// views live that long.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "host/http/forms.hpp"
#include "host/http/request_guard.hpp"
#include "host/http/route_table.hpp"
#include "host/http/router.hpp"
#include "host/http/target.hpp"
#include "host/http/trace_context.hpp"
#include "host/http/transport.hpp"
#include "tenon/result.hpp"

namespace tenon::http {

class Request {
 public:
  Request(const RawRequest& raw, const RequestFacts& facts, Transport& transport)
      : raw_(raw), facts_(facts), transport_(transport) {}
  Request(const Request&) = delete;
  Request& operator=(const Request&) = delete;

  std::string_view method() const { return raw_.method; }
  std::string_view raw_path() const { return raw_.path; }  // as sent, percent-encoded
  std::string_view raw_query() const { return raw_.query; }
  std::string_view path() const { return path_ != nullptr ? path_->decoded() : raw_.path; }
  std::string_view remote_address() const { return raw_.remote_address; }
  std::uint16_t remote_port() const { return raw_.remote_port; }
  std::string_view host() const { return facts_.host; }
  bool is_head() const { return raw_.method == "HEAD"; }

  // Parameters of the route's pattern, decoded, in the order of the pattern.
  std::size_t param_count() const { return match_.param_count; }
  std::string_view param(std::size_t index) const { return match_.params.at(index); }
  // Empty when the pattern has no such parameter.
  std::string_view param(std::string_view name) const;

  // The first header of that name, in any case.
  std::optional<std::string_view> header(std::string_view name) const;
  std::span<const Header> headers() const { return raw_.headers; }

  // The decoded query, parsed at the first call.
  Result<const FormFields*> query();
  // The first value of a query parameter; nothing when absent or when the query is malformed.
  std::optional<std::string_view> query_value(std::string_view name);

  // The body's declared length; nothing when chunked.
  std::optional<std::uint64_t> content_length() const;
  bool has_body() const { return facts_.has_body(); }
  std::string_view content_type() const { return header("Content-Type").value_or(""); }

  // Reads the next bytes of the body; 0 at its end. Fails with too_large over the route's limit,
  // and with invalid when the body breaks off or is wrongly coded. Blocks.
  Result<std::size_t> read(std::span<std::byte> into);
  // The rest of the body, too_large when it has more than `limit` bytes. Blocks.
  Result<std::string> read_all(std::uint64_t limit = UINT64_MAX);
  // The body as a form.
  Result<FormFields> read_form(const FormLimits& limits = {});

  std::string_view correlation_id() const { return correlation_id_; }
  // The caller's trace, when it sent a valid one.
  const std::optional<TraceContext>& trace() const { return trace_; }

  const CompiledRoute* route() const { return match_.route; }
  // For a handler that swaps routes and waits for old requests: its own hold, not to be waited for.
  const Router::Pinned* pinned() const { return pinned_; }
  // True when the server wants long streams to end.
  bool stopping() const { return transport_.stopping(); }

  // Who the access policy found the caller to be; empty when nobody.
  const std::string& principal() const { return principal_; }
  void set_principal(std::string principal) { principal_ = std::move(principal); }

 private:
  friend class Pipeline;

  // Ends the request's input: true when the connection can carry another request.
  bool discard_small_rest();
  // Would discarding take little enough, without knowing what the client is about to do?
  bool rest_is_small() const;
  // Before the connection is closed: takes in what the client is still sending, up to a bound.
  void linger();
  Error broken_body();

  const RawRequest& raw_;
  const RequestFacts& facts_;
  Transport& transport_;
  const TargetPath* path_ = nullptr;
  const Router::Pinned* pinned_ = nullptr;
  RouteTable::Match match_;
  std::string_view correlation_id_;
  std::optional<TraceContext> trace_;
  std::optional<Result<FormFields>> query_;
  std::string principal_;
  std::uint64_t body_limit_ = UINT64_MAX;
  std::uint64_t body_read_ = 0;
  bool body_ended_ = false;
  bool body_broken_ = false;
  bool continue_sent_ = false;
};

}  // namespace tenon::http
