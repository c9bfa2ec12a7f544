// For tests: a worker whose hooks leave traces in its environment.
#include <cstdlib>

#include "host/isolation/worker_main.hpp"

namespace {

void trace(const std::string& name) {
  const char* before = std::getenv("HOOKS");
  setenv("HOOKS", (before ? std::string(before) + "," + name : name).c_str(), 1);
}

}  // namespace

int main() {
  tenon::isolation::WorkerHooks hooks;
  hooks.install_crash_handler = [](const auto&) { trace("crash_handler"); };
  hooks.before_load = [](const auto& start) -> tenon::Result<void> {
    if (start.before_load == "refuse")
      return tenon::Error{tenon::Code::denied, "no sandbox for " + start.name};
    trace("before_load(" + std::to_string(start.before_load.size()) + ")");
    return {};
  };
  hooks.enter_thread = [] { trace("enter_thread"); };
  return tenon::isolation::worker_main(hooks);
}
