#include "host/crash/child_process.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

extern "C" {  // glibc 2.36 forgets to say so
#include <sys/pidfd.h>
}

#include <array>
#include <cerrno>
#include <cstring>

namespace tenon::crash {
namespace {

class Descriptor {
 public:
  explicit Descriptor(int fd = -1) : fd_(fd) {}
  ~Descriptor() { reset(); }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return fd_; }
  void reset(int fd = -1) {
    if (fd_ >= 0) close(fd_);
    fd_ = fd;
  }

 private:
  int fd_;
};

Error failed(const std::string& what) {
  return {Code::unavailable, what + ": " + std::strerror(errno)};
}

// A file in memory: a child that does not read cannot hold up who writes.
Result<void> fill(Descriptor& file, std::string_view input) {
  file.reset(memfd_create("tenon-input", MFD_CLOEXEC));
  if (file.get() < 0) return failed("cannot make a file in memory");
  while (!input.empty()) {
    const ssize_t count = ::write(file.get(), input.data(), input.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return failed("cannot write to a file in memory");
    input.remove_prefix(static_cast<size_t>(count));
  }
  if (lseek(file.get(), 0, SEEK_SET) != 0) return failed("cannot rewind a file in memory");
  return {};
}

class Child {
 public:
  static Result<Child> start(const std::string& program, const std::vector<std::string>& arguments,
                             int input, int output);
  Child(Child&& other) noexcept : pid_(std::exchange(other.pid_, -1)) {}
  Child& operator=(Child&&) = delete;
  ~Child() {
    if (pid_ <= 0) return;
    kill(pid_, SIGKILL);  // not reaped yet, so the number is still its own
    wait();
  }
  int pid() const { return pid_; }
  int wait() {
    int status = 0;
    while (waitpid(pid_, &status, 0) < 0 && errno == EINTR) continue;
    pid_ = -1;
    return status;
  }

 private:
  explicit Child(pid_t pid) : pid_(pid) {}
  pid_t pid_;
};

Result<Child> Child::start(const std::string& program, const std::vector<std::string>& arguments,
                           int input, int output) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  posix_spawn_file_actions_addclosefrom_np(&actions, STDERR_FILENO + 1);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  sigset_t none;
  sigset_t all;
  sigemptyset(&none);
  sigfillset(&all);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setsigdefault(&attributes, &all);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  std::vector<std::string> words{program};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char*> pointers;
  for (auto& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  std::array<char*, 1> no_environment{nullptr};
  pid_t pid = -1;
  const int error = posix_spawn(&pid, program.c_str(), &actions, &attributes, pointers.data(),
                                no_environment.data());
  posix_spawn_file_actions_destroy(&actions);
  posix_spawnattr_destroy(&attributes);
  if (error != 0)
    return Error{Code::unavailable, std::string("cannot be started: ") + std::strerror(error),
                 program};
  return Child(pid);
}

// Waits until `fd` can be read, or has nothing more to say.
Result<void> await(int fd, std::chrono::steady_clock::time_point deadline) {
  for (;;) {
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    pollfd waiting{fd, POLLIN, 0};
    const int ready = left.count() > 0 ? poll(&waiting, 1, static_cast<int>(left.count())) : 0;
    if (ready > 0) return {};
    if (ready == 0) return Error{Code::timeout, "did not end in time"};
    if (errno != EINTR) return failed("cannot be waited for");
  }
}

Result<std::string> read_all(int fd, size_t max_bytes,
                             std::chrono::steady_clock::time_point deadline) {
  std::string output;
  std::array<char, 16 * 1024> buffer;
  for (;;) {
    TN_CHECK(await(fd, deadline));
    const ssize_t count = ::read(fd, buffer.data(), buffer.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return failed("cannot be read from");
    if (count == 0) return output;
    output.append(buffer.data(), static_cast<size_t>(count));
    if (output.size() > max_bytes)
      return Error{Code::too_large, fmt::format("wrote more than {} bytes", max_bytes)};
  }
}

Result<void> check_end(int status) {
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return {};
  return Error{Code::unavailable, WIFEXITED(status)
                                      ? fmt::format("ended with exit code {}", WEXITSTATUS(status))
                                      : fmt::format("ended by signal {}", WTERMSIG(status))};
}

}  // namespace

Result<std::string> run_child(const std::string& program, const std::vector<std::string>& arguments,
                              std::string_view input, const ChildLimits& limits) {
  const auto deadline = std::chrono::steady_clock::now() + limits.timeout;
  Descriptor request;
  TN_CHECK(fill(request, input));
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) return failed("cannot make a pipe");
  const Descriptor from(ends[0]);
  Descriptor to(ends[1]);
  TN_TRY(Child child, Child::start(program, arguments, request.get(), to.get()));
  to.reset();
  TN_TRY(std::string output, read_all(from.get(), limits.max_output_bytes, deadline));
  // It may have closed its output and live on.
  const Descriptor ended(pidfd_open(child.pid(), 0));
  TN_CHECK(await(ended.get(), deadline));
  TN_CHECK(check_end(child.wait()));
  return output;
}

}  // namespace tenon::crash
