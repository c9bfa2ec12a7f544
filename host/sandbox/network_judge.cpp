#include "host/sandbox/network_judge.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/un.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstring>

namespace tenon::sandbox {

namespace {

constexpr int kTypeBits = 0xf;  // of socket()'s type, without SOCK_CLOEXEC and SOCK_NONBLOCK

struct Address {
  std::string host;  // in text; an IPv4 address in IPv6's clothes as IPv4
  uint16_t port = 0;
};

std::optional<Address> internet_address(const sockaddr_storage& from) {
  char text[INET6_ADDRSTRLEN] = {};
  Address made;
  if (from.ss_family == AF_INET) {
    const auto& in = reinterpret_cast<const sockaddr_in&>(from);
    made.host = inet_ntop(AF_INET, &in.sin_addr, text, sizeof text);
    made.port = ntohs(in.sin_port);
  } else if (from.ss_family == AF_INET6) {
    const auto& in = reinterpret_cast<const sockaddr_in6&>(from);
    const bool mapped = IN6_IS_ADDR_V4MAPPED(&in.sin6_addr);
    made.host = mapped ? inet_ntop(AF_INET, &in.sin6_addr.s6_addr[12], text, sizeof text)
                       : inet_ntop(AF_INET6, &in.sin6_addr, text, sizeof text);
    made.port = ntohs(in.sin6_port);
  } else {
    return std::nullopt;
  }
  return made;
}

std::string in_text(const Address& address) {
  const bool v6 = address.host.find(':') != std::string::npos;
  return (v6 ? "[" + address.host + "]" : address.host) + ":" + std::to_string(address.port);
}

std::string unix_path(const sockaddr_storage& from, size_t size) {
  const auto& address = reinterpret_cast<const sockaddr_un&>(from);
  constexpr size_t kBefore = offsetof(sockaddr_un, sun_path);
  if (size <= kBefore) return "(no name)";
  const size_t length = std::min(size - kBefore, sizeof address.sun_path);
  if (address.sun_path[0] != '\0')
    return std::string(address.sun_path, strnlen(address.sun_path, length));
  return "@" + std::string(address.sun_path + 1, length - 1);
}

Denied no_connection(const sockaddr_storage& address, size_t size) {
  if (const auto internet = internet_address(address))
    return missing_permission("outbound", "connect to " + in_text(*internet), in_text(*internet));
  if (address.ss_family == AF_UNIX)
    return never_allowed("connect to the Unix socket " + unix_path(address, size));
  return never_allowed("connect to an address of family " + std::to_string(address.ss_family));
}

}  // namespace

NetworkJudge::NetworkJudge(const Policy& policy, const WorkerView& view, Connector& connector,
                           NameService& names, Replace replace)
    : servers_(policy.outbound),
      view_(view),
      connector_(connector),
      names_(names),
      replace_(std::move(replace)) {
  // In the form that inet_ntop gives, so that they compare as text.
  for (auto& server : servers_)
    for (auto& text : server.addresses) {
      sockaddr_storage address{};
      auto& v4 = reinterpret_cast<sockaddr_in&>(address);
      auto& v6 = reinterpret_cast<sockaddr_in6&>(address);
      if (inet_pton(AF_INET, text.c_str(), &v4.sin_addr) == 1) {
        address.ss_family = AF_INET;
      } else if (inet_pton(AF_INET6, text.c_str(), &v6.sin6_addr) == 1) {
        address.ss_family = AF_INET6;
      }
      if (const auto read = internet_address(address)) text = read->host;
    }
}

std::optional<Verdict> NetworkJudge::judge(const Request& request) {
  if (request.call == "socket" || request.call == "socketpair") return judge_socket(request);
  if (request.call == "connect") return judge_connect(request);
  if (request.call == "sendto" || request.call == "sendmsg" || request.call == "sendmmsg")
    return Verdict::refuse(EACCES, never_allowed("send without a connection"));
  if (request.call == "bind" || request.call == "listen" || request.call == "accept" ||
      request.call == "accept4")
    return Verdict::refuse(EACCES, never_allowed("listen on a socket"));
  return std::nullopt;
}

Verdict NetworkJudge::judge_socket(const Request& request) const {
  const auto family = static_cast<int>(request.arguments[0]);
  const auto type = static_cast<int>(request.arguments[1]) & kTypeBits;
  const bool internet = family == AF_INET || family == AF_INET6;
  if (internet && type == SOCK_STREAM && servers_.empty())
    return Verdict::refuse(EACCES,
                           missing_permission("outbound", "open a network socket", "HOST:PORT"));
  // getaddrinfo() makes one to sort what it found, and does without.
  if (internet && type == SOCK_DGRAM && !servers_.empty()) return Verdict::answer(EACCES);
  // The way to a name server, and before it to the system's cache of names.
  const bool for_names = (internet && type == SOCK_DGRAM) || family == AF_UNIX;
  if (for_names && servers_.empty())
    return Verdict::refuse(EACCES,
                           missing_permission("outbound",
                                              std::string("open a ") + (internet ? "UDP" : "Unix") +
                                                  " socket, as looking up a name does",
                                              "HOST:PORT"));
  if (family == AF_UNIX) return Verdict::refuse(EACCES, never_allowed("open a Unix socket"));
  return Verdict::refuse(EACCES, never_allowed("open a socket of family " + std::to_string(family) +
                                               " and type " + std::to_string(type)));
}

bool NetworkJudge::permitted(const sockaddr_storage& address) const {
  const auto internet = internet_address(address);
  return internet && std::ranges::any_of(servers_, [&](const Outbound& server) {
           return server.port == internet->port &&
                  std::ranges::find(server.addresses, internet->host) != server.addresses.end();
         });
}

Verdict NetworkJudge::connect_names(const Request& request) {
  const Descriptor made = names_.connect();
  if (!made) return Verdict::answer(EMFILE);
  return Verdict::answer(
      replace_(request, made, static_cast<int>(request.arguments[0])) ? 0 : ECONNREFUSED);
}

// Never lets the call proceed: the worker could change the address after the check. The host
// connects a copy of the worker's socket to its own copy of the address.
Verdict NetworkJudge::judge_connect(const Request& request) {
  sockaddr_storage address{};
  const uint64_t size = request.arguments[2];
  if (size < sizeof address.ss_family || size > sizeof address) return Verdict::answer(EINVAL);
  const auto bytes = std::as_writable_bytes(std::span(&address, 1)).first(size);
  if (!view_.read_memory(request.thread, request.arguments[1], bytes))
    return Verdict::answer(EFAULT);
  if (address.ss_family == AF_INET6 && size < sizeof(sockaddr_in6)) return Verdict::answer(EINVAL);
  if (address.ss_family == AF_INET && size < sizeof(sockaddr_in)) return Verdict::answer(EINVAL);
  if (address.ss_family == AF_UNIX && !servers_.empty() &&
      NameService::is_at(unix_path(address, size)))
    return connect_names(request);
  if (!permitted(address)) return Verdict::refuse(EACCES, no_connection(address, size));
  Descriptor socket = view_.take(static_cast<int>(request.arguments[0]));
  if (!socket) return Verdict::answer(EBADF);
  // Not some other descriptor of the worker that connect() would do something else with.
  int domain = 0;
  int type = 0;
  socklen_t length = sizeof domain;
  if (getsockopt(socket.get(), SOL_SOCKET, SO_DOMAIN, &domain, &length) != 0 ||
      getsockopt(socket.get(), SOL_SOCKET, SO_TYPE, &type, &length) != 0)
    return Verdict::answer(ENOTSOCK);
  if ((domain != AF_INET && domain != AF_INET6) || type != SOCK_STREAM)
    return Verdict::answer(EAFNOSUPPORT);
  connector_.connect(request.id, std::move(socket), address, static_cast<socklen_t>(size));
  return Verdict::later();
}

}  // namespace tenon::sandbox
