// Frames: what crosses a process border. A frame is a header of 32 bytes and a body, both
// little-endian; positions inside a frame that are multiples of 8 are aligned in memory too.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "host/isolation/buffer.hpp"
#include "tenon/result.hpp"

namespace tenon::isolation {

constexpr uint32_t kMaxFrameBytes = 64u << 20;

enum class Kind : uint16_t {
  call = 1,     // answered by one reply
  reply = 2,    // `id` is the call's
  post = 3,     // not answered
  control = 4,  // beside the lanes (control.hpp)
};

struct Header {
  uint32_t size = 0;  // of the whole frame
  Kind kind = Kind::call;
  uint16_t op = 0;            // table and member (table.hpp)
  uint64_t id = 0;            // of the call, made by the caller
  uint64_t target = 0;        // what the call goes to: an object that the callee has made known
  tn_status refused = TN_OK;  // of a reply: not TN_OK when the function was not reached
  uint32_t reserved = 0;
};
constexpr size_t kHeaderBytes = 32;

// Checks sizes and kind; the rest is for the receiver to judge.
Result<Header> read_header(const std::byte* data, size_t size);

// A frame to be sent: bytes of its own and large ones that stand elsewhere, each of which belongs
// before position `at` of the own bytes.
struct Borrowed {
  size_t at = 0;
  const std::byte* data = nullptr;
  size_t size = 0;
};
struct FrameView {
  const std::byte* data = nullptr;
  size_t size = 0;
  std::span<const Borrowed> borrowed = {};
  size_t total = 0;  // with what is borrowed

  // Calls `body(data, size)` for each piece in order until one answers false.
  template <class Body>
  bool each(const Body& body) const {
    size_t at = 0;
    for (const Borrowed& piece : borrowed) {
      if (piece.at > at && !body(data + at, piece.at - at)) return false;
      at = piece.at;
      if (!body(piece.data, piece.size)) return false;
    }
    return at == size || body(data + at, size - at);
  }
};
inline FrameView whole(const Buffer& frame) {
  return {frame.data(), frame.size(), {}, frame.size()};
}
// The frame in one piece. `into` is replaced.
void flatten(const FrameView& frame, Buffer& into);

}  // namespace tenon::isolation
