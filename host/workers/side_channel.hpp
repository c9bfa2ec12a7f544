// What a worker says of its sandbox, beside its lanes and before it loads its plugin: the
// descriptor on which the host hears of refused system calls, and the layers that are at work.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <utility>

#include "host/base/descriptor.hpp"
#include "host/sandbox/report.hpp"
#include "tenon/result.hpp"

namespace tenon::workers {

// Both ends keep messages apart and close when their process execs another program.
Result<std::pair<Descriptor, Descriptor>> make_side_channel();

// The worker's side.
Result<void> send_listener(int channel, int listener);
Result<void> send_layers(int channel, const sandbox::Report& layers);

struct SideMessage {
  Descriptor listener;  // of a message that brings one
  std::string layers;   // of the other kind: what decode_report takes
  pid_t sender = 0;     // as the kernel says
};
// The host's side; does not block. Nothing: no message is there now. Code::unavailable: the worker
// has closed its end; Code::invalid: what came is no message.
Result<std::optional<SideMessage>> receive_side_message(int channel);

}  // namespace tenon::workers
