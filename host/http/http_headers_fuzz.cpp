// Header values: media types, negotiation, ranges, traces; and the guard over a head made of lines.
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "host/http/byte_range.hpp"
#include "host/http/media_type.hpp"
#include "host/http/problem.hpp"
#include "host/http/request_guard.hpp"
#include "host/http/text.hpp"
#include "host/http/trace_context.hpp"

namespace {

using namespace tenon::http;

// First line: method, target and version; the others: headers.
void check_guard(std::string_view text) {
  std::vector<Header> headers;
  RawRequest raw;
  raw.method = "GET";
  raw.version = "1.1";
  raw.path = text.substr(0, text.find('\n'));
  while (true) {
    const auto end = text.find('\n');
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
    const auto line = text.substr(0, text.find('\n'));
    const auto colon = std::min(line.find(':'), line.size());
    headers.push_back({line.substr(0, colon), line.substr(std::min(colon + 1, line.size()))});
  }
  raw.headers = headers;
  const auto result = guard_request(raw);
  if (const auto* facts = std::get_if<RequestFacts>(&result)) {
    if (facts->chunked && facts->has_content_length) std::abort();
    if (facts->host.empty()) std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const std::vector<std::string> types{"application/json", "text/*"};
  const auto parameters = parse_parameters(text);
  if (parameters && parameters->parameters.size() > 16) std::abort();
  accepts_any(text, types);
  matches_media_type(text, types);
  accepts_coding(text, "gzip");
  for (const std::uint64_t length : {std::uint64_t{0}, std::uint64_t{100}}) {
    const auto range = parse_range(text, length);
    if (range.kind == ByteRange::Kind::part &&
        (range.length == 0 || range.first + range.length > length))
      std::abort();
  }
  parse_traceparent(text);
  tenon::http::Problem problem;
  problem.detail = std::string(text);
  if (!is_valid_utf8(render_problem(problem, {}, {}))) std::abort();
  check_guard(text);
  return 0;
}
