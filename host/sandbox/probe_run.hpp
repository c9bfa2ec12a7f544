// For tests: runs the probe in a sandbox and gathers what it said and what its referee told.
#pragma once

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <chrono>
#include <cstring>
#include <filesystem>
#include <map>
#include <sstream>
#include <stdexcept>

#include "host/sandbox/landlock.hpp"
#include "host/sandbox/probe/protocol.hpp"
#include "host/sandbox/referee.hpp"
#include "host/sandbox/syscall_filter.hpp"
#include "tenon/json.hpp"

namespace tenon::sandbox {

// TSan has a thread of its own in each process.
#if defined(__SANITIZE_THREAD__)
constexpr uint32_t kSanitizerThreads = 1;
#else
constexpr uint32_t kSanitizerThreads = 0;
#endif

struct ProbeRun {
  Policy policy;
  Layers layers;
  std::vector<std::string> actions;
  int library = -1;  // becomes descriptor 4
  RefereeOptions options;
  bool end_on_flood = true;
};

struct ProbeOutcome {
  int status = -1;  // of waitpid
  Report report;
  std::string failure;  // why entering failed
  std::string output;
  std::vector<Denied> told;
  std::vector<Denied> totals;
  std::vector<std::string> floods;

  // What the action came to; empty when it never ended.
  std::string operator[](const std::string& action) const {
    std::istringstream in(output);
    for (std::string line; std::getline(in, line);)
      if (line.starts_with(action + ": ")) return line.substr(action.size() + 2);
    return {};
  }
  std::string told_text() const {
    std::string all;
    for (const auto& denied : told) all += describe(denied, "greeter") + "\n";
    return all;
  }
};

namespace probe_detail {

// Receives one message of the probe, with the descriptor that came along.
inline std::pair<std::string, Descriptor> receive(int control) {
  std::string bytes(1 << 16, '\0');
  iovec data{bytes.data(), bytes.size()};
  alignas(cmsghdr) char room[CMSG_SPACE(sizeof(int))] = {};
  msghdr message{};
  message.msg_iov = &data;
  message.msg_iovlen = 1;
  message.msg_control = room;
  message.msg_controllen = sizeof room;
  const ssize_t size = recvmsg(control, &message, MSG_CMSG_CLOEXEC | MSG_DONTWAIT);
  Descriptor listener;
  if (const cmsghdr* header = CMSG_FIRSTHDR(&message); size > 0 && header != nullptr) {
    int fd;
    std::memcpy(&fd, CMSG_DATA(header), sizeof fd);
    listener.reset(fd);
  }
  bytes.resize(size > 0 ? static_cast<size_t>(size) : 0);
  return {std::move(bytes), std::move(listener)};
}

inline pid_t spawn(int control, int output, int library) {
  // Above the descriptors that they become.
  constexpr int kAbove = 100;
  const Descriptor parked_control(fcntl(control, F_DUPFD_CLOEXEC, kAbove));
  const Descriptor parked_output(fcntl(output, F_DUPFD_CLOEXEC, kAbove));
  const Descriptor parked_library(library < 0 ? -1 : fcntl(library, F_DUPFD_CLOEXEC, kAbove));
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, parked_output.get(), 1);
  posix_spawn_file_actions_adddup2(&actions, parked_output.get(), 2);
  posix_spawn_file_actions_adddup2(&actions, parked_control.get(), probe::kControl);
  if (parked_library)
    posix_spawn_file_actions_adddup2(&actions, parked_library.get(), probe::kLibrary);
  char program[] = TENON_SANDBOX_PROBE;
  char* arguments[] = {program, nullptr};
  pid_t pid = -1;
  if (posix_spawn(&pid, program, &actions, nullptr, arguments, environ) != 0)
    throw std::runtime_error("cannot start the probe");
  posix_spawn_file_actions_destroy(&actions);
  return pid;
}

}  // namespace probe_detail

inline ProbeOutcome run(const ProbeRun& wanted) {
  using namespace probe_detail;
  ProbeOutcome outcome;
  int sockets[2];
  int pipes[2];
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sockets) != 0 ||
      pipe2(pipes, O_CLOEXEC) != 0)
    throw std::runtime_error("cannot make sockets");
  const Descriptor control(sockets[0]);
  const Descriptor output(pipes[0]);
  Descriptor its_control(sockets[1]);
  Descriptor its_output(pipes[1]);
  const auto start = json::encode(probe::Start{wanted.policy, wanted.layers, wanted.actions});
  if (send(control.get(), start.data(), start.size(), 0) < 0)
    throw std::runtime_error("cannot send to the probe");
  const pid_t pid = spawn(its_control.get(), its_output.get(), wanted.library);
  its_control.reset();
  its_output.reset();
  std::unique_ptr<Referee> referee;
  RefereeEvents events;
  events.on_denied = [&](const Denied& denied) { outcome.told.push_back(denied); };
  events.on_flood = [&](const std::string& reason) {
    outcome.floods.push_back(reason);
    if (wanted.end_on_flood) kill(pid, SIGKILL);
  };
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(120);
  bool talks = true;
  bool writes = true;
  while (talks || writes) {
    pollfd ready[] = {{talks ? control.get() : -1, POLLIN, 0},
                      {writes ? output.get() : -1, POLLIN, 0},
                      {referee ? referee->fd() : -1, POLLIN, 0}};
    poll(ready, 3, 1000);
    if (std::chrono::steady_clock::now() > deadline) {
      kill(pid, SIGKILL);
      outcome.output += "(the probe took too long)";
    }
    if (ready[0].revents != 0) {
      auto [bytes, listener] = receive(control.get());
      if (bytes.empty()) talks = false;
      if (listener)
        referee =
            Referee::make(std::move(listener), pid, wanted.policy, events, wanted.options).value();
      if (bytes.starts_with('R')) outcome.report = decode_report(bytes.substr(1)).value();
      if (bytes.starts_with('E')) outcome.failure = bytes.substr(1);
    }
    if (ready[1].revents != 0) {
      char part[4096];
      const ssize_t size = read(output.get(), part, sizeof part);
      if (size > 0) outcome.output.append(part, static_cast<size_t>(size));
      if (size <= 0) writes = false;
    }
    if (ready[2].revents != 0 && !referee->handle_ready()) {
      outcome.totals = referee->denials();
      referee.reset();
    }
  }
  if (referee) outcome.totals = referee->denials();
  referee.reset();
  waitpid(pid, &outcome.status, 0);
  return outcome;
}

// Why this machine cannot show what all layers do together; empty when it can.
inline std::string why_not_whole() {
  if (landlock_abi() < 6) return "needs Landlock ABI 6";
  if (!can_report_refusals()) return "needs seccomp notifications";
  // Containers often forbid it.
  const Descriptor self(static_cast<int>(syscall(SYS_pidfd_open, getpid(), 0)));
  const Descriptor copy(static_cast<int>(syscall(SYS_pidfd_getfd, self.get(), 0, 0)));
  return copy ? "" : "may not copy another process's descriptors";
}

// A folder of its own that goes with it.
class Folder {
 public:
  Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "tenon-sandbox-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("cannot make a folder");
    path_ = std::filesystem::canonical(name);
  }
  ~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  std::string operator/(std::string_view name) const { return (path_ / name).string(); }
  std::string path() const { return path_.string(); }

 private:
  std::filesystem::path path_;
};

}  // namespace tenon::sandbox
