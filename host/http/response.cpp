#include "host/http/response.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "host/http/header_rules.hpp"
#include "host/http/text.hpp"

namespace tenon::http {
namespace {

// Bodies up to this size are copied behind the head; a larger scratch buffer is given back.
constexpr std::size_t kMaxScratch = 256 * 1024;

constexpr std::array<Header, 3> kSecurityHeaders{{{"X-Content-Type-Options", "nosniff"},
                                                  {"X-Frame-Options", "DENY"},
                                                  {"Referrer-Policy", "no-referrer"}}};

// The security headers as one piece of text, for responses that replace none of them.
constexpr std::string_view kSecurityText =
    "X-Content-Type-Options: nosniff\r\nX-Frame-Options: DENY\r\nReferrer-Policy: no-referrer\r\n";

Error misuse(std::string message) {
  return Error{Code::invalid, std::move(message), "response"};
}

void append_number(std::string& out, std::uint64_t value, int base = 10) {
  std::array<char, 20> digits;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value, base).ptr;
  out.append(digits.data(), end);
}

bool is_security_header(std::string_view name) {
  return std::any_of(kSecurityHeaders.begin(), kSecurityHeaders.end(),
                     [&](const Header& header) { return iequals(header.name, name); });
}

}  // namespace

Result<void> Response::add_header(std::string_view name, std::string_view value) {
  if (begun()) return misuse("The response has begun.");
  const Header header{name, value};
  TN_CHECK(check_answer_headers({&header, 1}));
  extra_.emplace_back(name, value);
  return {};
}

Result<void> Response::send(int status, std::string_view content_type, std::string_view body) {
  const Header header{"Content-Type", content_type};
  return send(status, std::span(&header, content_type.empty() ? 0 : 1), body);
}

Result<void> Response::send(int status, std::span<const Header> headers, std::string_view body) {
  TN_CHECK(make_head(status, headers, body.size(), false));
  state_ = State::done;
  if (bodiless_) return put();
  body_bytes_ = body.size();
  if (out_.size() + body.size() <= kMaxScratch) {
    out_ += body;
    return put();
  }
  TN_CHECK(put());
  if (transport_.write(body)) return {};
  state_ = State::failed;
  return Error{Code::unavailable, "The client is gone.", "response"};
}

Result<void> Response::problem(const Problem& problem) {
  return send(problem.status, kProblemType,
              render_problem(problem, context_.instance, context_.correlation_id));
}

Result<void> Response::error(const Error& error, bool whole) {
  Problem answer = problem_of(error);
  if (answer.status == 500) failure_ = error.message;
  if (whole) answer.detail = error.message;
  return problem(answer);
}

Result<void> Response::problem(int status, std::string_view detail) {
  Problem document;
  document.status = status;
  document.detail = std::string(detail);
  return problem(document);
}

Result<void> Response::begin(int status, std::span<const Header> headers,
                             std::optional<std::uint64_t> length) {
  TN_CHECK(make_head(status, headers, length, true));
  state_ = State::streaming;
  return {};
}

Result<void> Response::write(std::string_view bytes) {
  if (state_ != State::streaming) return misuse("Nothing can be written: no stream is open.");
  if (bodiless_) return {};
  if (framing_ == Framing::length && bytes.size() > announced_ - body_bytes_) {
    return misuse("More bytes than the announced Content-Length.");
  }
  if (bytes.empty()) return {};  // an empty chunk would end the body
  body_bytes_ += bytes.size();
  if (framing_ == Framing::chunked) {
    append_number(out_, bytes.size(), 16);
    out_ += "\r\n";
    out_ += bytes;
    out_ += "\r\n";
  } else {
    out_ += bytes;
  }
  return put();
}

Result<void> Response::flush() {
  if (state_ != State::streaming) return misuse("Nothing can be flushed: no stream is open.");
  return out_.empty() ? Result<void>() : put();
}

Result<void> Response::finish() {
  if (state_ != State::streaming) return misuse("No stream is open.");
  if (!bodiless_ && framing_ == Framing::length && body_bytes_ != announced_) {
    return misuse(fmt::format("{} of {} announced bytes were written.", body_bytes_, announced_));
  }
  if (!bodiless_ && framing_ == Framing::chunked) out_ += "0\r\n\r\n";
  state_ = State::done;
  return out_.empty() ? Result<void>() : put();
}

Result<void> Response::put() {
  const bool sent = transport_.write(out_);
  out_.clear();
  if (out_.capacity() > kMaxScratch) out_.shrink_to_fit();
  if (sent) return {};
  state_ = State::failed;
  return Error{Code::unavailable, "The client is gone.", "response"};
}

bool Response::has_header(std::string_view name, std::span<const Header> headers) const {
  return std::any_of(headers.begin(), headers.end(),
                     [&](const Header& header) { return iequals(header.name, name); }) ||
         std::any_of(extra_.begin(), extra_.end(),
                     [&](const auto& header) { return iequals(header.first, name); });
}

void Response::append_header(std::string_view name, std::string_view value) {
  out_ += name;
  out_ += ": ";
  out_ += value;
  out_ += "\r\n";
}

Result<void> Response::make_head(int status, std::span<const Header> headers,
                                 std::optional<std::uint64_t> length, bool stream) {
  if (begun()) return misuse("The response has begun already.");
  if (status < 200 || status > 599)
    return misuse(fmt::format("Status {} is not 200 to 599.", status));
  TN_CHECK(check_answer_headers(headers));
  status_ = status;
  const bool no_content = is_bodiless(status);
  bodiless_ = context_.head || no_content;
  announced_ = length.value_or(0);
  framing_ = length ? Framing::length : context_.http_1_0 ? Framing::until_close : Framing::chunked;
  // A body ended by closing leaves no connection; nor does one whose end may be missed.
  if (stream && framing_ == Framing::until_close && !bodiless_) closing_ = true;
  if (!closing_ && !may_keep_alive()) closing_ = true;

  out_.clear();
  out_ += "HTTP/1.1 ";
  append_number(out_, static_cast<std::uint64_t>(status));
  out_ += ' ';
  out_ += reason_phrase(status);
  out_ += "\r\nDate: ";
  out_ += context_.date;
  out_ += "\r\n";
  bool replaces_security = false;
  for (const Header& header : headers) {
    append_header(header.name, header.value);
    replaces_security |= is_security_header(header.name);
  }
  for (const auto& [name, value] : extra_) {
    append_header(name, value);
    replaces_security |= is_security_header(name);
  }
  if (!replaces_security) {
    out_ += kSecurityText;
  } else {
    for (const Header& header : kSecurityHeaders) {
      if (!has_header(header.name, headers)) append_header(header.name, header.value);
    }
  }
  if (!context_.correlation_id.empty()) append_header("X-Correlation-ID", context_.correlation_id);
  if (status == 205) {
    out_ += "Content-Length: 0\r\n";
  } else if (length && !no_content) {
    out_ += "Content-Length: ";
    append_number(out_, *length);
    out_ += "\r\n";
  } else if (framing_ == Framing::chunked && !no_content) {
    out_ += "Transfer-Encoding: chunked\r\n";
  }
  if (closing_) {
    out_ += "Connection: close\r\n";
  } else if (context_.http_1_0) {
    out_ += "Connection: keep-alive\r\n";
  }
  out_ += "\r\n";
  return {};
}

}  // namespace tenon::http
