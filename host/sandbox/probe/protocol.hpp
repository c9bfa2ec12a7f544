// What the tests and the probe say to each other, over a SOCK_SEQPACKET socket that is the probe's
// descriptor 3: a Start in JSON; back come the listener (with the byte 'L'), then 'R' and the
// report or 'E' and the reason why entering failed.
#pragma once

#include <boost/describe.hpp>

#include "host/sandbox/enter.hpp"

namespace tenon::sandbox {

BOOST_DESCRIBE_STRUCT(Layers, (),
                      (capabilities, rlimits, landlock_files, landlock_network, landlock_scope,
                       seccomp, seccomp_reports))

namespace probe {

constexpr int kControl = 3;
constexpr int kLibrary = 4;  // a library's file, when the test gives one

struct Start {
  Policy policy;
  Layers layers;
  std::vector<std::string> actions;  // "name argument argument"
};
BOOST_DESCRIBE_STRUCT(Start, (), (policy, layers, actions))

}  // namespace probe
}  // namespace tenon::sandbox
