#include "host/isolation/spawn.hpp"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>

#include <cstring>

extern "C" {  // glibc 2.36 forgets to say so
#include <sys/pidfd.h>
}

namespace tenon::isolation {

namespace {

// Above all descriptors of a child, so that moving one does not overwrite the next.
constexpr int kParkedFd = 64;

class Actions {
 public:
  Actions() { posix_spawn_file_actions_init(&actions_); }
  ~Actions() { posix_spawn_file_actions_destroy(&actions_); }
  Actions(const Actions&) = delete;
  Actions& operator=(const Actions&) = delete;

  void give(int fd, int as) {
    parked_.emplace_back(fcntl(fd, F_DUPFD_CLOEXEC, kParkedFd));
    posix_spawn_file_actions_adddup2(&actions_, parked_.back().get(), as);
  }
  void no_input() {
    posix_spawn_file_actions_addopen(&actions_, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  }
  void close_from(int fd) { posix_spawn_file_actions_addclosefrom_np(&actions_, fd); }
  const posix_spawn_file_actions_t* get() const { return &actions_; }

 private:
  posix_spawn_file_actions_t actions_;
  std::vector<Descriptor> parked_;
};

class Attributes {
 public:
  Attributes() {
    posix_spawnattr_init(&attributes_);
    sigset_t signals;
    sigemptyset(&signals);
    posix_spawnattr_setsigmask(&attributes_, &signals);
    sigfillset(&signals);
    posix_spawnattr_setsigdefault(&attributes_, &signals);
    posix_spawnattr_setpgroup(&attributes_, 0);
    posix_spawnattr_setflags(
        &attributes_, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
  }
  ~Attributes() { posix_spawnattr_destroy(&attributes_); }
  Attributes(const Attributes&) = delete;
  Attributes& operator=(const Attributes&) = delete;
  const posix_spawnattr_t* get() const { return &attributes_; }

 private:
  posix_spawnattr_t attributes_;
};

std::vector<char*> pointers(std::vector<std::string>& words) {
  std::vector<char*> out;
  for (auto& word : words) out.push_back(word.data());
  out.push_back(nullptr);
  return out;
}

}  // namespace

Result<Child> spawn(const SpawnPlan& plan) {
  Actions actions;
  actions.no_input();
  if (plan.output >= 0) {
    actions.give(plan.output, STDOUT_FILENO);
    actions.give(plan.output, STDERR_FILENO);
  }
  int next = kFirstInherited;
  for (const int fd : plan.descriptors) actions.give(fd, next++);
  actions.close_from(next);
  std::vector<std::string> words{plan.program.string()};
  words.insert(words.end(), plan.arguments.begin(), plan.arguments.end());
  std::vector<std::string> settings = plan.environment;
  const Attributes attributes;
  Child child;
  // glibc makes it with CLONE_VFORK: the cost does not grow with the host.
  const int failed = posix_spawn(&child.pid, plan.program.c_str(), actions.get(), attributes.get(),
                                 pointers(words).data(), pointers(settings).data());
  if (failed != 0)
    return Error{Code::unavailable, "cannot start a worker: " + std::string(std::strerror(failed)),
                 plan.program.string()};
  // Nobody else reaps it, so the number is still its own.
  child.pidfd = Descriptor(pidfd_open(child.pid, 0));
  return child;
}

}  // namespace tenon::isolation
