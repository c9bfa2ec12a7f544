// What one server thread keeps between requests, so that a warm request allocates nothing.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "host/http/crash_report.hpp"
#include "host/http/handler_stack.hpp"
#include "host/http/target.hpp"

namespace tenon::http {

// Not for secrets: identifiers that must only differ from each other.
class IdGenerator {
 public:
  IdGenerator();  // seeded from the operating system
  // Appends 2 * `bytes` lower-case hexadecimal digits. `bytes` is 8 or 16.
  void append_hex(std::string& out, int bytes);

 private:
  std::uint64_t next();
  std::uint64_t state_;
};

// The Date header, formatted once a second.
class DateCache {
 public:
  // "Sun, 06 Nov 1994 08:49:37 GMT", at most a second old; `now` spares a clock read.
  std::string_view text(std::chrono::steady_clock::time_point now);

 private:
  std::chrono::steady_clock::time_point valid_until_{};
  std::string text_;
};

// Made lazily by its thread and used by it only.
struct Worker {
  Worker(std::uint32_t worker_index, std::size_t stack_bytes)
      : index(worker_index), stack(stack_bytes) {}

  std::uint32_t index;
  AlternateSignalStack signal_stack;
  HandlerStack stack;
  IdGenerator ids;
  DateCache date;
  TargetPath path;
  std::string correlation_id;
  std::string out;  // the response head and body on their way to one write
};

// IMF-fixdate of a time in seconds since 1970.
std::string http_date(std::int64_t seconds);

}  // namespace tenon::http
