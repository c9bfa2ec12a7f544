#include "host/sandbox/name_service.hpp"

#include <arpa/inet.h>
#include <netdb.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cstring>

namespace tenon::sandbox {

namespace {

// The protocol of glibc's nscd, version 2: all integers in the machine's own order.
constexpr int32_t kVersion = 2;
constexpr int32_t kAskForAddresses = 14;  // GETAI
struct Question {
  int32_t version;
  int32_t type;
  int32_t key_size;  // with the zero at its end, as it follows
};
struct Answer {
  int32_t version;
  int32_t found;
  int32_t addresses;
  int32_t address_bytes;
  int32_t name_bytes;
  int32_t error;  // as in h_errno
  // addresses, a byte with the family of each, the canonical name with a zero
};

constexpr size_t kMaxQuestion = sizeof(Question) + 1025;
constexpr size_t kMaxConnections = 32;

std::string lower(std::string_view name) {
  if (name.ends_with('.')) name.remove_suffix(1);
  std::string made(name);
  std::ranges::transform(made, made.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? char(c - 'A' + 'a') : c; });
  return made;
}

std::string bytes_of(const Answer& answer) {
  return {reinterpret_cast<const char*>(&answer), sizeof answer};
}

}  // namespace

NameService::NameService(const Policy& policy, OnRefused on_refused)
    : on_refused_(std::move(on_refused)), epoll_(epoll_create1(EPOLL_CLOEXEC)) {
  addresses_["localhost"] = {"127.0.0.1"};
  for (const auto& server : policy.outbound) {
    auto& known = addresses_[lower(server.host)];
    for (const auto& one : server.addresses)
      if (std::ranges::find(known, one) == known.end()) known.push_back(one);
  }
}

bool NameService::is_at(std::string_view unix_path) {
  return unix_path == "/var/run/nscd/socket" || unix_path == "/run/nscd/socket";
}

Descriptor NameService::connect() {
  if (connections_.size() >= kMaxConnections) connections_.erase(connections_.begin());
  int pair[2];
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, pair) != 0) return {};
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.fd = pair[0];
  epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, pair[0], &event);
  connections_[pair[0]].reset(pair[0]);
  return Descriptor(pair[1]);
}

void NameService::handle_ready() {
  std::array<epoll_event, kMaxConnections> events;
  const int count = epoll_wait(epoll_.get(), events.data(), kMaxConnections, 0);
  for (int i = 0; i < count; ++i) {
    const int fd = events[static_cast<size_t>(i)].data.fd;
    std::array<char, kMaxQuestion> question;
    // A question is small and sent in one piece; one that is not is not answered.
    const ssize_t size = recv(fd, question.data(), question.size(), 0);
    if (size > 0) {
      const auto said = answer({question.data(), static_cast<size_t>(size)});
      (void)send(fd, said.data(), said.size(), MSG_NOSIGNAL);
    }
    connections_.erase(fd);
  }
}

std::string NameService::answer(std::string_view question) const {
  Question asked;
  if (question.size() < sizeof asked) return {};
  std::memcpy(&asked, question.data(), sizeof asked);
  const auto key = question.substr(sizeof asked);
  if (asked.version != kVersion || asked.type != kAskForAddresses || asked.key_size <= 1 ||
      key.size() != static_cast<size_t>(asked.key_size) || key.back() != '\0')
    return {};
  const std::string name(key.substr(0, key.find('\0')));
  const auto found = addresses_.find(lower(name));
  Answer said{kVersion, 0, 0, 0, 0, HOST_NOT_FOUND};
  if (found == addresses_.end()) {
    on_refused_(name);
    return bytes_of(said);
  }
  std::string addresses;
  std::string families;
  for (const auto& text : found->second) {
    char bytes[sizeof(in6_addr)];
    const int family = text.find(':') == std::string::npos ? AF_INET : AF_INET6;
    if (inet_pton(family, text.c_str(), bytes) != 1) continue;
    addresses.append(bytes, family == AF_INET ? sizeof(in_addr) : sizeof(in6_addr));
    families += static_cast<char>(family);
  }
  said.found = 1;
  said.error = NETDB_SUCCESS;
  said.addresses = static_cast<int32_t>(families.size());
  said.address_bytes = static_cast<int32_t>(addresses.size());
  said.name_bytes = static_cast<int32_t>(name.size() + 1);
  return bytes_of(said) + addresses + families + name + '\0';
}

}  // namespace tenon::sandbox
