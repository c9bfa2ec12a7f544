#include "exchange.hpp"

#include <algorithm>
#include <cstring>

#include "host/http/header_rules.hpp"
#include "host/http/problem.hpp"
#include "tenon/http.hpp"

namespace tenon::testing {

Exchange::Exchange(CallFrame& frame, const HttpRequest& request, uint64_t max_body)
    : frame_(frame), request_(request), max_body_(max_body), raw_{} {
  raw_ = {
      sizeof(tn_http_exchange),
      0,
      this,
      [](void* ctx, void* data, uint64_t* size) {
        return of(ctx).read(static_cast<char*>(data), *size);
      },
      [](void* ctx, uint32_t status, const tn_http_field* headers, uint64_t count, tn_bytes body) {
        Exchange& self = of(ctx);
        const tn_status started = self.start(status, headers, count);
        if (started != TN_OK) return started;
        if (!http::is_bodiless(static_cast<int>(status))) self.response_.body = chars(body);
        self.phase_ = Phase::done;
        return TN_OK;
      },
      [](void* ctx, uint32_t status, const tn_http_field* headers, uint64_t count, int64_t length) {
        Exchange& self = of(ctx);
        const tn_status started = self.start(status, headers, count);
        if (started != TN_OK) return started;
        self.announced_ = length;
        self.response_.streamed = true;
        self.phase_ = Phase::streaming;
        return TN_OK;
      },
      [](void* ctx, tn_bytes chunk) { return of(ctx).write(chars(chunk)); },
      [](void* ctx) {
        Exchange& self = of(ctx);
        if (self.gone_) return TN_E_CANCELLED;
        if (self.phase_ != Phase::streaming) {
          self.frame_.complain("finished an answer that it had not begun");
          return TN_E_INVALID;
        }
        self.phase_ = Phase::done;
        return TN_OK;
      }};
}

tn_status Exchange::read(char* data, uint64_t& size) {
  if (size == 0) {
    frame_.complain("read the body into no room");
    return TN_E_INVALID;
  }
  if (request_.body.size() > max_body_) return TN_E_TOO_LARGE;
  // Some of it at a time, as it comes from a network.
  constexpr size_t kPiece = 1000;
  const size_t part = std::min<size_t>({kPiece, size, request_.body.size() - read_});
  std::memcpy(data, request_.body.data() + read_, part);
  read_ += part;
  size = part;
  return TN_OK;
}

tn_status Exchange::start(uint32_t status, const tn_http_field* headers, uint64_t count) {
  if (phase_ != Phase::before) {
    frame_.complain("answered twice");
    return TN_E_INVALID;
  }
  if (status < 200 || status > 599) {
    frame_.complain("answered with the status " + std::to_string(status));
    return TN_E_INVALID;
  }
  std::vector<http::Header> checked;
  for (uint64_t i = 0; i < count; ++i)
    checked.push_back({view(headers[i].name), view(headers[i].value)});
  if (const auto allowed = http::check_answer_headers(checked); !allowed.ok()) {
    frame_.complain(allowed.error().message);
    return TN_E_INVALID;
  }
  response_.status = status;
  for (uint64_t i = 0; i < count; ++i)
    response_.headers.emplace_back(view(headers[i].name), view(headers[i].value));
  return TN_OK;
}

tn_status Exchange::write(std::string_view chunk) {
  if (gone_) return TN_E_CANCELLED;
  if (phase_ != Phase::streaming) {
    frame_.complain("wrote to an answer that it had not begun");
    return TN_E_INVALID;
  }
  if (!http::is_bodiless(static_cast<int>(response_.status))) response_.body += chunk;
  if (response_.body.size() < request_.gone_after) return TN_OK;
  gone_ = true;
  return TN_E_CANCELLED;
}

void Exchange::check(tn_status status) {
  if (status != TN_OK || gone_) return;
  if (phase_ == Phase::before) frame_.complain("returned TN_OK and did not answer");
  if (phase_ == Phase::streaming)
    frame_.complain("returned TN_OK and did not finish the answer that it had begun");
  if (phase_ == Phase::done && announced_ >= 0 &&
      static_cast<uint64_t>(announced_) != response_.body.size())
    frame_.complain("announced " + std::to_string(announced_) + " bytes and wrote " +
                    std::to_string(response_.body.size()));
}

HttpResponse Exchange::end(const Result<void>& handled) {
  response_.finished = phase_ == Phase::done;
  if (!handled.ok()) {
    response_.error = handled.error();
    // What has begun cannot be taken back.
    if (phase_ == Phase::before) {
      response_.status = static_cast<uint32_t>(http::problem_of(handled.error()).status);
      response_.finished = true;
    }
  }
  if (request_.method == "HEAD") response_.body.clear();
  return std::move(response_);
}

std::optional<std::string> HttpResponse::header(std::string_view name) const {
  for (const auto& [field, value] : headers)
    if (tenon::detail::same_name(field, name)) return value;
  return std::nullopt;
}

}  // namespace tenon::testing
