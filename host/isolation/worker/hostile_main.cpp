// For tests: a worker that breaks the protocol beside its lanes in the way that its environment
// says, after a proper hello where that fits.
#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>

#include <cstdlib>

#include "host/isolation/control.hpp"
#include "host/isolation/spawn.hpp"

namespace tenon::isolation {
namespace {

void hello(const ControlSocket& control, const Hello& message) {
  (void)control.send(ControlOp::hello, [&](Writer& out) { put(out, message); });
}

void lane(const ControlSocket& control, uint32_t number) {
  (void)control.send(ControlOp::open_lane, [&](Writer& out) { out.number(number); });
}

int run(const std::string& way) {
  const ControlSocket control{Descriptor(kFirstInherited)};
  (void)control.wait_readable();
  // or its end would reset the connection, and the hello be lost
  Buffer start;
  ControlOp op{};
  (void)control.receive(start, op);
  if (way == "garbage for hello") {
    send(control.fd(), "hello, I am a worker", 20, MSG_NOSIGNAL);
  } else if (way == "an empty message for hello") {
    (void)control.send(ControlOp::pong, [](Writer&) {});
  } else if (way == "another platform") {
    Hello other;
    other.platform.vendor[0] = 'x';
    hello(control, other);
  } else {
    hello(control, {.monotonic_ns = 0, .failure = {}});
    if (way == "a lane opened twice") lane(control, 0), lane(control, 0);
    if (way == "a lane beyond the limit") lane(control, 16);
    if (way == "a pong that nobody asked for")
      (void)control.send(ControlOp::pong, [](Writer& out) { out.number(uint64_t{1} << 63); });
    if (way == "a message of no kind")
      (void)control.send(static_cast<ControlOp>(77), [](Writer&) {});
    if (way == "a message that is no frame") send(control.fd(), "x", 1, MSG_NOSIGNAL);
    if (way == "a message that is too long") {
      const std::string large(70'000, 'x');
      send(control.fd(), large.data(), large.size(), MSG_NOSIGNAL);
    }
    if (way == "an exit without a word") return 3;
    if (way == "a closed connection") shutdown(control.fd(), SHUT_RDWR);
  }
  // until it is killed
  poll(nullptr, 0, 60'000);
  return 0;
}

}  // namespace
}  // namespace tenon::isolation

int main() {
  const char* way = std::getenv("WAY");
  return tenon::isolation::run(way ? way : "");
}
