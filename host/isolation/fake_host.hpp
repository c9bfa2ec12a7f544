// For tests: a host whose tables answer from simple rules and write down every call with its
// arguments.
#pragma once

#include <string>

#include "tenon/clock.h"
#include "tenon/column.h"
#include "tenon/events.h"
#include "tenon/http.h"
#include "tenon/metrics.h"
#include "tenon/progress.h"
#include "tenon/state.h"
#include "tenon/store.h"
#include "tenon/tenon.h"

#include <atomic>
#include <functional>
#include <mutex>

namespace tenon::isolation {

// Every byte that means something, as text.
std::string show(const tn_call* call);
std::string show(tn_str text);
std::string show(const tn_batch& batch);
std::string show(const tn_http_field* fields, uint64_t count);

class FakeHost {
 public:
  FakeHost();
  FakeHost(const FakeHost&) = delete;
  FakeHost& operator=(const FakeHost&) = delete;

  const tn_host* get() const { return &host_; }
  std::string record() const;
  void note(const std::string& line);
  // Tables that query hides.
  std::string hidden;
  std::atomic<uint32_t> log_level = TN_LOG_INFO;
  // Called by host_message.call, for calls that come back.
  std::function<void(tn_str input)> on_message;

 private:
  tn_host host_;
  mutable std::mutex mutex_;
  std::string record_;  // guarded by mutex_
};

// An exchange that serves a body in pieces and writes down the answer.
class FakeExchange {
 public:
  explicit FakeExchange(std::string body, size_t piece = 1000);
  const tn_http_exchange* get() const { return &exchange_; }
  const std::string& record() const { return record_; }
  size_t writes_before_gone = 1u << 30;

 private:
  static tn_status read(void* self, void* data, uint64_t* size);
  static tn_status respond(void* self, uint32_t status, const tn_http_field* headers,
                           uint64_t count, tn_bytes body);
  static tn_status begin(void* self, uint32_t status, const tn_http_field* headers, uint64_t count,
                         int64_t length);
  static tn_status write(void* self, tn_bytes chunk);
  static tn_status finish(void* self);

  std::string body_;
  size_t piece_;
  size_t at_ = 0;
  size_t writes_ = 0;
  std::string record_;
  tn_http_exchange exchange_;
};

}  // namespace tenon::isolation
