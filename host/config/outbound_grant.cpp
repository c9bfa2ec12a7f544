#include "host/config/outbound_grant.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>

#include "host/config/problem.hpp"

namespace tenon::config {

namespace {

constexpr std::size_t kMaxName = 253;

Error bad(std::string_view text, const std::string& what) {
  return {Code::invalid,
          in_quotes(text) + ": " + what + "; expected host:port such as api.example.com:443"};
}

// The usual form of an address, "" for what is none. An IPv4 address in IPv6's clothes is IPv4.
std::string usual_address(const std::string& text) {
  if (text.find('\0') != std::string::npos) return "";
  std::array<char, INET6_ADDRSTRLEN> out{};
  in_addr four{};
  if (::inet_pton(AF_INET, text.c_str(), &four) == 1)
    return ::inet_ntop(AF_INET, &four, out.data(), out.size());
  in6_addr six{};
  if (::inet_pton(AF_INET6, text.c_str(), &six) != 1) return "";
  if (IN6_IS_ADDR_V4MAPPED(&six)) {
    std::memcpy(&four, &six.s6_addr[12], sizeof four);
    return ::inet_ntop(AF_INET, &four, out.data(), out.size());
  }
  return ::inet_ntop(AF_INET6, &six, out.data(), out.size());
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

// One form for all ways to write a name or an address.
std::string usual_host(std::string_view host) {
  if (host.size() > 2 && host.front() == '[' && host.back() == ']')
    host = host.substr(1, host.size() - 2);
  std::string text = lower(host);
  if (std::string address = usual_address(text); !address.empty()) return address;
  if (text.size() > 1 && text.back() == '.') text.pop_back();
  return text;
}

bool is_name(std::string_view name) {
  if (name.empty() || name.size() > kMaxName || name.front() == '.' || name.back() == '.')
    return false;
  if (name.find("..") != std::string_view::npos) return false;
  return std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
  });
}

// "127.1", "0x7f.1", "2130706433": a resolver takes these for addresses, so as names they mislead.
bool is_disguised_address(std::string_view name) {
  const std::string_view last = name.substr(name.rfind('.') + 1);
  return last.starts_with("0x") ||
         std::all_of(last.begin(), last.end(), [](char c) { return c >= '0' && c <= '9'; });
}

Result<std::string> parse_host(std::string_view text, std::string_view host) {
  if (host == "*") return std::string("*");
  const bool bracketed = host.starts_with('[') && host.ends_with(']');
  if (!bracketed && host.find(':') != std::string_view::npos)
    return bad(text, "an IPv6 address stands in brackets, [2001:db8::1]:443");
  const std::string usual = usual_host(host);
  if (!usual_address(usual).empty()) return usual;
  if (bracketed) return bad(text, "there is no IPv6 address in the brackets");
  const bool below = usual.starts_with("*.");
  const std::string_view name = std::string_view(usual).substr(below ? 2 : 0);
  if (!is_name(name)) return bad(text, "the host is no name, no address and no *");
  if (is_disguised_address(name))
    return bad(text, "the host looks like an address but is not of the form 192.0.2.1");
  return usual;
}

}  // namespace

Result<OutboundGrant> OutboundGrant::parse(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return bad(text, "there is no port");
  OutboundGrant out;
  out.text_ = text;
  TN_TRY(out.host_, parse_host(text, text.substr(0, colon)));
  const std::string_view port = text.substr(colon + 1);
  if (port == "*") return out;
  const char* const end = port.data() + port.size();
  const auto parsed = std::from_chars(port.data(), end, out.port_);
  if (parsed.ec != std::errc() || parsed.ptr != end || out.port_ == 0)
    return bad(text, "the port is neither 1 to 65535 nor *");
  return out;
}

bool OutboundGrant::covers(std::string_view host, std::uint16_t port) const {
  if (port_ != 0 && port_ != port) return false;
  if (host_ == "*") return true;
  const std::string asked = usual_host(host);
  if (!host_.starts_with("*.")) return asked == host_;
  const std::string_view ending = std::string_view(host_).substr(1);
  return is_name(asked) && asked.size() > ending.size() && asked.ends_with(ending);
}

bool OutboundGrant::covers(const OutboundGrant& other) const {
  if (port_ != 0 && port_ != other.port_) return false;
  if (host_ == "*" || host_ == other.host_) return true;
  if (!host_.starts_with("*.")) return false;
  const std::string_view ending = std::string_view(host_).substr(1);
  return other.host_.size() > ending.size() && other.host_.ends_with(ending);
}

}  // namespace tenon::config
