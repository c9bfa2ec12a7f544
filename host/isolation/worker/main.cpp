// The worker process: loads one plugin file and serves it over the sockets that it was started
// with.
#include <dlfcn.h>
#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>

#include "host/isolation/handshake.hpp"
#include "host/isolation/plugin_server.hpp"

namespace tenon::isolation {
namespace {

Result<const tn_entry*> load(const char* file) {
  void* library = dlopen(file, RTLD_NOW | RTLD_LOCAL);
  if (!library)
    return Error{Code::unavailable, std::string("cannot load the plugin: ") + dlerror()};
  const auto* entry = static_cast<const tn_entry*>(dlsym(library, TN_ENTRY_SYMBOL));
  if (!entry || entry->magic != TN_ENTRY_MAGIC)
    return Error{Code::invalid, std::string(file) + " is no plugin of tenon"};
  return entry;
}

Lanes inherited(size_t serving, size_t calling) {
  Lanes lanes;
  int fd = 3;
  lanes.control = Socket(fd++);
  for (size_t i = 0; i < calling; ++i) lanes.calling.emplace_back(fd++);
  for (size_t i = 0; i < serving; ++i) lanes.serving.emplace_back(fd++);
  return lanes;
}

int run(char** arguments) {
  Lanes lanes =
      inherited(std::strtoul(arguments[3], nullptr, 10), std::strtoul(arguments[2], nullptr, 10));
  const auto entry = load(arguments[1]);
  Hello hello;
  hello.monotonic_ns = monotonic_now_ns();
  if (!entry.ok()) hello.failure = entry.error().message;
  if (!send_hello(lanes.control, hello).ok() || !entry.ok()) return 1;
  SocketChannel channel(std::move(lanes));
  Endpoint endpoint(channel);
  const PluginServer server(endpoint, **entry);
  channel.connect(endpoint);
  channel.wait_closed();
  // The host has gone or is done; threads of the plugin may still run, so nothing is torn down.
  _exit(0);
}

}  // namespace
}  // namespace tenon::isolation

int main(int count, char** arguments) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (count != 5 || getppid() != std::atoi(arguments[4])) {
    std::fprintf(stderr, "tenon_isolation_worker is started by its host alone\n");
    return 2;
  }
  return tenon::isolation::run(arguments);
}
