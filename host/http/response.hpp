// The answer to a request. Either whole (`send`, one write for head and body) or streamed
// (`begin`, `write`..., `finish`). Used by the thread that serves the request.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "host/http/problem.hpp"
#include "host/http/transport.hpp"
#include "tenon/result.hpp"

namespace tenon::http {

// Writing fails with Code::unavailable when the client is gone: a handler may then just return.
// A second response, a write after the end, more bytes than announced or a header that would split
// the response are Code::invalid and send nothing.
class Response {
 public:
  struct Context {
    std::string_view date;
    std::string_view correlation_id;
    std::string_view instance;  // the request's path, for problem documents
    bool head = false;          // send no body
    bool http_1_0 = false;
  };
  // `out` is scratch for the write and must outlive this.
  Response(Transport& transport, std::string& out, const Context& context)
      : transport_(transport), out_(out), context_(context) {}
  virtual ~Response() = default;
  Response(const Response&) = delete;
  Response& operator=(const Response&) = delete;

  // A header of the coming response, beside those given to send or begin. Date, Content-Length,
  // Transfer-Encoding and Connection are made here and cannot be set. `name` replaces a default.
  Result<void> add_header(std::string_view name, std::string_view value);

  Result<void> send(int status, std::string_view content_type, std::string_view body);
  Result<void> send(int status, std::span<const Header> headers, std::string_view body);
  Result<void> send(int status, std::initializer_list<Header> headers, std::string_view body) {
    return send(status, std::span(headers.begin(), headers.size()), body);
  }
  Result<void> problem(const Problem& problem);
  Result<void> problem(int status, std::string_view detail);
  // What is the server's own fault is not the client's business, unless the client is an operator
  // (`whole`): the message goes to the log.
  Result<void> error(const Error& error, bool whole = false);
  // The message behind a 500 that was sent by error().
  const std::string& failure() const { return failure_; }

  // Without a length the body is chunked (on HTTP/1.0: ended by closing).
  Result<void> begin(int status, std::span<const Header> headers,
                     std::optional<std::uint64_t> length = std::nullopt);
  Result<void> begin(int status, std::initializer_list<Header> headers,
                     std::optional<std::uint64_t> length = std::nullopt) {
    return begin(status, std::span(headers.begin(), headers.size()), length);
  }
  // The head goes out with the first of these.
  Result<void> write(std::string_view bytes);
  Result<void> flush();
  Result<void> finish();

  bool begun() const { return state_ != State::fresh; }
  bool complete() const { return state_ == State::done; }
  int status() const { return status_; }
  std::uint64_t body_bytes() const { return body_bytes_; }
  bool closing() const { return closing_; }
  // After begin: HEAD or a status without a body; what is written goes nowhere.
  bool sends_no_body() const { return bodiless_; }

  // This response is the connection's last.
  void close_connection() { closing_ = true; }

 protected:
  // Hook of the pipeline: may the connection live on after this response?
  virtual bool may_keep_alive() { return true; }

 private:
  enum class State { fresh, streaming, done, failed };
  enum class Framing { length, chunked, until_close };

  Result<void> make_head(int status, std::span<const Header> headers,
                         std::optional<std::uint64_t> length, bool stream);
  void append_header(std::string_view name, std::string_view value);
  bool has_header(std::string_view name, std::span<const Header> headers) const;
  Result<void> put();  // writes and clears out_

  Transport& transport_;
  std::string& out_;
  Context context_;
  std::vector<std::pair<std::string, std::string>> extra_;
  State state_ = State::fresh;
  Framing framing_ = Framing::length;
  int status_ = 0;
  std::string failure_;
  std::uint64_t announced_ = 0;
  std::uint64_t body_bytes_ = 0;
  bool bodiless_ = false;
  bool closing_ = false;
};

}  // namespace tenon::http
