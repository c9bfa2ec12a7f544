// What a server implementation hands to the pipeline: the parsed head of one request and the
// connection it came over. Nothing here depends on the server library.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace tenon::http {

struct Header {
  std::string_view name;
  std::string_view value;
};

// The head as it came. All views point into the server's receive buffer and live as long as the
// request. `buffer_start` is where that buffer begins (or null when unknown) and `buffer_size` its
// capacity in bytes: the guard uses them to see what lies between the parsed pieces.
struct RawRequest {
  std::string_view method;
  std::string_view path;   // undecoded, up to '?'
  std::string_view query;  // undecoded, after '?'
  bool has_query = false;
  std::string_view version;  // "1.1"
  std::span<const Header> headers;
  std::string_view remote_address;
  std::uint16_t remote_port = 0;
  const char* buffer_start = nullptr;
  std::size_t buffer_size = 0;
};

// One request's end of a connection. Used by the thread that serves the request only.
class Transport {
 public:
  virtual ~Transport() = default;
  // Reads body bytes (transfer coding removed): > 0 bytes read, 0 at the end, < 0 when the
  // connection broke, timed out or the chunked coding is wrong. Blocks.
  virtual std::ptrdiff_t read_body(std::span<std::byte> into) = 0;
  // Writes all of `bytes` in one call to the operating system when it takes them; false when the
  // peer is gone. Blocks.
  virtual bool write(std::string_view bytes) = 0;
  // No further request will be read from this connection.
  virtual void close_after_response() = 0;
  // The server would like this connection to end with this response (few free workers).
  virtual bool should_close() const = 0;
  // The server is stopping: long streams end soon.
  virtual bool stopping() const = 0;
};

}  // namespace tenon::http
