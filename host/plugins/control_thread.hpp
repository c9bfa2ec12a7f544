// Runs the steps of plugins' lives on a thread that may be lost: a step that passes its deadline is
// left behind with its thread, and the next one gets a new thread.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>

#include "tenon/result.hpp"

namespace tenon::plugins {

class ControlThread {
 public:
  using Step = std::function<Result<void>()>;

  ControlThread() = default;
  // Waits for the thread unless a step is stuck on it.
  ~ControlThread();
  ControlThread(const ControlThread&) = delete;
  ControlThread& operator=(const ControlThread&) = delete;

  // Runs `step` and waits for it. Nothing: it was not done after `limit`, and may go on for ever;
  // what it refers to must then stay alive. [one thread at a time]
  std::optional<Result<void>> run(Step step, std::chrono::milliseconds limit);

 private:
  struct Shared {
    std::mutex mutex;
    std::condition_variable changed;
    Step step;                            // to be run; empty: none
    std::optional<Result<void>> outcome;  // of the last one
    bool running = false;
    bool quit = false;
  };
  static void loop(const std::shared_ptr<Shared>& shared);

  std::shared_ptr<Shared> shared_;  // null: no thread
};

}  // namespace tenon::plugins
