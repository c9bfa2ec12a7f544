// For tests: a plugin file in a worker process, with one instance made.
#pragma once

#include <fcntl.h>
#include <gtest/gtest.h>

#include "host/isolation/fake_host.hpp"
#include "host/isolation/worker.hpp"

namespace tenon::isolation {

inline WorkerSpec spec_of(int library, const std::string& name = "tour") {
  WorkerSpec spec;
  spec.program = TENON_WORKER;
  spec.library = library;
  spec.name = name;
  spec.own_clock = true;  // the fake host's
  return spec;
}

class RunningWorker {
 public:
  using Change = std::function<void(WorkerSpec&)>;
  explicit RunningWorker(const char* file, const Change& change = {}, WorkerEvents events = {},
                         std::chrono::milliseconds beat = std::chrono::seconds(2))
      : supervisor(beat) {
    const Descriptor library(open(file, O_RDONLY | O_CLOEXEC));
    WorkerSpec spec = spec_of(library.get());
    if (change) change(spec);
    auto started = Worker::start(supervisor, spec, std::move(events));
    if (!started.ok()) {
      ADD_FAILURE() << started.error().message;
      return;
    }
    worker = std::move(started).value();
    EXPECT_EQ(worker->plugin().init(nullptr), TN_OK);
    EXPECT_EQ(worker->plugin().create(nullptr, host.get(), &instance), TN_OK);
    life = static_cast<const tn_plugin*>(worker->plugin().query(TN_PLUGIN_ID));
    messages = static_cast<const tn_plugin_message*>(worker->plugin().query(TN_MESSAGE_ID));
  }
  ~RunningWorker() {
    if (instance) life->destroy(instance, nullptr);
  }

  // The output, or "error CODE: message".
  std::string call(uint32_t method, std::string_view input, int64_t deadline_ns = 0,
                   const uint32_t* cancelled = nullptr) {
    ErrorCapture capture;
    StringSink output;
    tn_call call{};
    call.struct_size = sizeof call;
    call.deadline_ns = deadline_ns;
    call.cancelled = cancelled;
    call.error = capture.get();
    const auto result =
        capture.result(messages->call(instance, &call, method, view(input), output.get()));
    if (result.ok()) return output.take();
    return "error " + std::to_string(static_cast<int>(result.error().code)) + ": " +
           result.error().message + result.error().path;
  }

  Supervisor supervisor;
  FakeHost host;
  std::unique_ptr<Worker> worker;
  tn_instance* instance = nullptr;
  const tn_plugin* life = nullptr;
  const tn_plugin_message* messages = nullptr;
};

inline std::string error_text(Code code) {
  return "error " + std::to_string(static_cast<int>(code)) + ": ";
}

inline int64_t in_ms(int64_t ms) {
  return monotonic_now_ns() + ms * 1'000'000;
}

}  // namespace tenon::isolation
