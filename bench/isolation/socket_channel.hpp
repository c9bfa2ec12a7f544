// The same frames over one Unix stream socket, for comparison: one call at a time.
#pragma once

#include "host/base/descriptor.hpp"
#include "host/isolation/channel.hpp"

namespace tenon::bench {

class SocketChannel final : public isolation::Channel {
 public:
  explicit SocketChannel(Descriptor socket) : socket_(std::move(socket)) {}
  void connect(isolation::Receiver& receiver) { receiver_ = &receiver; }
  // Answers what comes in until the other side closes.
  void serve();

  Result<void> call(const isolation::FrameView& frame, isolation::Deadline,
                    const uint32_t* cancelled, isolation::Buffer& reply) override;
  Result<void> post(const isolation::FrameView& frame) override { return send(frame); }
  void refuse(const Error&) override {}

 private:
  Result<void> send(const isolation::FrameView& frame);
  Result<void> receive(isolation::Buffer& frame);
  Result<void> answer(const isolation::Buffer& frame);

  Descriptor socket_;
  isolation::Receiver* receiver_ = nullptr;
};

}  // namespace tenon::bench
