#include "host/sandbox/probe/actions.hpp"

#include <dlfcn.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <netinet/in.h>
#include <pwd.h>
#include <signal.h>
#include <spawn.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <sys/uio.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <chrono>
#include <clocale>
#include <condition_variable>
#include <cstring>
#include <ctime>
#include <map>
#include <memory>
#include <mutex>
#include <random>
#include <sstream>
#include <stdexcept>
#include <thread>
#include <vector>

#include "host/sandbox/probe/network_actions.hpp"
#include "host/sandbox/probe/swapper.hpp"

namespace tenon::sandbox::probe {

namespace {

using Action = std::string (*)(const Arguments&);

long closed(int fd) {
  if (fd >= 0) close(fd);
  return fd;
}

std::string make_threads(const Arguments& a) {
  std::mutex mutex;
  std::condition_variable changed;
  bool ending = false;
  std::vector<std::thread> threads;
  std::string said = "ok";
  try {
    for (int i = std::stoi(a.at(0)); i > 0; --i)
      threads.emplace_back([&] {
        std::unique_lock lock(mutex);
        changed.wait(lock, [&] { return ending; });
      });
  } catch (const std::system_error& error) {
    said = std::string(strerrorname_np(error.code().value())) + " after " +
           std::to_string(threads.size());
  }
  {
    std::lock_guard lock(mutex);
    ending = true;
  }
  changed.notify_all();
  for (auto& thread : threads) thread.join();
  return said;
}

std::string allocate(const Arguments& a) {
  const size_t megabyte = 1 << 20;
  std::vector<std::unique_ptr<char[]>> held;
  for (int i = std::stoi(a.at(0)); i > 0; --i) {
    std::unique_ptr<char[]> block(new (std::nothrow) char[megabyte]);
    if (block == nullptr) return "ENOMEM after " + std::to_string(held.size());
    for (size_t at = 0; at < megabyte; at += 4096) block[at] = 1;
    held.push_back(std::move(block));
  }
  return "ok";
}

std::string write_bytes(const Arguments& a) {
  const int fd = open(a.at(0).c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
  if (fd < 0) return outcome(-1);
  const std::vector<char> data(static_cast<size_t>(std::stoi(a.at(1))));
  std::string said = outcome(write(fd, data.data(), data.size()));
  close(fd);
  return said;
}

std::string open_many(const Arguments&) {
  std::vector<int> held;
  int fd;
  while (held.size() < 100'000 && (fd = open("/dev/null", O_RDONLY)) >= 0) held.push_back(fd);
  std::string said = outcome(-1);
  for (const int one : held) close(one);
  return said;
}

std::string throw_and_catch(const Arguments&) {
  try {
    throw std::runtime_error("caught");
  } catch (const std::exception& error) {
    return error.what();
  }
}

std::string load_library(const Arguments& a) {
  void* library = dlopen(a.at(0).c_str(), RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) return dlerror();
  const bool found = a.size() < 2 || dlsym(library, a[1].c_str()) != nullptr;
  dlclose(library);
  return found ? "ok" : "no such symbol";
}

std::string two_random_numbers(const Arguments&) {
  std::random_device device;
  const uint64_t one = uint64_t{device()} << 32 | device();
  const uint64_t two = uint64_t{device()} << 32 | device();
  return one != two ? "ok" : "the same twice";
}

std::string open_descriptors(const Arguments&) {
  std::string all;
  for (int fd = 0; fd < 1024; ++fd)
    if (fcntl(fd, F_GETFD) >= 0) all += (all.empty() ? "" : " ") + std::to_string(fd);
  return all;
}

std::string wait_for_timer(const Arguments&) {
  const int timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC);
  itimerspec in_a_moment{{0, 0}, {0, 1'000'000}};
  timerfd_settime(timer, 0, &in_a_moment, nullptr);
  const int epoll = epoll_create1(EPOLL_CLOEXEC);
  epoll_event event{};
  event.events = EPOLLIN;
  epoll_ctl(epoll, EPOLL_CTL_ADD, timer, &event);
  const int ready = epoll_wait(epoll, &event, 1, 5000);
  close(epoll);
  close(timer);
  return ready == 1 ? "ok" : "no timer";
}

std::string abroad_time(const Arguments& a) {
  setenv("TZ", a.at(0).c_str(), 1);
  tzset();
  const time_t epoch = 0;
  tm broken{};
  localtime_r(&epoch, &broken);
  return std::to_string(broken.tm_hour);
}

std::string spawn(const Arguments&) {
  const char* arguments[] = {"/bin/true", nullptr};
  pid_t pid = 0;
  errno = posix_spawn(&pid, "/bin/true", nullptr, nullptr, const_cast<char**>(arguments), nullptr);
  return errno == 0 ? "ok" : outcome(-1);
}

std::string own_signal(int how) {
  static std::atomic<int> seen;
  signal(SIGUSR1, [](int) { ++seen; });
  const int before = seen;
  const long result = how == 0 ? raise(SIGUSR1) : kill(getpid(), SIGUSR1);
  return result == 0 && seen == before + 1 ? "ok" : outcome(result);
}

// Notified calls one after the other, for what each costs.
std::string time_opens(const Arguments& a, int flags) {
  const int count = std::stoi(a.at(1));
  const auto before = std::chrono::steady_clock::now();
  for (int i = 0; i < count; ++i) close(open(a[0].c_str(), flags, 0600));
  const std::chrono::duration<double, std::micro> took = std::chrono::steady_clock::now() - before;
  char text[32];
  std::snprintf(text, sizeof text, "%.2f us", took.count() / count);
  return text;
}

std::string repeat_open(const Arguments& a) {
  for (int i = std::stoi(a.at(1)); i > 0; --i) closed(open(a[0].c_str(), O_WRONLY | O_CREAT, 0600));
  return "done";
}

std::string swap_paths(const Arguments& a) {
  std::string shared = a.at(0);
  const Swapper swapper(shared, a.at(0), a.at(1));
  int opened = 0;
  int refused = 0;
  // On a busy machine it may take a while until both have been seen.
  for (int i = 0; i < 20'000 && (i < 2'000 || opened == 0 || refused == 0); ++i)
    ++(closed(open(shared.c_str(), O_WRONLY | O_CREAT, 0600)) >= 0 ? opened : refused);
  return opened > 0 && refused > 0 ? "some" : std::to_string(opened);
}

const std::map<std::string, Action>& actions() {
  using A = const Arguments&;
  static const std::map<std::string, Action> table = {
      // files
      {"read", [](A a) { return outcome(closed(open(a.at(0).c_str(), O_RDONLY))); }},
      {"list", [](A a) { return outcome(closed(open(a.at(0).c_str(), O_RDONLY | O_DIRECTORY))); }},
      {"write", [](A a) { return outcome(closed(open(a.at(0).c_str(), O_WRONLY))); }},
      {"create",
       [](A a) { return outcome(closed(open(a.at(0).c_str(), O_RDWR | O_CREAT, 0600))); }},
      {"temporary",
       [](A a) { return outcome(closed(open(a.at(0).c_str(), O_RDWR | O_TMPFILE, 0600))); }},
      {"creat", [](A a) { return outcome(closed(creat(a.at(0).c_str(), 0600))); }},
      {"write-bytes", write_bytes},
      {"mkdir", [](A a) { return outcome(mkdir(a.at(0).c_str(), 0700)); }},
      {"rmdir", [](A a) { return outcome(rmdir(a.at(0).c_str())); }},
      {"unlink", [](A a) { return outcome(unlink(a.at(0).c_str())); }},
      {"rename", [](A a) { return outcome(rename(a.at(0).c_str(), a.at(1).c_str())); }},
      {"link", [](A a) { return outcome(link(a.at(0).c_str(), a.at(1).c_str())); }},
      {"symlink", [](A a) { return outcome(symlink(a.at(0).c_str(), a.at(1).c_str())); }},
      {"truncate", [](A a) { return outcome(truncate(a.at(0).c_str(), 0)); }},
      {"chmod", [](A a) { return outcome(chmod(a.at(0).c_str(), 0640)); }},
      {"fchmod",
       [](A a) {
         const int fd = open(a.at(0).c_str(), O_RDONLY);
         std::string said = outcome(fchmod(fd, 0640));
         close(fd);
         return said;
       }},
      {"touch", [](A a) { return outcome(utimensat(AT_FDCWD, a.at(0).c_str(), nullptr, 0)); }},
      {"chown", [](A a) { return outcome(chown(a.at(0).c_str(), 1, 1)); }},
      {"mknod", [](A a) { return outcome(mknod(a.at(0).c_str(), S_IFIFO | 0600, 0)); }},
      {"chdir", [](A a) { return outcome(chdir(a.at(0).c_str())); }},
      {"open-many", open_many},
      {"swap-paths", swap_paths},
      {"repeat-open", repeat_open},
      {"time-reads", [](A a) { return time_opens(a, O_RDONLY); }},
      {"time-writes", [](A a) { return time_opens(a, O_WRONLY | O_CREAT); }},
      // network
      {"socket-tcp", [](A) { return outcome(closed(socket(AF_INET, SOCK_STREAM, 0))); }},
      {"socket-udp", [](A) { return outcome(closed(socket(AF_INET, SOCK_DGRAM, 0))); }},
      {"socket-raw", [](A) { return outcome(closed(socket(AF_INET, SOCK_RAW, IPPROTO_ICMP))); }},
      {"socket-mptcp", [](A) { return outcome(closed(socket(AF_INET, SOCK_STREAM, 262))); }},
      {"socket-unix", [](A) { return outcome(closed(socket(AF_UNIX, SOCK_STREAM, 0))); }},
      {"socket-packet", [](A) { return outcome(closed(socket(AF_PACKET, SOCK_RAW, 0))); }},
      {"socketpair-datagram",
       [](A) {
         int pair[2];
         return outcome(socketpair(AF_UNIX, SOCK_DGRAM, 0, pair));
       }},
      {"connect", connect_to},
      {"connect-nonblocking", connect_without_blocking},
      {"connect-unix", connect_unix},
      {"fast-open", send_without_connecting},
      {"bind", listen_locally},
      {"swap-ports", swap_ports},
      {"look-up", look_up},
      // processes
      {"fork",
       [](A) {
         const pid_t pid = fork();
         if (pid == 0) _exit(0);
         return outcome(pid);
       }},
      {"vfork",
       [](A) { return outcome(syscall(SYS_clone, CLONE_VM | CLONE_VFORK | SIGCHLD, 0, 0, 0, 0)); }},
      {"clone3", [](A) { return outcome(syscall(SYS_clone3, nullptr, 0)); }},
      {"spawn", spawn},
      {"exec",
       [](A) {
         const char* arguments[] = {"/bin/true", nullptr};
         return outcome(execve("/bin/true", const_cast<char**>(arguments), nullptr));
       }},
      {"exec-descriptor",
       [](A) {
         const char* arguments[] = {"true", nullptr};
         const int fd = open("/usr/lib", O_RDONLY | O_CLOEXEC);
         return outcome(syscall(SYS_execveat, fd, "", arguments, nullptr, AT_EMPTY_PATH));
       }},
      {"kill-parent", [](A) { return outcome(kill(getppid(), 0)); }},
      {"kill-all", [](A) { return outcome(kill(-1, 0)); }},
      {"raise", [](A) { return own_signal(0); }},
      {"kill-self", [](A) { return own_signal(1); }},
      {"abort", [](A) -> std::string { std::abort(); }},
      {"own-signals-to-parent",
       [](A) {
         const int fd = open("/dev/null", O_RDONLY);
         return outcome(fcntl(fd, F_SETOWN, getppid()));
       }},
      {"ptrace", [](A) { return outcome(ptrace(PTRACE_ATTACH, getppid(), nullptr, nullptr)); }},
      {"read-parent",
       [](A) {
         char byte;
         iovec here{&byte, 1};
         iovec there{&byte, 1};
         return outcome(process_vm_readv(getppid(), &here, 1, &there, 1, 0));
       }},
      // the kernel
      {"mount", [](A) { return outcome(syscall(SYS_mount, "none", "/mnt", "tmpfs", 0, nullptr)); }},
      {"unshare", [](A) { return outcome(unshare(CLONE_NEWUSER)); }},
      {"setns", [](A) { return outcome(setns(0, 0)); }},
      {"bpf",
       [](A) {
         bpf_attr attributes{};
         return outcome(syscall(SYS_bpf, BPF_MAP_CREATE, &attributes, sizeof attributes));
       }},
      {"keyctl", [](A) { return outcome(syscall(SYS_keyctl, 0, 0, 0)); }},
      {"userfaultfd", [](A) { return outcome(syscall(SYS_userfaultfd, 0)); }},
      {"io-uring", [](A) { return outcome(syscall(SYS_io_uring_setup, 1, nullptr)); }},
      {"memfd", [](A) { return outcome(closed(memfd_create("x", 0))); }},
      {"unknown-call", [](A) { return outcome(syscall(1023)); }},
      {"raise-limit",
       [](A) {
         const rlimit more{RLIM_INFINITY, RLIM_INFINITY};
         return outcome(setrlimit(RLIMIT_NOFILE, &more));
       }},
      {"undumpable", [](A) { return outcome(syscall(SYS_prctl, 4, 0, 0, 0, 0)); }},
      {"terminal-input", [](A) { return outcome(syscall(SYS_ioctl, 0, 0x5412, "x")); }},
      {"setuid", [](A) { return outcome(syscall(SYS_setuid, 1)); }},
      // what must work
      {"threads", make_threads},
      {"allocate", allocate},
      {"exception", throw_and_catch},
      {"random", two_random_numbers},
      {"timer", wait_for_timer},
      {"hour-in", abroad_time},
      {"locale",
       [](A a) {
         return std::string(setlocale(LC_ALL, a.at(0).c_str()) != nullptr ? "ok" : "none");
       }},
      {"load", load_library},
      {"user-name", [](A) { return std::string(getpwuid(0) != nullptr ? "known" : "unknown"); }},
      {"descriptors", open_descriptors},
  };
  return table;
}

}  // namespace

std::string perform(const std::string& line) {
  std::istringstream in(line);
  std::string name;
  in >> name;
  Arguments arguments;
  for (std::string word; in >> word;) arguments.push_back(word);
  const auto found = actions().find(name);
  return found == actions().end() ? "no such action" : found->second(arguments);
}

}  // namespace tenon::sandbox::probe
