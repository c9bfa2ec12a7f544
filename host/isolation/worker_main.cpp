#include "host/isolation/worker_main.hpp"

#include <dlfcn.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>

#include <cstdio>

#include "host/isolation/plugin_server.hpp"
#include "host/isolation/ring_channel.hpp"
#include "host/isolation/spawn.hpp"

namespace tenon::isolation {

namespace {

struct Inherited {
  ControlSocket control{Descriptor(kControlDescriptor)};
  Descriptor memory{kMemoryDescriptor};
  Descriptor library{kLibraryDescriptor};
};

bool are_inherited() {
  for (int fd = kFirstInherited; fd < kFirstExtra; ++fd)
    if (fcntl(fd, F_SETFD, FD_CLOEXEC) != 0) return false;
  return true;
}

Result<StartMessage> receive_start(const ControlSocket& control) {
  Buffer frame;
  ControlOp op{};
  TN_CHECK(control.wait_readable());
  TN_TRY(const bool arrived, control.receive(frame, op));
  if (!arrived || op != ControlOp::start)
    return Error{Code::invalid, "the first message of a host is its start"};
  return read_start(frame);
}

Result<const tn_entry*> load(const Descriptor& library, const std::string& name) {
  const std::string path = "/proc/self/fd/" + std::to_string(library.get());
  void* handle = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (!handle)
    return Error{Code::unavailable, "cannot load the plugin of " + name + ": " + dlerror()};
  const auto* entry = static_cast<const tn_entry*>(dlsym(handle, TN_ENTRY_SYMBOL));
  if (!entry || entry->magic != TN_ENTRY_MAGIC)
    return Error{Code::invalid, "the file of " + name + " is no plugin of tenon"};
  return entry;
}

// All that can fail before the plugin is served.
struct Loaded {
  Region region;
  const tn_entry* entry = nullptr;
};
Result<Loaded> prepare(Inherited& inherited, const StartMessage& start, const WorkerHooks& hooks) {
  Loaded loaded;
  TN_TRY(loaded.region, Region::map(inherited.memory, start.shape));
  inherited.memory = {};
  if (hooks.install_crash_handler) hooks.install_crash_handler(start);
  if (hooks.before_load) TN_CHECK(hooks.before_load(start));
  TN_TRY(loaded.entry, load(inherited.library, start.name));
  if (hooks.after_load) hooks.after_load();
  return loaded;
}

Result<void> answer(const ControlSocket& control, RingChannel& channel, PluginServer& server,
                    const Buffer& frame, ControlOp op) {
  Reader body(frame.data(), frame.size(), kHeaderBytes);
  switch (op) {
    case ControlOp::open_lane:
      return channel.serve_lane(body.number<uint32_t>());
    case ControlOp::ping: {
      const auto number = body.number<uint64_t>();
      return control.send(ControlOp::pong, [&](Writer& out) { out.number(number); });
    }
    case ControlOp::log_levels:
      for (auto left = body.number<uint32_t>(); left > 0 && body.ok(); --left) {
        const auto host = body.number<uint64_t>();
        server.set_log_level(host, body.number<uint32_t>());
      }
      return body.finish();
    default:
      return Error{Code::invalid, "the host sent a message that a worker does not know"};
  }
}

int serve(const ControlSocket& control, Loaded loaded, const WorkerHooks& hooks) {
  Watcher watcher;
  RingChannel::Outlet outlet;
  outlet.open_lane = [&](uint32_t lane) {
    return control.send(ControlOp::open_lane, [&](Writer& out) { out.number(lane); });
  };
  outlet.refused = [](const Error&) { _exit(1); };
  outlet.enter_thread = hooks.enter_thread;
  RingChannel channel(std::move(loaded.region), RingChannel::Side::plugin, watcher,
                      std::move(outlet));
  Endpoint endpoint(channel);
  PluginServer server(endpoint, *loaded.entry);
  channel.connect(endpoint);
  Buffer frame;
  for (;;) {
    ControlOp op{};
    auto arrived = control.receive(frame, op);
    if (arrived.ok() && !*arrived) {
      if (control.wait_readable().ok()) continue;
      _exit(1);
    }
    // The host has gone or is done; threads of the plugin may still run, so nothing is torn down.
    if (!arrived.ok()) _exit(0);
    if (!answer(control, channel, server, frame, op).ok()) _exit(1);
  }
}

}  // namespace

int worker_main(const WorkerHooks& hooks) {
  // Should the host have died before this line, its end of the connection is closed, and so the
  // start never comes.
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (!are_inherited()) {
    std::fprintf(stderr, "a worker is started by its host alone\n");
    return 2;
  }
  Inherited inherited;
  const auto start = receive_start(inherited.control);
  if (!start.ok()) {
    std::fprintf(stderr, "a worker is started by its host alone: %s\n",
                 start.error().message.c_str());
    return 2;
  }
  prctl(PR_SET_NAME, ("tn:" + start->name).c_str());
  auto loaded = prepare(inherited, *start, hooks);
  inherited.library = {};
  Hello hello;
  hello.monotonic_ns = monotonic_now_ns();
  if (!loaded.ok()) hello.failure = loaded.error().message;
  const auto sent = inherited.control.send(ControlOp::hello, [&](Writer& out) { put(out, hello); });
  if (!sent.ok() || !loaded.ok()) return 1;
  return serve(inherited.control, std::move(loaded).value(), hooks);
}

}  // namespace tenon::isolation
