// What host and worker say to each other beside the lanes: whole messages over one socket. The
// first two are start (from the host) and hello (its answer).
#pragma once

#include <functional>
#include <string>

#include "host/base/descriptor.hpp"
#include "host/isolation/channel.hpp"
#include "host/isolation/region.hpp"
#include "host/isolation/wire.hpp"

namespace tenon::isolation {

constexpr uint32_t kWireVersion = 2;
constexpr size_t kMaxControlBytes = 64 << 10;

enum class ControlOp : uint16_t {
  start = 1,
  hello = 2,
  open_lane = 3,   // both ways: serve this lane of mine
  ping = 4,        // from the host
  pong = 5,        // with the ping's number
  log_levels = 6,  // from the host
};

class ControlSocket {
 public:
  ControlSocket() = default;
  explicit ControlSocket(Descriptor fd) : fd_(std::move(fd)) {}
  static Result<std::pair<ControlSocket, ControlSocket>> make();

  int fd() const { return fd_.get(); }
  // TN_E_UNAVAILABLE: the other side has gone, or does not read what it is sent. Does not block.
  // [any-thread]
  Result<void> send(ControlOp op, const std::function<void(Writer&)>& body) const;
  // False: nothing is there now. TN_E_UNAVAILABLE: the other side has gone; TN_E_INVALID: what came
  // is no message. Does not block.
  Result<bool> receive(Buffer& frame, ControlOp& op) const;
  Result<void> wait_readable() const;

 private:
  Descriptor fd_;
};

// What a worker is told before it loads anything.
struct StartMessage {
  RegionShape shape;
  std::string name;
  std::string before_load;  // for the hook of that name, opaque here
};
void put(Writer& out, const StartMessage& message);
Result<StartMessage> read_start(const Buffer& frame);

struct Hello {
  tn_platform platform = TN_PLATFORM_HERE;
  int64_t monotonic_ns = 0;  // of its clock, to tell whether both sides share one
  std::string failure;       // empty: the plugin is loaded
};
void put(Writer& out, const Hello& hello);
// Refuses another wire version or platform, and passes the worker's own failure on.
Result<Hello> read_hello(const Buffer& frame, ControlOp op);

}  // namespace tenon::isolation
