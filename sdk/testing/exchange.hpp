// The request and the answer under way of one HTTP call.
#pragma once

#include "call_frame.hpp"
#include "tenon/http.h"

namespace tenon::testing {

class Exchange {
 public:
  // `max_body` is the route's limit.
  Exchange(CallFrame& frame, const HttpRequest& request, uint64_t max_body);
  Exchange(const Exchange&) = delete;
  Exchange& operator=(const Exchange&) = delete;

  const tn_http_exchange* get() const { return &raw_; }
  // What the client sees, once the handler has returned.
  HttpResponse end(const Result<void>& handled);
  // Complains of an answer that is none, before the call ends.
  void check(tn_status status);

 private:
  enum class Phase { before, streaming, done };

  tn_status read(char* data, uint64_t& size);
  tn_status start(uint32_t status, const tn_http_field* headers, uint64_t count);
  tn_status write(std::string_view chunk);
  static Exchange& of(void* ctx) { return *static_cast<Exchange*>(ctx); }

  CallFrame& frame_;
  const HttpRequest& request_;
  uint64_t max_body_;
  size_t read_ = 0;
  Phase phase_ = Phase::before;
  int64_t announced_ = -1;  // Content-Length of a streamed answer
  bool gone_ = false;
  HttpResponse response_;
  tn_http_exchange raw_;
};

}  // namespace tenon::testing
