// Started by the tests:
//   tenon_crash_child symbolise                   reads a request, as `tenon symbolise` does
//   tenon_crash_child hang | hang-silently | flood | nothing | fail | die
//                                                 a symboliser that does not do its work
//   tenon_crash_child crash WAY [LIBRARY [memfd]] dies in that way, its record on descriptor 3
//   tenon_crash_child crash plugin LIBRARY METHOD calls a plugin's method of that number
#include <dlfcn.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <string>

#include "host/crash/child/crashes.hpp"
#include "host/crash/child/plugin_call.hpp"
#include "host/crash/dwarf/symbolise.hpp"
#include "host/crash/worker/crash_handlers.hpp"

namespace {

constexpr int kRecordFd = 3;
constexpr unsigned kSeconds = 30;

void* load(const std::string& path, bool from_memory) {
  if (!from_memory) return dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  const int memory = memfd_create("plugin", MFD_CLOEXEC);
  struct stat facts {};
  if (fstat(file, &facts) != 0 ||
      sendfile(memory, file, nullptr, static_cast<size_t>(facts.st_size)) != facts.st_size)
    return nullptr;
  return dlopen(("/proc/self/fd/" + std::to_string(memory)).c_str(), RTLD_NOW | RTLD_LOCAL);
}

int crash(const std::string& way, const std::string& library, const std::string& how) {
  const rlimit no_core{0, 0};
  setrlimit(RLIMIT_CORE, &no_core);
  const auto installed = tenon::crash::install_crash_handlers(kRecordFd);
  if (!installed.ok()) {
    std::fprintf(stderr, "%s\n", installed.error().message.c_str());
    return 8;
  }
  void* handle = nullptr;
  if (!library.empty() && !(handle = load(library, how == "memfd"))) {
    std::fprintf(stderr, "%s\n", dlerror());
    return 8;
  }
  if (way == "plugin")
    return tenon::crash::call_plugin(handle,
                                     static_cast<uint32_t>(std::strtoul(how.c_str(), nullptr, 10)));
  const auto found = tenon::crash::crashes().find(way);
  if (found == tenon::crash::crashes().end()) return 8;
  found->second(handle);
  return 0;
}

}  // namespace

int main(int count, char** arguments) {
  alarm(kSeconds);
  const auto argument = [&](int i) { return std::string(i < count ? arguments[i] : ""); };
  if (argument(1) == "symbolise") return tenon::crash::run_symbolise(std::cin, std::cout);
  if (argument(1) == "crash") return crash(argument(2), argument(3), argument(4));
  if (argument(1) == "hang") pause();
  if (argument(1) == "hang-silently") {
    close(STDOUT_FILENO);
    pause();
  }
  if (argument(1) == "fail") return 5;
  if (argument(1) == "die") raise(SIGKILL);
  const std::string block(4096, 'x');
  if (argument(1) == "flood")
    while (write(STDOUT_FILENO, block.data(), block.size()) > 0) continue;
  return 0;
}
