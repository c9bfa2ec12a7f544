// Bytes as lower-case hexadecimal digits, and back.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace tenon {

std::string to_hex(std::span<const std::uint8_t> bytes);

// False: not exactly as many lower-case digits as `out` takes.
bool from_hex(std::string_view digits, std::span<std::uint8_t> out);

template <class Bytes>
std::optional<Bytes> from_hex(std::string_view digits) {
  Bytes out;
  if (!from_hex(digits, out)) return std::nullopt;
  return out;
}

}  // namespace tenon
