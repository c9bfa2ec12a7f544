// The embedded HTTP server, whichever library does the work.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "tenon/result.hpp"

namespace tenon::http {

struct ServerOptions {
  std::string address = "127.0.0.1";
  std::string port = "0";  // "0": any free one; TLS ports ("443s") are refused
  // A connection holds a worker for its whole life: at least the connections expected at once.
  std::uint32_t workers = 1280;
  std::chrono::milliseconds request_timeout{3000};
  std::chrono::milliseconds keep_alive_timeout{1000};
  std::uint32_t stack_bytes = 1024 * 1024;  // of handlers, per worker, mapped at first use
  // When fewer workers than this percentage are free, connections end after `low_max_requests`.
  std::uint32_t low_percent = 10;
  std::uint32_t low_max_requests = 100;
};

struct ServerStats {
  std::uint32_t active_connections = 0;
  std::uint32_t workers = 0;
};

class HttpServer {
 public:
  virtual ~HttpServer() = default;
  // Errors say which address could not be bound and why.
  virtual Result<void> start() = 0;
  // The port in use, once started.
  virtual std::uint16_t port() const = 0;
  // Takes no more requests and waits for the running ones; a timeout error when some are still
  // running at the deadline (the destructor then waits for them). [one thread]
  virtual Result<void> stop(std::chrono::milliseconds deadline) = 0;
  virtual ServerStats stats() const = 0;
};

}  // namespace tenon::http
