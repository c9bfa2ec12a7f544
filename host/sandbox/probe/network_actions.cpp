#include "host/sandbox/probe/network_actions.hpp"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "host/sandbox/probe/swapper.hpp"

namespace tenon::sandbox::probe {

namespace {

sockaddr_in address_of(const std::string& host, const std::string& port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(std::stoi(port)));
  inet_pton(AF_INET, host.c_str(), &address.sin_addr);
  return address;
}

std::string connect_with(const Arguments& a, int type_flags) {
  const int fd = socket(AF_INET, SOCK_STREAM | type_flags, 0);
  if (fd < 0) return std::string("socket ") + strerrorname_np(errno);
  const auto address = address_of(a.at(0), a.at(1));
  std::string said =
      outcome(connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address));
  if (said == "EINPROGRESS") {
    const int epoll = epoll_create1(0);
    epoll_event event{};
    event.events = EPOLLOUT;
    epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event);
    epoll_wait(epoll, &event, 1, 5000);
    int failed = 0;
    socklen_t size = sizeof failed;
    getsockopt(fd, SOL_SOCKET, SO_ERROR, &failed, &size);
    said = failed == 0 ? "ok" : strerrorname_np(failed);
    close(epoll);
  }
  if (said == "ok") {
    char byte = 'x';
    if (write(fd, &byte, 1) != 1) said = "write " + outcome(-1);
  }
  close(fd);
  return said;
}

}  // namespace

std::string outcome(long result) {
  return result >= 0 ? "ok" : strerrorname_np(errno);
}

std::string connect_to(const Arguments& a) {
  return connect_with(a, 0);
}

std::string connect_without_blocking(const Arguments& a) {
  return connect_with(a, SOCK_NONBLOCK);
}

std::string listen_locally(const Arguments&) {
  const int fd = socket(AF_INET, SOCK_STREAM, 0);
  if (fd < 0) return std::string("socket ") + strerrorname_np(errno);
  const auto any = address_of("127.0.0.1", "0");
  std::string said = outcome(bind(fd, reinterpret_cast<const sockaddr*>(&any), sizeof any));
  close(fd);
  return said;
}

std::string connect_unix(const Arguments& a) {
  const int fd = socket(AF_UNIX, SOCK_STREAM, 0);
  if (fd < 0) return std::string("socket ") + strerrorname_np(errno);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, a.at(0).c_str(), sizeof address.sun_path - 1);
  std::string said =
      outcome(connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address));
  close(fd);
  return said;
}

std::string send_without_connecting(const Arguments& a) {
  const int fd = socket(AF_INET, SOCK_STREAM, 0);
  if (fd < 0) return std::string("socket ") + strerrorname_np(errno);
  const auto address = address_of(a.at(0), a.at(1));
  std::string said = outcome(sendto(fd, "x", 1, MSG_FASTOPEN | MSG_NOSIGNAL,
                                    reinterpret_cast<const sockaddr*>(&address), sizeof address));
  close(fd);
  return said;
}

// Another thread swaps the port while connect() is under way.
std::string swap_ports(const Arguments& a) {
  const auto good = address_of("127.0.0.1", a.at(0));
  const auto bad = address_of("127.0.0.1", a.at(1));
  sockaddr_in shared = good;
  const auto bytes = [](const sockaddr_in& address) {
    return std::string_view(reinterpret_cast<const char*>(&address), sizeof address);
  };
  const Swapper swapper({reinterpret_cast<char*>(&shared), sizeof shared}, bytes(good), bytes(bad));
  int connected = 0;
  int refused = 0;
  // On a busy machine it may take a while until both have been seen.
  for (int i = 0; i < 3'000 && (i < 300 || connected == 0 || refused == 0); ++i) {
    const int fd = socket(AF_INET, SOCK_STREAM, 0);
    const auto* address = reinterpret_cast<const sockaddr*>(&shared);
    ++(connect(fd, address, sizeof shared) == 0 ? connected : refused);
    close(fd);
  }
  return connected > 0 && refused > 0 ? "some" : std::to_string(connected);
}

std::string look_up(const Arguments& a) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (const int failed = getaddrinfo(a.at(0).c_str(), nullptr, &hints, &found); failed != 0)
    return failed == EAI_SYSTEM ? strerrorname_np(errno) : gai_strerror(failed);
  char text[INET6_ADDRSTRLEN] = {};
  getnameinfo(found->ai_addr, found->ai_addrlen, text, sizeof text, nullptr, 0, NI_NUMERICHOST);
  freeaddrinfo(found);
  return text;
}

}  // namespace tenon::sandbox::probe
