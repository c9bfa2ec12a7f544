// What all workers of a host share: the thread that watches them, the place for their cgroups, the
// watch over their memory.
#pragma once

#include <filesystem>
#include <mutex>
#include <optional>
#include <string>

#include "host/isolation/supervisor.hpp"
#include "host/sandbox/group.hpp"
#include "host/sandbox/memory_watch.hpp"

namespace tenon::workers {

class Workers {
 public:
  // `program` serves by isolation::worker_main. Every `heartbeat` each worker is asked whether it
  // lives.
  Workers(std::filesystem::path program, std::chrono::milliseconds heartbeat);
  ~Workers();
  Workers(const Workers&) = delete;
  Workers& operator=(const Workers&) = delete;

  const std::filesystem::path& program() const { return program_; }
  isolation::Supervisor& supervisor() { return supervisor_; }
  // Null: no groups can be made here, for the reason in groups_missing().
  const sandbox::GroupRoot* groups() const { return groups_.ok() ? &*groups_ : nullptr; }
  const Error& groups_missing() const { return groups_.error(); }

  // Ends a worker that holds more than `bytes`, through `on_over`. [the supervisor's thread]
  void watch_memory(pid_t pid, uint64_t bytes, std::function<void(const std::string&)> on_over);
  void forget_memory(pid_t pid);

 private:
  void look();

  const std::filesystem::path program_;
  Result<sandbox::GroupRoot> groups_;
  std::map<pid_t, std::function<void(const std::string&)>> over_;  // of the supervisor's thread
  sandbox::MemoryWatch memory_;                                    // likewise
  Descriptor timer_;
  isolation::Supervisor supervisor_;
  uint64_t timer_watch_ = 0;
};

}  // namespace tenon::workers
