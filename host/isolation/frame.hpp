// Frames: what crosses a process border. A frame is a header of 32 bytes and a body, both
// little-endian; positions inside a frame that are multiples of 8 are aligned in memory too.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "tenon/result.hpp"

namespace tenon::isolation {

// A private copy of one frame; the allocator aligns its start to 16 bytes.
using Buffer = std::vector<std::byte>;

constexpr uint32_t kMaxFrameBytes = 64u << 20;

enum class Kind : uint16_t {
  call = 1,    // answered by one reply
  reply = 2,   // `id` is the call's
  post = 3,    // not answered
  cancel = 4,  // the call `id` is no longer wanted
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

void write_header(Buffer& frame, const Header& header);
// Checks sizes and kind; the rest is for the receiver to judge.
Result<Header> read_header(const std::byte* data, size_t size);

}  // namespace tenon::isolation
