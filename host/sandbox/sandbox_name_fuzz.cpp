// Any bytes as a worker's question for a name: answered whole or not at all.
#include <sys/socket.h>

#include <array>
#include <cstdlib>
#include <cstring>

#include "host/sandbox/name_service.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace tenon::sandbox;
  static NameService names(
      [] {
        Policy policy;
        policy.outbound = {{"api.example.test", 443, {"192.0.2.7", "2001:db8::7"}}};
        return policy;
      }(),
      [](const std::string&) {});
  const tenon::Descriptor worker = names.connect();
  if (size == 0 || send(worker.get(), data, size, MSG_NOSIGNAL) < 0) return 0;
  names.handle_ready();
  std::array<int32_t, 1024> said;
  const ssize_t got = recv(worker.get(), said.data(), sizeof said, 0);
  if (got <= 0) return 0;
  // The header, the addresses, a byte for each, the name.
  const auto whole = size_t{24} + static_cast<size_t>(said[3]) + static_cast<size_t>(said[2]) +
                     static_cast<size_t>(said[4]);
  if (static_cast<size_t>(got) != whole) std::abort();
  return 0;
}
