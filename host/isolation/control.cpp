#include "host/isolation/control.hpp"

#include <poll.h>
#include <sys/socket.h>

#include <cerrno>

#include "tenon/views.hpp"

namespace tenon::isolation {

namespace {

constexpr uint32_t kMagic = 0x49535454;

Error ended() {
  return {Code::unavailable, "the process of the isolated plugin has closed its connection"};
}

}  // namespace

Result<std::pair<ControlSocket, ControlSocket>> ControlSocket::make() {
  int fds[2];
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fds) != 0)
    return Error{Code::limit, "cannot make a socket pair: " + std::string(std::strerror(errno))};
  return std::pair(ControlSocket(Descriptor(fds[0])), ControlSocket(Descriptor(fds[1])));
}

Result<void> ControlSocket::send(ControlOp op, const std::function<void(Writer&)>& body) const {
  Scratch frame;
  Writer writer(*frame);
  body(writer);
  Header header;
  header.kind = Kind::control;
  header.op = static_cast<uint16_t>(op);
  TN_CHECK(writer.finish(header));
  if (frame->size() > kMaxControlBytes)
    return Error{Code::too_large, "a control message takes at most " +
                                      std::to_string(kMaxControlBytes) + " bytes, not " +
                                      std::to_string(frame->size())};
  for (;;) {
    if (::send(fd_.get(), frame->data(), frame->size(), MSG_NOSIGNAL | MSG_DONTWAIT) >= 0)
      return {};
    if (errno == EINTR) continue;
    if (errno == EAGAIN)
      return Error{Code::unavailable, "the isolated plugin's process does not read its messages"};
    return ended();
  }
}

Result<bool> ControlSocket::receive(Buffer& frame, ControlOp& op) const {
  frame.resize(kMaxControlBytes);
  ssize_t got = 0;
  do {
    got = ::recv(fd_.get(), frame.data(), frame.size(), MSG_DONTWAIT | MSG_TRUNC);
  } while (got < 0 && errno == EINTR);
  if (got < 0 && errno == EAGAIN) return false;
  if (got <= 0) return ended();
  if (static_cast<size_t>(got) > frame.size())
    return Error{Code::invalid, "a control message is too long"};
  frame.resize(static_cast<size_t>(got));
  TN_TRY(const Header header, read_header(frame.data(), frame.size()));
  if (header.kind != Kind::control || header.size != frame.size())
    return Error{Code::invalid, "expected a control message of its stated size"};
  op = static_cast<ControlOp>(header.op);
  return true;
}

Result<void> ControlSocket::wait_readable() const {
  pollfd waiting{fd_.get(), POLLIN, 0};
  while (::poll(&waiting, 1, -1) < 0)
    if (errno != EINTR) return ended();
  return {};
}

void put(Writer& out, const StartMessage& message) {
  out.number(kMagic);
  out.number(kWireVersion);
  out.number(message.shape.host_lanes);
  out.number(message.shape.plugin_lanes);
  out.number(message.shape.ring_bytes);
  out.text(view(message.name));
  out.text(view(message.before_load));
}

Result<StartMessage> read_start(const Buffer& frame) {
  Reader body(frame.data(), frame.size(), kHeaderBytes);
  const auto magic = body.number<uint32_t>();
  const auto version = body.number<uint32_t>();
  if (magic != kMagic || version != kWireVersion)
    return Error{Code::unsupported, "the host is of another build than this worker"};
  StartMessage message;
  message.shape.host_lanes = body.number<uint32_t>();
  message.shape.plugin_lanes = body.number<uint32_t>();
  message.shape.ring_bytes = body.number<uint32_t>();
  message.name = view(body.text());
  message.before_load = view(body.text());
  TN_CHECK(body.finish());
  return message;
}

void put(Writer& out, const Hello& hello) {
  out.number(kMagic);
  out.number(kWireVersion);
  out.raw(&hello.platform, sizeof hello.platform);
  out.number(hello.monotonic_ns);
  out.text(view(hello.failure));
}

Result<Hello> read_hello(const Buffer& frame, ControlOp op) {
  Reader body(frame.data(), frame.size(), kHeaderBytes);
  const auto magic = body.number<uint32_t>();
  const auto version = body.number<uint32_t>();
  if (op != ControlOp::hello || magic != kMagic)
    return Error{Code::invalid, "the process that was started is no worker of tenon"};
  if (version != kWireVersion)
    return Error{Code::unsupported, "the worker speaks wire version " + std::to_string(version) +
                                        ", this host " + std::to_string(kWireVersion) +
                                        "; both must be of one build"};
  Hello hello;
  if (const auto* platform = body.skip(sizeof hello.platform))
    std::memcpy(&hello.platform, platform, sizeof hello.platform);
  hello.monotonic_ns = body.number<int64_t>();
  hello.failure = view(body.text());
  TN_CHECK(body.finish());
  constexpr tn_platform kHere = TN_PLATFORM_HERE;
  if (std::memcmp(&hello.platform, &kHere, sizeof kHere) != 0)
    return Error{Code::unsupported,
                 "the worker was built for another platform or interface than this host"};
  if (!hello.failure.empty()) return Error{Code::unavailable, hello.failure};
  return hello;
}

}  // namespace tenon::isolation
