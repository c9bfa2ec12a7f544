// C views to and from C++ ones, and the pieces that every call across the line needs on the C++
// side.
#pragma once

#include <chrono>
#include <cstring>
#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "tenon/call.h"
#include "tenon/result.hpp"

namespace tenon {

inline tn_str view(std::string_view text) {
  return {text.data(), text.size()};
}
inline std::string_view view(tn_str text) {
  return {text.data, static_cast<size_t>(text.size)};
}
inline tn_bytes bytes(std::string_view data) {
  return {data.data(), data.size()};
}
inline std::string_view chars(tn_bytes data) {
  return {static_cast<const char*>(data.data), static_cast<size_t>(data.size)};
}

// A sink that appends to a string.
class StringSink {
 public:
  StringSink() : sink_{sizeof(tn_sink), 0, this, &StringSink::write} {}
  StringSink(const StringSink&) = delete;
  StringSink& operator=(const StringSink&) = delete;

  const tn_sink* get() const { return &sink_; }
  const std::string& text() const { return text_; }
  std::string take() { return std::move(text_); }

 private:
  static tn_status TN_ABI write(void* self, tn_bytes chunk) noexcept {
    try {
      static_cast<StringSink*>(self)->text_.append(chars(chunk));
      return TN_OK;
    } catch (...) {
      return TN_E_LIMIT;
    }
  }
  tn_sink sink_;
  std::string text_;
};

// Catches the reason of one failed call.
class ErrorCapture {
 public:
  ErrorCapture() : sink_{sizeof(tn_error_sink), 0, this, &ErrorCapture::set} {}
  ErrorCapture(const ErrorCapture&) = delete;
  ErrorCapture& operator=(const ErrorCapture&) = delete;

  const tn_error_sink* get() const { return &sink_; }

  Result<void> result(tn_status status) {
    if (status == TN_OK) return {};
    if (error_.message.empty())
      error_.message = "failed without a reason (status " + std::to_string(status) + ")";
    error_.code = static_cast<Code>(status);
    return std::move(error_);
  }

 private:
  static void TN_ABI set(void* self, tn_status, tn_str message, tn_str path) noexcept {
    try {
      auto* capture = static_cast<ErrorCapture*>(self);
      capture->error_.message = view(message);
      capture->error_.path = view(path);
    } catch (...) {  // out of memory: the status alone has to do
    }
  }
  tn_error_sink sink_;
  Error error_;
};

// Reports an error of this side to the caller and returns its status.
inline tn_status fail(const tn_call* call, const Error& error) {
  if (call && TN_HAS(call, error) && call->error)
    call->error->set(call->error->ctx, static_cast<tn_status>(error.code), view(error.message),
                     view(error.path));
  return static_cast<tn_status>(error.code);
}

// Runs `body` (returning Result<void>) at the edge: whatever it throws becomes an error of the
// call.
template <class Body>
tn_status guarded(const tn_call* call, Body&& body) noexcept {
  try {
    Result<void> result = body();
    return result.ok() ? TN_OK : fail(call, result.error());
  } catch (const std::exception& thrown) {
    try {
      return fail(call, {Code::internal, std::string("uncaught exception: ") + thrown.what()});
    } catch (...) {
      return TN_E_INTERNAL;
    }
  } catch (...) {
    try {
      return fail(call, {Code::internal, "uncaught exception that is no std::exception"});
    } catch (...) {
      return TN_E_INTERNAL;
    }
  }
}

// The call under way: who asks, until when, and whether they still care.
class Call {
 public:
  // `call` may be NULL and must outlive this object. Fields that an older caller does not know are
  // empty.
  explicit Call(const tn_call* call = nullptr) {
    raw_.struct_size = sizeof(tn_call);
    if (call) std::memcpy(&raw_, call, std::min<size_t>(call->struct_size, sizeof(tn_call)));
    raw_.struct_size = sizeof(tn_call);
  }

  std::string_view request_id() const { return view(raw_.request_id); }
  std::string_view idempotency_key() const { return view(raw_.idempotency_key); }
  uint64_t principal() const { return raw_.principal; }
  bool cancelled() const {
    return raw_.cancelled && __atomic_load_n(raw_.cancelled, __ATOMIC_ACQUIRE) != 0;
  }
  // Absolute, on CLOCK_MONOTONIC (steady_clock); nothing: no deadline.
  std::optional<std::chrono::steady_clock::time_point> deadline() const {
    if (raw_.deadline_ns == 0) return std::nullopt;
    return std::chrono::steady_clock::time_point(std::chrono::nanoseconds(raw_.deadline_ns));
  }

  const tn_call& raw() const { return raw_; }

  // Makes a call of our own in the course of this one: `function(const tn_call*)` returns a
  // tn_status.
  template <class Function>
  Result<void> invoke(Function&& function) const {
    ErrorCapture capture;
    tn_call outgoing = raw_;
    outgoing.error = capture.get();
    return capture.result(function(static_cast<const tn_call*>(&outgoing)));
  }

 private:
  tn_call raw_ = {};
};

}  // namespace tenon
