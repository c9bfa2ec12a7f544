// One side of a channel: makes calls of this side into frames and answers those of the other.
#pragma once

#include <atomic>
#include <functional>

#include "host/isolation/call_stack.hpp"
#include "host/isolation/call_wire.hpp"
#include "host/isolation/channel.hpp"
#include "host/isolation/targets.hpp"
#include "tenon/views.hpp"

namespace tenon::isolation {

// An object of the other side: what stands behind the first argument of every remote table.
struct Remote {
  Endpoint* endpoint = nullptr;
  uint64_t target = 0;
};

// A call under way to the other side: its frame, and what the reply says.
class Outgoing {
 public:
  Outgoing(const Remote& to, uint16_t op);
  Outgoing(const Outgoing&) = delete;
  Outgoing& operator=(const Outgoing&) = delete;

  Writer& body() { return body_; }
  void pass(const tn_call* call);
  // Makes an object of this side callable until the call has returned; one for each call.
  void expose(Table table, void* context, const void* object);

  // False: it failed; fail() reports.
  bool run();
  void post();
  Reader& reply() { return *reply_; }
  void answered(tn_status status) { answered_ = status; }
  bool succeeded() const { return answered_ == TN_OK; }

  void take_error();            // what the reply says to the caller's error sink
  tn_status finish(tn_status);  // after all of the reply is read
  tn_status fail();
  // An output of this call that its receiver on this side would not take.
  void spoil(tn_status status) {
    if (spoilt_ == TN_OK) spoilt_ = status;
  }
  tn_bytes output;  // what the callee wrote to the call's sink, ahead of the rest of the reply

 private:
  void tell(tn_status code, std::string_view message, std::string_view path);

  Endpoint& endpoint_;
  Header header_;
  Scratch frame_;
  Scratch reply_frame_;
  Writer body_;
  CallUnderWay under_way_;
  const tn_error_sink* errors_ = nullptr;
  const uint32_t* cancelled_ = nullptr;
  int64_t deadline_ns_ = 0;
  bool told_ = false;
  tn_status answered_ = TN_OK;
  tn_status spoilt_ = TN_OK;
  std::optional<Error> error_;
  std::optional<Reader> reply_;
};

// A call that has arrived from the other side.
class Incoming {
 public:
  Incoming(Endpoint& endpoint, const Header& header, const Buffer& frame, const uint32_t* cancelled,
           Buffer& reply_frame)
      : endpoint(endpoint),
        header(header),
        target{&endpoint, header.id},
        cancelled(cancelled),
        body(frame.data(), frame.size(), kHeaderBytes),
        reply(reply_frame) {}

  Endpoint& endpoint;
  Header header;
  Remote target;  // the objects that the caller handed along
  const uint32_t* cancelled;
  Reader body;
  Writer reply;
};

class Endpoint final : public Receiver {
 public:
  // Answers the functions that belong to no object (the entry and create); the others go to
  // targets.
  using Unbound = std::function<Result<void>(Incoming&)>;

  explicit Endpoint(Channel& channel, bool shared_clock = true)
      : channel_(channel), shared_clock_(shared_clock) {}

  void serve_unbound(Unbound unbound) { unbound_ = std::move(unbound); }

  Channel& channel() { return channel_; }
  Targets& targets() { return targets_; }
  bool shared_clock() const { return shared_clock_; }
  uint64_t next_id() { return next_id_.fetch_add(1, std::memory_order_relaxed); }

  Result<void> on_call(const Buffer& frame, const uint32_t* cancelled, Buffer& reply) override;
  Result<void> on_post(const Buffer& frame) override;

 private:
  Result<void> run(Incoming& incoming);

  Channel& channel_;
  bool shared_clock_;
  Unbound unbound_;
  Targets targets_;
  std::atomic<uint64_t> next_id_ = 1;
};

}  // namespace tenon::isolation
