// A side of a lane against shared memory that says anything: the first 16 bytes of each step are
// the positions that the other side publishes, the rest what stands in its ring. Memory has exactly
// its size, so that a sanitizer sees any access beyond it.
#include <algorithm>
#include <memory>

#include "host/isolation/lane.hpp"
#include "host/isolation/plugin_server.hpp"
#include "host/isolation/serving.hpp"

using namespace tenon::isolation;

namespace {

constexpr uint32_t kRing = 4096;
constexpr size_t kStep = 256;

struct NoChannel final : Channel {
  tenon::Result<void> call(const FrameView&, Deadline, const uint32_t*, Buffer&) override {
    return tenon::Error{tenon::Code::unavailable, "there is no other side"};
  }
  tenon::Result<void> post(const FrameView&) override { return {}; }
  void refuse(const tenon::Error&) override {}
};

// Small deltas reach deep states, all bits the checks.
uint64_t position(uint64_t before, const uint8_t* data) {
  uint64_t value = 0;
  std::memcpy(&value, data, sizeof value);
  return value >> 63 ? value : before + value % (kRing / 2);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto control = std::make_unique<LaneControl>();
  const auto to_server = std::make_unique<std::byte[]>(kRing);
  const auto to_caller = std::make_unique<std::byte[]>(kRing);
  const std::atomic<bool> ended = false;
  Lane lane({control.get(), to_server.get(), to_caller.get(), kRing}, LaneRole::server, ended, 0);
  NoChannel channel;
  Endpoint endpoint(channel);
  LaneSide& hostile = control->caller;
  Buffer frame, reply;
  const Deadline now = std::chrono::steady_clock::time_point();
  static constexpr uint32_t kNever = 0;
  for (size_t at = 0; at + 16 <= size; at += kStep) {
    const size_t bytes = std::min(size - at, kStep) - 16;
    for (size_t i = 0; i < bytes; ++i)
      to_server[(hostile.written + i) % kRing] = static_cast<std::byte>(data[at + 16 + i]);
    hostile.written = position(hostile.written, data + at);
    hostile.consumed = position(hostile.consumed, data + at + 8);
    if (!lane.receive(frame, now).ok()) break;
    if (!endpoint.on_call(frame, &kNever, reply).ok()) break;
    if (!lane.send(whole(reply), now).ok()) break;
  }
  return 0;
}
