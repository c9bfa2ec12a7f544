#include "host/http/origin_check.hpp"

#include <algorithm>

#include "host/http/text.hpp"

namespace tenon::http {
namespace {

// "host:port" or "[v6]:port" without the port.
std::string_view without_port(std::string_view authority) {
  if (!authority.empty() && authority.front() == '[') {
    const auto close = authority.find(']');
    return close == std::string_view::npos ? authority : authority.substr(0, close + 1);
  }
  return authority.substr(0, authority.find(':'));
}

bool is_ipv4(std::string_view host) {
  return !host.empty() && host.find_first_not_of("0123456789.") == std::string_view::npos &&
         std::count(host.begin(), host.end(), '.') == 3;
}

}  // namespace

std::optional<Refusal> OriginCheck::check_host(const RequestFacts& facts) const {
  if (facts.host.empty()) return std::nullopt;  // HTTP/1.0 without Host: not a browser
  const auto host = without_port(facts.host);
  if (host == "127.0.0.1" || iequals(host, "localhost") || host == "[::1]") return std::nullopt;
  if (iequals(host, options_.listen_address)) return std::nullopt;
  // Listening on every address: any of them may be named. Rebinding needs a name.
  if (options_.listen_address == "0.0.0.0" && is_ipv4(host)) return std::nullopt;
  for (const std::string& allowed : options_.hosts) {
    if (iequals(host, allowed)) return std::nullopt;
  }
  return Refusal{421, "This host does not answer to the name in the Host header."};
}

std::optional<Refusal> OriginCheck::check_origin(const RequestFacts& facts, std::string_view method,
                                                 OriginRule rule) const {
  if (!facts.has_origin || rule == OriginRule::any) return std::nullopt;
  const bool reads = method == "GET" || method == "HEAD" || method == "OPTIONS";
  if (reads && rule != OriginRule::own) return std::nullopt;
  const auto scheme_end = facts.origin.find("://");
  if (scheme_end != std::string_view::npos &&
      iequals(facts.origin.substr(scheme_end + 3), facts.host)) {
    return std::nullopt;
  }
  for (const std::string& allowed : options_.origins) {
    if (iequals(facts.origin, allowed)) return std::nullopt;
  }
  return Refusal{403, reads ? "Pages of that origin may not read here."
                            : "Pages of that origin may not write here."};
}

}  // namespace tenon::http
