#include "host/base/random.hpp"

#include <sys/random.h>

#include <cerrno>
#include <cstring>
#include <vector>

#include "host/base/hex.hpp"

namespace tenon {

Result<std::string> random_hex(std::size_t bytes) {
  std::vector<std::uint8_t> random(bytes);
  for (std::size_t have = 0; have < bytes;) {
    const ssize_t got = ::getrandom(random.data() + have, bytes - have, 0);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0)
      return Error{Code::internal, std::string("cannot get random bytes: ") + std::strerror(errno)};
    have += static_cast<std::size_t>(got);
  }
  return to_hex(random);
}

}  // namespace tenon
