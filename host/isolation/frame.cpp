#include "host/isolation/frame.hpp"

#include <bit>
#include <cstring>
#include <string>

namespace tenon::isolation {

static_assert(std::endian::native == std::endian::little, "the wire form is the memory form");
static_assert(sizeof(Header) == kHeaderBytes);

Result<Header> read_header(const std::byte* data, size_t size) {
  if (size < kHeaderBytes)
    return Error{Code::invalid,
                 "a frame has at least 32 bytes, this one has " + std::to_string(size)};
  Header header;
  std::memcpy(&header, data, kHeaderBytes);
  if (header.size < kHeaderBytes || header.size > kMaxFrameBytes)
    return Error{Code::invalid, "a frame has 32 to " + std::to_string(kMaxFrameBytes) +
                                    " bytes, this one claims " + std::to_string(header.size)};
  const auto kind = static_cast<uint16_t>(header.kind);
  if (kind < static_cast<uint16_t>(Kind::call) || kind > static_cast<uint16_t>(Kind::control))
    return Error{Code::invalid, "there is no frame of kind " + std::to_string(kind)};
  return header;
}

void flatten(const FrameView& frame, Buffer& into) {
  into.resize(0);
  frame.each([&](const std::byte* data, size_t size) {
    into.append(data, size);
    return true;
  });
}

}  // namespace tenon::isolation
