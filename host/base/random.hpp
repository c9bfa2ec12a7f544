// Random bytes for secrets.
#pragma once

#include <cstddef>
#include <string>

#include "tenon/result.hpp"

namespace tenon {

// `bytes` bytes of the operating system's generator, as lower-case hexadecimal digits.
Result<std::string> random_hex(std::size_t bytes);

}  // namespace tenon
