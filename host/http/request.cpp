#include "host/http/request.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>

#include "host/http/text.hpp"

namespace tenon::http {
namespace {

// What a client may still send of a body nobody wanted before the connection is closed instead.
constexpr std::uint64_t kMaxDiscard = 64 * 1024;

// The same when the connection is closed all the same.
constexpr std::uint64_t kMaxLinger = 64 * 1024 * 1024;
constexpr std::chrono::seconds kMaxLingerTime{2};

}  // namespace

std::string_view Request::param(std::string_view name) const {
  if (match_.route == nullptr) return {};
  const auto& names = match_.route->param_names;
  const auto found = std::find(names.begin(), names.end(), name);
  return found == names.end() ? std::string_view()
                              : match_.params[static_cast<std::size_t>(found - names.begin())];
}

std::optional<std::string_view> Request::header(std::string_view name) const {
  for (const Header& header : raw_.headers) {
    if (iequals(header.name, name)) return trim(header.value);
  }
  return std::nullopt;
}

Result<const FormFields*> Request::query() {
  if (!query_) query_ = parse_urlencoded(raw_.query);
  if (!query_->ok()) return query_->error();
  return &query_->value();
}

std::optional<std::string_view> Request::query_value(std::string_view name) {
  const auto fields = query();
  return fields.ok() ? fields.value()->value(name) : std::nullopt;
}

std::optional<std::uint64_t> Request::content_length() const {
  if (facts_.chunked) return std::nullopt;
  return facts_.content_length;
}

Error Request::broken_body() {
  body_broken_ = true;
  return Error{Code::invalid, "The request body broke off or is wrongly coded.", "body"};
}

Result<std::size_t> Request::read(std::span<std::byte> into) {
  if (body_broken_) return broken_body();
  if (body_ended_ || !facts_.has_body() || into.empty()) return std::size_t{0};
  if (!facts_.chunked) {
    const auto left = facts_.content_length - body_read_;
    if (left == 0) return std::size_t{0};
    into = into.first(static_cast<std::size_t>(std::min<std::uint64_t>(into.size(), left)));
  }
  // The library never sends this; a client that waits for it would wait until its own timeout.
  if (facts_.expect_continue && !continue_sent_) {
    continue_sent_ = true;
    if (!transport_.write("HTTP/1.1 100 Continue\r\n\r\n")) return broken_body();
  }
  const auto got = transport_.read_body(into);
  if (got < 0 || (got == 0 && !facts_.chunked)) return broken_body();
  body_read_ += static_cast<std::uint64_t>(got);
  body_ended_ = facts_.chunked ? got == 0 : body_read_ == facts_.content_length;
  if (body_read_ > body_limit_) {
    body_broken_ = true;  // what follows is not looked at
    return Error{Code::too_large,
                 fmt::format("The request body has more than {} bytes.", body_limit_), "body"};
  }
  return static_cast<std::size_t>(got);
}

Result<std::string> Request::read_all(std::uint64_t limit) {
  limit = std::min(limit, body_limit_);
  const auto too_large = [&] {
    return Error{Code::too_large, fmt::format("The request body has more than {} bytes.", limit),
                 "body"};
  };
  if (!facts_.chunked && facts_.content_length > limit) return too_large();
  constexpr std::size_t kStep = 64 * 1024;
  std::string body;
  while (true) {
    const auto at = body.size();
    const auto want = facts_.chunked ? kStep
                                     : static_cast<std::size_t>(std::min<std::uint64_t>(
                                           kStep, facts_.content_length - body_read_));
    if (want == 0) return body;
    body.resize(at + want);
    TN_TRY(const std::size_t got, read(std::as_writable_bytes(std::span(body).subspan(at))));
    body.resize(at + got);
    if (got == 0) return body;
    if (body.size() > limit) return too_large();
  }
}

Result<FormFields> Request::read_form(const FormLimits& limits) {
  TN_TRY(const std::string body, read_all());
  return parse_form(content_type(), body, limits);
}

bool Request::rest_is_small() const {
  if (!facts_.has_body() || body_ended_) return !body_broken_;
  if (body_broken_ || facts_.chunked) return false;
  if (facts_.expect_continue && !continue_sent_) return false;
  return facts_.content_length - body_read_ <= kMaxDiscard;
}

bool Request::discard_small_rest() {
  if (!rest_is_small()) return false;
  body_limit_ = UINT64_MAX;
  std::array<std::byte, 4096> ignored;
  while (facts_.has_body() && !body_ended_) {
    const auto got = read(ignored);
    if (!got.ok()) return false;
    if (*got == 0) break;
  }
  return true;
}

// A connection that is closed with bytes unread is reset, and the reset may overtake the response
// (RFC 9112, 9.6).
void Request::linger() {
  const bool waits_for_continue = facts_.expect_continue && !continue_sent_;
  if (!facts_.has_body() || body_ended_ || waits_for_continue) return;
  std::array<std::byte, 16 * 1024> ignored;
  const auto end = std::chrono::steady_clock::now() + kMaxLingerTime;
  std::uint64_t taken = 0;
  while (taken < kMaxLinger && std::chrono::steady_clock::now() < end && !transport_.stopping()) {
    const auto got = transport_.read_body(ignored);
    if (got <= 0) return;
    taken += static_cast<std::uint64_t>(got);
  }
}

}  // namespace tenon::http
