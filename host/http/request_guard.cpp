#include "host/http/request_guard.hpp"

#include <array>

#include "host/http/text.hpp"

namespace tenon::http {
namespace {

constexpr std::size_t kMaxTarget = 8192;

using Problem = std::optional<Refusal>;

Problem refuse(int status, std::string_view detail) {
  return Refusal{status, detail};
}

const char* end_of(std::string_view text) {
  return text.data() + text.size();
}

// The server library cuts its buffer into strings and forgets what stood between them: headers
// after the 64th, after a folded line or after an empty name are dropped without a word, a space
// before a colon and bare line feeds are taken, and blank lines before a request make it read the
// request twice. All of that is still visible in the bytes between the pieces.
Problem check_layout(const RawRequest& request) {
  if (request.buffer_start == nullptr) return std::nullopt;
  const char* const method = request.method.data();
  if (method != request.buffer_start) return refuse(400, "Bytes before the request line.");
  if (request.path.data() != end_of(request.method) + 1) {
    return refuse(400, "More than one space in the request line.");
  }
  const auto target_end = request.has_query ? end_of(request.query) : end_of(request.path);
  if (request.version.data() != target_end + 1 + std::string_view("HTTP/").size()) {
    return refuse(400, "More than one space in the request line.");
  }
  const char* line_end = end_of(request.version);
  for (const Header& header : request.headers) {
    // A line ends in CR LF, both made NUL by now; anything else puts the next name elsewhere.
    if (header.name.data() != line_end + 2)
      return refuse(400, "A header line does not end in CR LF.");
    const char* after_colon = end_of(header.name) + 1;
    while (after_colon < header.value.data()) {
      if (*after_colon++ == '\0') return refuse(400, "A space before the colon of a header.");
    }
    line_end = end_of(header.value);
  }
  if (static_cast<std::size_t>(line_end - method) + 4 > request.buffer_size) {
    return refuse(431, "The request head is too large.");
  }
  // After the last header the library leaves NUL NUL CR NUL when the empty line follows; after a
  // request line without headers, four NULs.
  const bool ends = line_end[0] == '\0' && line_end[1] == '\0' && line_end[3] == '\0' &&
                    line_end[2] == (request.headers.empty() ? '\0' : '\r');
  if (ends) return std::nullopt;
  return request.headers.size() >= 64
             ? refuse(431, "More than 64 headers.")
             : refuse(400, "A folded, nameless or badly ended header line.");
}

Problem check_request_line(const RawRequest& request) {
  if (request.version != "1.1" && request.version != "1.0") {
    return refuse(505, "The HTTP version is not 1.0 or 1.1.");
  }
  if (!is_token(request.method)) return refuse(400, "The method is not a token.");
  static constexpr std::array<std::string_view, 7> kMethods{"GET",   "HEAD",   "POST",   "PUT",
                                                            "PATCH", "DELETE", "OPTIONS"};
  if (std::find(kMethods.begin(), kMethods.end(), request.method) == kMethods.end()) {
    return refuse(501, "The method is not one of GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS.");
  }
  if (request.path.empty() || request.path.front() != '/') {
    return refuse(400, "The request target is not in origin form.");
  }
  if (request.path.size() + request.query.size() > kMaxTarget) {
    return refuse(414, "The request target is longer than 8192 bytes.");
  }
  const auto allowed = [](char c) { return c > 0x20 && c < 0x7F && c != '#' && c != '\\'; };
  if (!std::all_of(request.path.begin(), request.path.end(), allowed) ||
      !std::all_of(request.query.begin(), request.query.end(), allowed)) {
    return refuse(400, "The request target holds a character that must be percent-encoded.");
  }
  return std::nullopt;
}

// The bytes of a host with optional port: names, IPv4, [IPv6]; no user information, path or list.
bool is_host_value(std::string_view value) {
  if (value.empty() || value.size() > 255) return false;
  return std::all_of(value.begin(), value.end(), [](char c) {
    return is_digit(c) || (ascii_lower(c) >= 'a' && ascii_lower(c) <= 'z') ||
           std::string_view("-._:[]").find(c) != std::string_view::npos;
  });
}

struct Seen {
  bool host = false;
  bool transfer_encoding = false;
  bool connection = false;
  bool expect = false;
};

Problem take_content_length(std::string_view value, RequestFacts& facts) {
  const auto length = parse_decimal(value);
  if (!length) return refuse(400, "Content-Length is not a decimal number.");
  if (facts.has_content_length) return refuse(400, "More than one Content-Length.");
  facts.has_content_length = true;
  facts.content_length = *length;
  return std::nullopt;
}

Problem take_transfer_encoding(std::string_view value, RequestFacts& facts, Seen& seen) {
  if (seen.transfer_encoding) return refuse(400, "More than one Transfer-Encoding.");
  seen.transfer_encoding = true;
  if (!iequals(value, "chunked")) return refuse(501, "Transfer-Encoding is not \"chunked\".");
  facts.chunked = true;
  return std::nullopt;
}

Problem take_host(std::string_view value, RequestFacts& facts, Seen& seen) {
  if (seen.host) return refuse(400, "More than one Host.");
  seen.host = true;
  if (!is_host_value(value))
    return refuse(400, "Host is not a name or address with optional port.");
  facts.host = value;
  return std::nullopt;
}

Problem take_expect(std::string_view value, RequestFacts& facts, Seen& seen) {
  if (seen.expect || !iequals(value, "100-continue")) {
    return refuse(417, "Expect is not \"100-continue\".");
  }
  seen.expect = true;
  facts.expect_continue = true;
  return std::nullopt;
}

// The first Connection header decides, as it does in the server library; a second one is refused
// so that both always agree.
Problem take_connection(std::string_view value, RequestFacts& facts, Seen& seen) {
  if (seen.connection) return refuse(400, "More than one Connection.");
  seen.connection = true;
  bool keep_alive = false;
  bool close = false;
  for_each_element(value, [&](std::string_view option) {
    keep_alive |= iequals(option, "keep-alive");
    close |= iequals(option, "close");
  });
  facts.keep_alive = keep_alive && !close;
  return std::nullopt;
}

Problem take_header(const Header& header, RequestFacts& facts, Seen& seen) {
  const auto named = [&](std::string_view name) { return iequals(header.name, name); };
  const auto value = trim(header.value);
  switch (header.name.size()) {
    case 4:
      if (named("Host")) return take_host(value, facts, seen);
      break;
    case 6:
      if (named("Expect")) return take_expect(value, facts, seen);
      if (named("Origin")) {
        if (facts.has_origin) return refuse(400, "More than one Origin.");
        facts.has_origin = true;
        facts.origin = value;
      }
      break;
    case 10:
      if (named("Connection")) return take_connection(value, facts, seen);
      break;
    case 11:
      if (named("traceparent") && facts.traceparent.empty()) facts.traceparent = value;
      break;
    case 14:
      if (named("Content-Length")) return take_content_length(value, facts);
      break;
    case 16:
      if (named("X-Correlation-ID") && facts.correlation_id.empty()) facts.correlation_id = value;
      break;
    case 17:
      if (named("Transfer-Encoding")) return take_transfer_encoding(value, facts, seen);
      break;
    default:
      break;
  }
  return std::nullopt;
}

}  // namespace

std::variant<RequestFacts, Refusal> guard_request(const RawRequest& request) {
  if (auto problem = check_layout(request)) return *problem;
  if (auto problem = check_request_line(request)) return *problem;
  RequestFacts facts;
  facts.http_1_0 = request.version == "1.0";
  facts.keep_alive = !facts.http_1_0;
  Seen seen;
  for (const Header& header : request.headers) {
    if (!is_token(header.name)) return Refusal{400, "A header name is not a token."};
    if (!is_header_value(header.value))
      return Refusal{400, "A header value holds a control character."};
    if (auto problem = take_header(header, facts, seen)) return *problem;
  }
  if (facts.chunked && facts.has_content_length) {
    return Refusal{400, "Content-Length together with Transfer-Encoding."};
  }
  if (facts.chunked && facts.http_1_0) return Refusal{400, "Transfer-Encoding on HTTP/1.0."};
  if (!seen.host && !facts.http_1_0) return Refusal{400, "Host is missing."};
  if (facts.http_1_0) facts.expect_continue = false;
  return facts;
}

}  // namespace tenon::http
