// Request and response of an HTTP route, for C++ plugins.
#pragma once

#include <algorithm>
#include <array>
#include <cctype>

#include "tenon/http.h"
#include "tenon/json.hpp"
#include "tenon/views.hpp"

namespace tenon {

namespace detail {
inline bool same_name(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](unsigned char x, unsigned char y) {
    return std::tolower(x) == std::tolower(y);
  });
}
inline int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  c = static_cast<char>(c | 0x20);
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}
// application/x-www-form-urlencoded: '+' is a space. A bad escape stays as it is.
inline std::string form_decode(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size() && hex_digit(text[i + 1]) >= 0 &&
        hex_digit(text[i + 2]) >= 0) {
      out += static_cast<char>(hex_digit(text[i + 1]) * 16 + hex_digit(text[i + 2]));
      i += 2;
    } else {
      out += text[i] == '+' ? ' ' : text[i];
    }
  }
  return out;
}
}  // namespace detail

// The request of the call under way; views are valid until the handler returns.
class Request {
 public:
  Request(const tn_call* call, const tn_http_request* raw, const tn_http_exchange* exchange)
      : call_(call), raw_(raw), exchange_(exchange) {}

  const Call& call() const { return call_; }
  std::string_view method() const { return view(raw_->method); }
  std::string_view path() const { return view(raw_->path); }
  std::string_view remote_address() const { return view(raw_->remote_address); }

  // A parameter of the route's pattern; empty when the pattern has none of that name.
  std::string_view param(std::string_view name) const {
    for (uint32_t i = 0; i < raw_->param_count; ++i)
      if (view(raw_->params[i].name) == name) return view(raw_->params[i].value);
    return {};
  }
  // The first header of that name, without case.
  std::optional<std::string_view> header(std::string_view name) const {
    for (uint32_t i = 0; i < raw_->header_count; ++i)
      if (detail::same_name(view(raw_->headers[i].name), name)) return view(raw_->headers[i].value);
    return std::nullopt;
  }
  // The first value of a query parameter, decoded.
  std::optional<std::string> query(std::string_view name) const {
    std::string_view rest = view(raw_->query);
    while (!rest.empty()) {
      const std::string_view pair = rest.substr(0, rest.find('&'));
      rest.remove_prefix(std::min(rest.size(), pair.size() + 1));
      const size_t equals = pair.find('=');
      if (detail::form_decode(pair.substr(0, equals)) != name) continue;
      return equals == std::string_view::npos ? "" : detail::form_decode(pair.substr(equals + 1));
    }
    return std::nullopt;
  }

  // Reads some of the body; 0 bytes at its end.
  Result<size_t> read(char* data, size_t room) {
    uint64_t size = room;
    const tn_status status = exchange_->read(exchange_->ctx, data, &size);
    if (status != TN_OK)
      return Error{static_cast<Code>(status), "the request body could not be read"};
    return static_cast<size_t>(size);
  }
  // The whole body; the host refuses one beyond the route's limit.
  Result<std::string> body() {
    std::string out;
    std::array<char, 16384> chunk;
    for (;;) {
      TN_TRY(const size_t size, read(chunk.data(), chunk.size()));
      if (size == 0) return out;
      out.append(chunk.data(), size);
    }
  }
  // The body as a described struct.
  template <class T>
  Result<T> json() {
    TN_TRY(auto text, body());
    return tenon::json::decode<T>(text);
  }

 private:
  Call call_;
  const tn_http_request* raw_;
  const tn_http_exchange* exchange_;
};

// The answer. One of text, html, json, send; or begin, write..., finish. Headers come before.
class Response {
 public:
  explicit Response(const tn_http_exchange* exchange) : exchange_(exchange) {}

  Response& status(uint32_t status) {
    status_ = status;
    return *this;
  }
  Response& header(std::string_view name, std::string_view value) {
    headers_.emplace_back(name, value);
    return *this;
  }

  void text(std::string_view body) { send("text/plain; charset=utf-8", body); }
  void html(std::string_view body) { send("text/html; charset=utf-8", body); }
  template <class T>
  void json(const T& value) {
    send("application/json", tenon::json::encode(value));
  }
  void send(std::string_view content_type, std::string_view body) {
    const auto raw = fields(content_type);
    started_ = true;
    failed_ =
        exchange_->respond(exchange_->ctx, status_, raw.data(), raw.size(), bytes(body)) != TN_OK;
  }

  // A streamed answer. Each returns false once the client has gone.
  bool begin(std::string_view content_type, int64_t content_length = -1) {
    const auto raw = fields(content_type);
    started_ = true;
    failed_ =
        exchange_->begin(exchange_->ctx, status_, raw.data(), raw.size(), content_length) != TN_OK;
    return !failed_;
  }
  bool write(std::string_view chunk) {
    failed_ = failed_ || exchange_->write(exchange_->ctx, bytes(chunk)) != TN_OK;
    return !failed_;
  }
  bool finish() {
    failed_ = failed_ || exchange_->finish(exchange_->ctx) != TN_OK;
    return !failed_;
  }

  bool started() const { return started_; }

 private:
  std::vector<tn_http_field> fields(std::string_view content_type) const {
    std::vector<tn_http_field> raw;
    raw.reserve(headers_.size() + 1);
    if (!content_type.empty()) raw.push_back({view("Content-Type"), view(content_type)});
    for (const auto& [name, value] : headers_) raw.push_back({view(name), view(value)});
    return raw;
  }
  const tn_http_exchange* exchange_;
  uint32_t status_ = 200;
  std::vector<std::pair<std::string, std::string>> headers_;
  bool started_ = false;
  bool failed_ = false;
};

}  // namespace tenon
