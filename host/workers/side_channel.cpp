#include "host/workers/side_channel.hpp"

#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstring>

namespace tenon::workers {
namespace {

constexpr char kListener = 'n';
constexpr char kLayers = 'l';
constexpr size_t kMaxMessage = 64 << 10;

Error failed(const char* what) {
  return {Code::unavailable, std::string(what) + ": " + std::strerror(errno)};
}

struct Control {
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int)) + CMSG_SPACE(sizeof(ucred))> bytes{};
};

Result<void> send_message(int channel, std::string_view text, int descriptor) {
  iovec part{const_cast<char*>(text.data()), text.size()};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  Control control;
  if (descriptor >= 0) {
    message.msg_control = control.bytes.data();
    message.msg_controllen = CMSG_SPACE(sizeof(int));
    cmsghdr* const header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof(int));
    std::memcpy(CMSG_DATA(header), &descriptor, sizeof descriptor);
  }
  for (;;) {
    if (sendmsg(channel, &message, MSG_NOSIGNAL) >= 0) return {};
    if (errno != EINTR) return failed("the host cannot be told of the sandbox");
  }
}

void take_control(msghdr& message, SideMessage& out) {
  for (cmsghdr* at = CMSG_FIRSTHDR(&message); at; at = CMSG_NXTHDR(&message, at)) {
    if (at->cmsg_level != SOL_SOCKET) continue;
    if (at->cmsg_type == SCM_RIGHTS && at->cmsg_len == CMSG_LEN(sizeof(int))) {
      int fd = -1;
      std::memcpy(&fd, CMSG_DATA(at), sizeof fd);
      out.listener = Descriptor(fd);
    } else if (at->cmsg_type == SCM_CREDENTIALS && at->cmsg_len == CMSG_LEN(sizeof(ucred))) {
      ucred sender{};
      std::memcpy(&sender, CMSG_DATA(at), sizeof sender);
      out.sender = sender.pid;
    }
  }
}

}  // namespace

Result<std::pair<Descriptor, Descriptor>> make_side_channel() {
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0)
    return failed("a connection to a worker cannot be made");
  std::pair<Descriptor, Descriptor> made{Descriptor(ends[0]), Descriptor(ends[1])};
  const int on = 1;
  if (setsockopt(ends[0], SOL_SOCKET, SO_PASSCRED, &on, sizeof on) != 0)
    return failed("a connection to a worker cannot be made");
  return made;
}

Result<void> send_listener(int channel, int listener) {
  return send_message(channel, std::string_view(&kListener, 1), listener);
}

Result<void> send_layers(int channel, const sandbox::Report& layers) {
  return send_message(channel, kLayers + encode(layers), -1);
}

Result<std::optional<SideMessage>> receive_side_message(int channel) {
  std::string text(kMaxMessage, '\0');
  iovec part{text.data(), text.size()};
  Control control;
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = control.bytes.data();
  message.msg_controllen = control.bytes.size();
  const ssize_t got = recvmsg(channel, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) return std::optional<SideMessage>();
  if (got < 0) return failed("a worker's side channel cannot be read");
  SideMessage out;
  take_control(message, out);
  if (got == 0) return Error{Code::unavailable, "the worker has closed its side channel"};
  text.resize(static_cast<size_t>(got));
  const bool is_listener = text[0] == kListener && out.listener;
  const bool is_layers = text[0] == kLayers && !out.listener;
  const bool cut = message.msg_flags & (MSG_TRUNC | MSG_CTRUNC);
  if (cut || (!is_listener && !is_layers))
    return Error{Code::invalid, "a worker sent something that is no message of its sandbox"};
  if (is_layers) out.layers = text.substr(1);
  return std::optional(std::move(out));
}

}  // namespace tenon::workers
