// A command that builds, run one at a time with its output shown.
#pragma once

#include <sys/types.h>

#include <string>

#include "host/base/descriptor.hpp"
#include "tenon/result.hpp"

namespace tenon::app {

// One thread.
class BuildCommand {
 public:
  explicit BuildCommand(std::string command) : command_(std::move(command)) {}
  // Ends it with all that it has started.
  ~BuildCommand();
  BuildCommand(const BuildCommand&) = delete;
  BuildCommand& operator=(const BuildCommand&) = delete;

  const std::string& command() const { return command_; }
  Result<void> start();
  bool running() const { return pid_ > 0; }
  int fd() const { return ended_.get(); }  // readable when it has ended
  // Of one that has ended: empty, or how it failed.
  std::string finish();

 private:
  const std::string command_;
  pid_t pid_ = 0;
  Descriptor ended_;
};

}  // namespace tenon::app
