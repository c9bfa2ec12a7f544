#include "host/sandbox/syscall_lists.hpp"

#include <asm/ioctls.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <linux/prctl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/mman.h>
#include <sys/socket.h>

#include <algorithm>

namespace tenon::sandbox {

namespace {

// clang-format off
constexpr const char* kAllowed[] = {
    // memory. memfd_create is not here: what is written to one is counted nowhere.
    "brk", "mmap", "munmap", "mremap", "mprotect", "madvise", "msync", "mincore", "mlock",
    "mlock2", "munlock", "membarrier",
    // threads and locks, once made
    "futex", "set_robust_list", "set_tid_address", "rseq", "gettid", "sched_yield",
    "sched_getaffinity", "sched_getparam", "sched_getscheduler", "sched_get_priority_max",
    "sched_get_priority_min", "sched_rr_get_interval", "getcpu", "arch_prctl", "exit", "exit_group",
    "restart_syscall",
    // handlers of signals; who may be signalled is below
    "rt_sigaction", "rt_sigprocmask", "rt_sigreturn", "rt_sigpending", "rt_sigtimedwait",
    "rt_sigsuspend", "sigaltstack", "signalfd", "signalfd4", "pause",
    // time
    "clock_gettime", "clock_getres", "clock_nanosleep", "nanosleep", "gettimeofday", "time", "times",
    "timer_create", "timer_settime", "timer_gettime", "timer_getoverrun", "timer_delete",
    "timerfd_create", "timerfd_settime", "timerfd_gettime", "setitimer", "getitimer", "alarm",
    // files that are open: how is decided when they are opened
    "read", "readv", "pread64", "preadv", "preadv2", "write", "writev", "pwrite64", "pwritev",
    "pwritev2", "close", "lseek", "fstat", "ftruncate", "fallocate",
    "fsync", "fdatasync", "sync_file_range", "flock", "fadvise64", "readahead", "copy_file_range",
    "sendfile", "splice", "tee", "getdents", "getdents64", "dup", "dup2", "dup3", "pipe", "pipe2",
    "fstatfs", "fchdir", "umask",
    // names and properties of files, which Landlock does not hide
    "stat", "lstat", "newfstatat", "statx", "access", "faccessat", "faccessat2", "readlink",
    "readlinkat", "getcwd", "chdir", "statfs",
    // waiting
    "poll", "ppoll", "select", "pselect6", "epoll_create", "epoll_create1",
    "epoll_ctl", "epoll_wait", "epoll_pwait", "epoll_pwait2", "eventfd", "eventfd2",
    // the host's channel: a connected Unix socket that the worker was born with
    "recvmsg", "recvfrom", "shutdown", "getsockname", "getpeername", "getsockopt",
    // who and where it is
    "getpid", "getppid", "getuid", "geteuid", "getgid", "getegid", "getresuid", "getresgid",
    "getgroups", "getpgrp", "getpgid", "getsid", "uname", "sysinfo", "getrusage", "getrlimit",
    "capget", "getrandom", "getpriority"};

constexpr uint64_t kOpensForWriting = O_ACCMODE | O_CREAT | O_TRUNC;

constexpr ArgumentTest equals(unsigned argument, uint64_t value) {
  return {argument, kWholeArgument, value};
}
constexpr ArgumentTest none_of(unsigned argument, uint64_t bits) { return {argument, bits, 0}; }
// Of an int, whose upper half the kernel does not look at.
constexpr ArgumentTest type_is(unsigned argument, uint64_t type) { return {argument, 0xf, type}; }

constexpr ConditionalCall kConditional[] = {
    // reading; writing is decided elsewhere
    {"open", none_of(1, kOpensForWriting)},
    {"openat", none_of(2, kOpensForWriting)},
    {"close_range", none_of(2, CLOSE_RANGE_UNSHARE)},
    // no F_SETOWN and the like: they make the kernel signal other processes
    {"fcntl", equals(1, F_DUPFD)}, {"fcntl", equals(1, F_DUPFD_CLOEXEC)},
    {"fcntl", equals(1, F_GETFD)}, {"fcntl", equals(1, F_SETFD)},
    {"fcntl", equals(1, F_GETFL)}, {"fcntl", equals(1, F_SETFL)},
    {"fcntl", equals(1, F_GETLK)}, {"fcntl", equals(1, F_SETLK)}, {"fcntl", equals(1, F_SETLKW)},
    {"fcntl", equals(1, F_OFD_GETLK)}, {"fcntl", equals(1, F_OFD_SETLK)},
    {"fcntl", equals(1, F_OFD_SETLKW)}, {"fcntl", equals(1, F_GETPIPE_SZ)},
    {"fcntl", equals(1, F_GET_SEALS)},
    // is it a terminal, how much is there to read, do not block
    {"ioctl", equals(1, TCGETS)}, {"ioctl", equals(1, TIOCGWINSZ)}, {"ioctl", equals(1, FIONREAD)},
    {"ioctl", equals(1, FIONBIO)}, {"ioctl", equals(1, FIOCLEX)}, {"ioctl", equals(1, FIONCLEX)},
    // no change of dumpable (the host reads this process), of the parent's death signal, of tracers
    {"prctl", equals(0, PR_SET_NAME)}, {"prctl", equals(0, PR_GET_NAME)},
    {"prctl", equals(0, PR_SET_VMA)}, {"prctl", equals(0, PR_CAPBSET_READ)},
    {"prctl", equals(0, PR_GET_DUMPABLE)}, {"prctl", equals(0, PR_SET_TIMERSLACK)},
    {"prctl", equals(0, PR_GET_TIMERSLACK)}, {"prctl", equals(0, PR_GET_NO_NEW_PRIVS)},
    {"prctl", equals(0, PR_GET_SECCOMP)}, {"prctl", equals(0, PR_GET_THP_DISABLE)},
    // asking for limits, not setting them
    {"prlimit64", equals(2, 0)},
    // to the peer that the socket is connected to, and no other
    {"sendto", equals(4, 0), none_of(3, MSG_FASTOPEN)},
    {"sendmsg", none_of(2, MSG_FASTOPEN)},
    {"sendmmsg", none_of(3, MSG_FASTOPEN)},
    {"setsockopt", equals(1, SOL_SOCKET), equals(2, SO_RCVTIMEO)},
    {"setsockopt", equals(1, SOL_SOCKET), equals(2, SO_SNDTIMEO)},
    {"setsockopt", equals(1, SOL_SOCKET), equals(2, SO_RCVBUF)},
    {"setsockopt", equals(1, SOL_SOCKET), equals(2, SO_SNDBUF)},
    // not SOCK_DGRAM, which could send to any socket's path
    {"socketpair", equals(0, AF_UNIX), type_is(1, SOCK_STREAM)},
    {"socketpair", equals(0, AF_UNIX), type_is(1, SOCK_SEQPACKET)}};

constexpr const char* kOnItself[] = {
    // abort(), raise(), pthread_kill()
    "kill", "tgkill", "rt_sigqueueinfo", "rt_tgsigqueueinfo",
    // a crash handler reads memory that may not be there
    "process_vm_readv"};

constexpr const char* kAllowedWithServers[] = {"recvmmsg"};

// TCP only: the host makes connections and sees where they go; what other protocols send it could
// not see. The name service's socket is answered by the host as well.
constexpr ConditionalCall kConditionalWithServers[] = {
    {"socket", equals(0, AF_INET), type_is(1, SOCK_STREAM), equals(2, 0)},
    {"socket", equals(0, AF_INET), type_is(1, SOCK_STREAM), equals(2, IPPROTO_TCP)},
    {"socket", equals(0, AF_INET6), type_is(1, SOCK_STREAM), equals(2, 0)},
    {"socket", equals(0, AF_INET6), type_is(1, SOCK_STREAM), equals(2, IPPROTO_TCP)},
    {"setsockopt", equals(1, SOL_SOCKET), equals(2, SO_KEEPALIVE)},
    {"setsockopt", equals(1, SOL_SOCKET), equals(2, SO_REUSEADDR)},
    {"setsockopt", equals(1, SOL_SOCKET), equals(2, SO_LINGER)},
    {"setsockopt", equals(1, IPPROTO_TCP), equals(2, TCP_NODELAY)},
    {"setsockopt", equals(1, IPPROTO_TCP), equals(2, TCP_CORK)},
    {"setsockopt", equals(1, IPPROTO_TCP), equals(2, TCP_KEEPIDLE)},
    {"setsockopt", equals(1, IPPROTO_TCP), equals(2, TCP_KEEPINTVL)},
    {"setsockopt", equals(1, IPPROTO_TCP), equals(2, TCP_KEEPCNT)},
    {"setsockopt", equals(1, IPPROTO_TCP), equals(2, TCP_QUICKACK)},
    {"setsockopt", equals(1, IPPROTO_TCP), equals(2, TCP_USER_TIMEOUT)},
    {"setsockopt", equals(1, IPPROTO_IP), equals(2, IP_TOS)},
    {"setsockopt", equals(1, IPPROTO_IPV6), equals(2, IPV6_V6ONLY)}};

constexpr const char* kPathWriting[] = {
    "creat", "mkdir", "mkdirat", "rmdir", "unlink", "unlinkat", "rename", "renameat", "renameat2",
    "link", "linkat", "symlink", "symlinkat", "truncate"};

constexpr const char* kAbsent[] = {
    // the C library falls back to clone, whose flags a filter can see
    "clone3",
    // to openat, likewise
    "openat2",
    // newer ways to do what the older calls do
    "futex_waitv", "pidfd_open", "io_uring_setup", "io_uring_enter", "io_uring_register",
    "pkey_alloc", "pkey_free", "pkey_mprotect", "get_mempolicy", "set_mempolicy", "mbind",
    "process_madvise", "memfd_secret", "landlock_create_ruleset", "setxattr", "lsetxattr",
    "fsetxattr", "getxattr", "lgetxattr", "fgetxattr", "listxattr", "llistxattr", "flistxattr",
    "sched_getattr", "sched_setattr", "ioprio_get", "ioprio_set"};
// clang-format on

struct Words {
  std::string_view name;
  std::string_view words;
};

constexpr Words kWords[] = {
    {"execve", "start a program"},
    {"execveat", "start a program"},
    {"fork", "start a process"},
    {"vfork", "start a process"},
    {"clone", "start a process"},
    {"ptrace", "trace another process"},
    {"process_vm_readv", "read the memory of another process"},
    {"process_vm_writev", "write to the memory of another process"},
    {"kcmp", "look into another process"},
    {"pidfd_getfd", "take a descriptor of another process"},
    {"kill", "signal another process"},
    {"tkill", "signal a thread by its number alone"},
    {"tgkill", "signal another process"},
    {"rt_sigqueueinfo", "signal another process"},
    {"rt_tgsigqueueinfo", "signal another process"},
    {"pidfd_send_signal", "signal another process"},
    {"bind", "listen on a network address"},
    {"listen", "listen on a network address"},
    {"accept", "accept a connection"},
    {"accept4", "accept a connection"},
    {"memfd_create", "make memory that its limit does not count"},
    {"shmget", "make memory that its limit does not count"},
    {"mq_open", "open a message queue"},
    {"mount", "mount a file system"},
    {"umount2", "unmount a file system"},
    {"move_mount", "mount a file system"},
    {"fsopen", "mount a file system"},
    {"open_tree", "mount a file system"},
    {"pivot_root", "change the root folder"},
    {"chroot", "change the root folder"},
    {"unshare", "make a namespace"},
    {"setns", "enter a namespace"},
    {"bpf", "load a program into the kernel"},
    {"perf_event_open", "watch the kernel's counters"},
    {"init_module", "load a kernel module"},
    {"finit_module", "load a kernel module"},
    {"userfaultfd", "handle page faults"},
    {"keyctl", "use the kernel's keys"},
    {"add_key", "use the kernel's keys"},
    {"request_key", "use the kernel's keys"},
    {"seccomp", "change its system call filter"},
    {"setrlimit", "change its limits"},
    {"prlimit64", "change limits"},
    {"setpriority", "change its priority"},
    {"sched_setscheduler", "change its priority"},
    {"sched_setaffinity", "choose its processors"},
    {"setuid", "change its user"},
    {"setgid", "change its group"},
    {"setresuid", "change its user"},
    {"setresgid", "change its group"},
    {"capset", "change its capabilities"},
    {"setsid", "leave its session"},
    {"setpgid", "leave its process group"},
    {"chown", "change the owner of a file"},
    {"lchown", "change the owner of a file"},
    {"fchown", "change the owner of a file"},
    {"fchownat", "change the owner of a file"},
    {"mknod", "make a device"},
    {"mknodat", "make a device"},
    {"reboot", "restart the machine"},
    {"clock_settime", "set the clock"},
    {"settimeofday", "set the clock"},
    {"sethostname", "rename the machine"},
    {"syslog", "read the kernel's log"},
    {"inotify_init", "watch files"},
    {"inotify_init1", "watch files"},
    {"fanotify_init", "watch files"},
    {"setsockopt", "set this option of a socket"},
    {"ioctl", "control a device"},
    {"fcntl", "do this to a descriptor"},
    {"prctl", "do this to itself"},
};

}  // namespace

std::span<const char* const> allowed_calls() {
  return kAllowed;
}
std::span<const ConditionalCall> conditional_calls() {
  return kConditional;
}
std::span<const char* const> calls_on_itself() {
  return kOnItself;
}
std::span<const char* const> allowed_calls_with_servers() {
  return kAllowedWithServers;
}
std::span<const ConditionalCall> conditional_calls_with_servers() {
  return kConditionalWithServers;
}
std::span<const char* const> path_writing_calls() {
  return kPathWriting;
}
std::span<const char* const> absent_calls() {
  return kAbsent;
}

std::string_view words_for(std::string_view name) {
  const auto found = std::ranges::find(kWords, name, &Words::name);
  return found == std::end(kWords) ? std::string_view{} : found->words;
}

}  // namespace tenon::sandbox
