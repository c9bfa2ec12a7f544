#include "host/base/random.hpp"

#include <sys/random.h>

#include <cerrno>
#include <cstring>

namespace tenon {

Result<std::string> random_hex(std::size_t bytes) {
  std::string random(bytes, '\0');
  for (std::size_t have = 0; have < bytes;) {
    const ssize_t got = ::getrandom(random.data() + have, bytes - have, 0);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0)
      return Error{Code::internal, std::string("cannot get random bytes: ") + std::strerror(errno)};
    have += static_cast<std::size_t>(got);
  }
  std::string hex;
  for (const unsigned char c : random) {
    hex += "0123456789abcdef"[c >> 4];
    hex += "0123456789abcdef"[c & 15];
  }
  return hex;
}

}  // namespace tenon
