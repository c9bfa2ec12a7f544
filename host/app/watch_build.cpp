#include "host/app/watch_build.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <cstring>

namespace tenon::app {
namespace {

constexpr int kPatienceMs = 2000;

}  // namespace

Result<void> BuildCommand::start() {
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  sigset_t signals;
  sigemptyset(&signals);
  posix_spawnattr_setsigmask(&attributes, &signals);
  sigfillset(&signals);
  posix_spawnattr_setsigdefault(&attributes, &signals);
  posix_spawnattr_setpgroup(&attributes, 0);
  posix_spawnattr_setflags(&attributes,
                           POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addclosefrom_np(&actions, STDERR_FILENO + 1);
  std::string shell = "sh", option = "-c", command = command_;
  char* arguments[] = {shell.data(), option.data(), command.data(), nullptr};
  const int failed = posix_spawn(&pid_, "/bin/sh", &actions, &attributes, arguments, environ);
  posix_spawn_file_actions_destroy(&actions);
  posix_spawnattr_destroy(&attributes);
  if (failed) {
    pid_ = 0;
    return Error{Code::unavailable,
                 fmt::format("cannot run {}: {}", command_, std::strerror(failed))};
  }
  ended_.reset(static_cast<int>(syscall(SYS_pidfd_open, pid_, 0)));
  return {};
}

std::string BuildCommand::finish() {
  int status = 0;
  waitpid(pid_, &status, 0);
  pid_ = 0;
  ended_.reset();
  if (WIFSIGNALED(status)) return fmt::format("ended by signal {}", WTERMSIG(status));
  return WEXITSTATUS(status) ? fmt::format("exit code {}", WEXITSTATUS(status)) : "";
}

BuildCommand::~BuildCommand() {
  if (!running()) return;
  kill(-pid_, SIGTERM);
  pollfd ended{ended_.get(), POLLIN, 0};
  if (poll(&ended, 1, kPatienceMs) != 1) kill(-pid_, SIGKILL);
  (void)finish();
}

}  // namespace tenon::app
