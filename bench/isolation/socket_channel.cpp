#include "bench/isolation/socket_channel.hpp"

#include <sys/socket.h>

namespace tenon::bench {

using isolation::Buffer;
using isolation::FrameView;
using isolation::Header;
using isolation::Kind;

namespace {

Error ended() {
  return {Code::unavailable, "the socket was closed"};
}

Header header_of(const Buffer& frame) {
  Header header;
  std::memcpy(&header, frame.data(), sizeof header);
  return header;
}

}  // namespace

Result<void> SocketChannel::send(const FrameView& frame) {
  const bool sent = frame.each([&](const std::byte* data, size_t size) {
    while (size > 0) {
      const ssize_t done = ::send(socket_.get(), data, size, MSG_NOSIGNAL);
      if (done <= 0) return false;
      data += done;
      size -= static_cast<size_t>(done);
    }
    return true;
  });
  return sent ? Result<void>() : ended();
}

Result<void> SocketChannel::receive(Buffer& frame) {
  const auto fill = [&](size_t from, size_t to) {
    frame.resize(to);
    while (from < to) {
      const ssize_t got = ::recv(socket_.get(), frame.data() + from, to - from, 0);
      if (got <= 0) return false;
      from += static_cast<size_t>(got);
    }
    return true;
  };
  if (!fill(0, isolation::kHeaderBytes)) return ended();
  TN_TRY(const Header header, isolation::read_header(frame.data(), frame.size()));
  return fill(isolation::kHeaderBytes, header.size) ? Result<void>() : ended();
}

Result<void> SocketChannel::answer(const Buffer& frame) {
  if (header_of(frame).kind == Kind::post) return receiver_->on_post(frame);
  static constexpr uint32_t kNever = 0;
  isolation::Scratch reply;
  TN_CHECK(receiver_->on_call(frame, &kNever, *reply));
  return send(isolation::whole(*reply));
}

Result<void> SocketChannel::call(const FrameView& frame, isolation::Deadline, const uint32_t*,
                                 Buffer& reply) {
  TN_CHECK(send(frame));
  for (;;) {
    TN_CHECK(receive(reply));
    if (header_of(reply).kind == Kind::reply) return {};
    TN_CHECK(answer(reply));
  }
}

void SocketChannel::serve() {
  Buffer frame;
  while (receive(frame).ok() && answer(frame).ok()) {
  }
}

}  // namespace tenon::bench
