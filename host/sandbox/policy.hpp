// What one worker process may do. The host makes it from an instance's permissions and limits and
// sends it to the worker, which hands it to enter() before it loads the plugin.
#pragma once

#include <boost/describe.hpp>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "tenon/result.hpp"

namespace tenon::sandbox {

// A TCP server that the worker may connect to. The host resolves the name, when it makes the
// policy; the worker cannot ask a name server.
struct Outbound {
  std::string host;                    // a name or an address, as in the configuration
  uint16_t port = 0;                   // 1 or more
  std::vector<std::string> addresses;  // IPv4 or IPv6 in text, what `host` resolves to
};

struct Policy {
  // Absolute paths of files, and of folders with all that is in them. What does not exist when the
  // worker enters is left out.
  std::vector<std::string> read;
  std::vector<std::string> write;  // also read
  std::vector<std::string> code;   // libraries, besides the system's
  std::vector<Outbound> outbound;
  // Limits; 0 is none.
  uint64_t memory_bytes = 0;
  uint64_t file_bytes = 0;   // the size of each file
  uint32_t open_files = 0;   // descriptors of the process, the host's own channel included
  uint32_t threads = 0;      // of the process, the host's own included; 1: none may be made
  uint32_t cpu_percent = 0;  // of one CPU, a share and not a cap where there is no cgroup
  // Names of environment variables; applied by who spawns the worker.
  std::vector<std::string> environment;
  // Refused reads are reported as refused writes are; each open for reading then costs a round trip
  // to the host (README.md has the figure).
  bool report_reads = false;
};

BOOST_DESCRIBE_STRUCT(Outbound, (), (host, port, addresses))
BOOST_DESCRIBE_STRUCT(Policy, (),
                      (read, write, code, outbound, memory_bytes, file_bytes, open_files, threads,
                       cpu_percent, environment, report_reads))

// Code::invalid with the member's path: a path that is not absolute, holds a NUL or is too long, an
// address that is none, a port 0, too many entries.
Result<void> check(const Policy& policy);

// The bytes that cross to the worker, and back. decode() refuses what check() refuses.
std::string encode(const Policy& policy);
Result<Policy> decode_policy(std::string_view bytes);

// "example.com:443", "10.0.0.1:80", "[::1]:80" with the addresses it has now. Asks name servers:
// may block for seconds. Code::invalid for the form, Code::unavailable when it does not resolve.
Result<Outbound> resolve(std::string_view host_and_port);

}  // namespace tenon::sandbox
