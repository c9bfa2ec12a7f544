// A stack of our own for request handlers. The server library's threads have 100 KB, fixed when it
// was built; a handler that recurses would end the process. Entering costs one context switch, not
// a thread hop, and a call never leaves its thread.
#pragma once

#include <cstddef>
#include <memory>
#include <type_traits>

namespace tenon::http {

// One per thread; used, and destroyed, by the thread that made it.
class HandlerStack {
 public:
  // `size` is rounded up to whole pages; a guard region below it turns an overflow into a fault
  // that CrashReporter explains. Throws std::bad_alloc when no memory can be mapped.
  explicit HandlerStack(std::size_t size);
  ~HandlerStack();
  HandlerStack(const HandlerStack&) = delete;
  HandlerStack& operator=(const HandlerStack&) = delete;

  // Calls `function()` on this stack and returns when it has returned. What it throws is thrown
  // again here. Not reentrant.
  template <class Function>
  void run(Function&& function) {
    run_erased([](void* f) { (*static_cast<std::remove_reference_t<Function>*>(f))(); }, &function);
  }

 private:
  struct State;
  void run_erased(void (*call)(void*), void* argument);

  std::unique_ptr<State> state_;
};

}  // namespace tenon::http
