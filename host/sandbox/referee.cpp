#include "host/sandbox/referee.hpp"

#include <fcntl.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <seccomp.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <ctime>

#include "host/sandbox/connector.hpp"
#include "host/sandbox/file_judge.hpp"
#include "host/sandbox/network_judge.hpp"
#include "host/sandbox/syscall_lists.hpp"
#include "host/sandbox/worker_view.hpp"

namespace tenon::sandbox {

namespace {

// So that one worker does not keep an event loop from the others.
constexpr int kRequestsAtATime = 16;
// SECCOMP_USER_NOTIF_FLAG_CONTINUE of Linux 5.5, which is older than no supported libseccomp.
constexpr uint32_t kContinue = 1;

std::string name_of(const seccomp_data& data) {
  const std::unique_ptr<char, void (*)(void*)> name(
      seccomp_syscall_resolve_num_arch(data.arch, data.nr), std::free);
  return name ? name.get() : "";
}

Request request_of(const seccomp_notif& notification) {
  Request made;
  made.id = notification.id;
  made.thread = static_cast<pid_t>(notification.pid);
  made.call = name_of(notification.data);
  std::ranges::copy(notification.data.args, made.arguments.begin());
  return made;
}

std::chrono::nanoseconds processor_time() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return std::chrono::seconds(now.tv_sec) + std::chrono::nanoseconds(now.tv_nsec);
}

bool is_thread(uint64_t flags) {
  return (flags & kThreadMask) == kThreadFlags;
}

}  // namespace

class Referee::Impl {
 public:
  Impl(Descriptor listener, pid_t pid, const Policy& policy, RefereeEvents events,
       RefereeOptions options)
      : listener_(std::move(listener)),
        threads_(policy.threads),
        has_servers_(!policy.outbound.empty()),
        view_(pid),
        files_(policy, view_, [this](const Request& request) { return waits(request); }),
        names_(policy, [this](const std::string& name) { refuse_name(name); }),
        network_(policy, view_, connector_, names_,
                 [this](const Request& request, const Descriptor& made, int fd) {
                   return replace(request, made, fd);
                 }),
        log_(options.limits, std::move(options.now)),
        events_(std::move(events)),
        epoll_(epoll_create1(EPOLL_CLOEXEC)) {}

  ~Impl() { seccomp_notify_free(asked_, answer_); }

  Result<void> start() {
    if (const int failed = seccomp_notify_alloc(&asked_, &answer_); failed != 0)
      return Error{
          Code::unavailable, std::string("seccomp notifications: ") + std::strerror(-failed), {}};
    for (const int fd : {listener_.get(), connector_.fd(), names_.fd()}) {
      epoll_event event{};
      event.events = EPOLLIN;
      if (epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd, &event) != 0)
        return Error{Code::unavailable,
                     std::string("watching a worker's listener: ") + std::strerror(errno),
                     {}};
    }
    return {};
  }

  int fd() const { return epoll_.get(); }
  std::vector<Denied> denials() const { return log_.all(); }

  bool handle_ready() {
    if (has_servers_) {
      for (const auto& done : connector_.take_done()) answer(done.request, done.error, 0);
      names_.handle_ready();
    }
    for (int i = 0; i < kRequestsAtATime; ++i) {
      // Receiving blocks when nothing is there.
      pollfd ready{listener_.get(), POLLIN, 0};
      if (poll(&ready, 1, 0) <= 0) return true;
      if ((ready.revents & POLLIN) == 0) return (ready.revents & (POLLHUP | POLLERR)) == 0;
      // The kernel wants it zeroed. What was asked may have been taken back meanwhile.
      std::memset(asked_, 0, sizeof *asked_);
      if (seccomp_notify_receive(listener_.get(), asked_) == 0) handle(request_of(*asked_));
    }
    return true;
  }

 private:
  void handle(const Request& request) {
    const auto before = processor_time();
    Verdict verdict = judge(request);
    if (verdict.kind == Verdict::Kind::proceed) {
      answer(request.id, 0, kContinue);
    } else if (verdict.kind == Verdict::Kind::answer) {
      answer(request.id, verdict.error, 0);
    }
    if (verdict.denied) {
      verdict.denied->syscall = request.call;
      tell(*verdict.denied);
    }
    count(verdict.denied.has_value(), processor_time() - before);
  }

  void tell(Denied denied) {
    if (log_.add(denied) && events_.on_denied) events_.on_denied(denied);
  }

  void count(bool refused, std::chrono::nanoseconds spent) {
    const auto flood = log_.count_request(refused, spent);
    if (!flood.empty() && events_.on_flood) events_.on_flood(flood);
  }

  void refuse_name(const std::string& name) {
    Denied denied = missing_permission("outbound", "look up " + name, name + ":PORT");
    denied.syscall = "connect";
    tell(std::move(denied));
    count(true, {});
  }

  Verdict judge(const Request& request) {
    if (request.call == "clone") return judge_clone(request);
    if (auto verdict = files_.judge(request)) return std::move(*verdict);
    if (auto verdict = network_.judge(request)) return std::move(*verdict);
    // What is too new for us is probably too new for some kernel, too: callers expect that.
    if (request.call.empty())
      return Verdict::refuse(ENOSYS, never_allowed("make an unknown system call"));
    return Verdict::refuse(EPERM, never_allowed(words(request)));
  }

  // Threads under way are not counted yet: as many as ask at once can be made beyond the limit.
  Verdict judge_clone(const Request& request) {
    if (threads_ <= 1 || !is_thread(request.arguments[0]))
      return Verdict::refuse(EPERM, is_thread(request.arguments[0])
                                        ? over_limit("threads", "make a thread", 2)
                                        : never_allowed("start a process"));
    if (view_.threads() < threads_) return Verdict::proceed();
    return Verdict::refuse(
        EAGAIN, over_limit("threads", "have more than " + std::to_string(threads_) + " threads",
                           uint64_t{threads_} * 2));
  }

  std::string words(const Request& request) const {
    const auto known = words_for(request.call);
    if (known.empty()) return "make the system call " + request.call;
    std::string said(known);
    if (request.call == "execve") {
      if (const auto path = view_.read_text(request.thread, request.arguments[0]))
        said = "start the program " + *path;
    } else if (request.call == "kill" || request.call == "tgkill" || request.call == "ptrace") {
      const size_t which = request.call == "ptrace" ? 1 : 0;
      said += " (" + std::to_string(static_cast<int32_t>(request.arguments[which])) + ")";
    } else if (request.call == "ioctl" || request.call == "fcntl") {
      said += " (" + request.call + " " + std::to_string(request.arguments[1]) + ")";
    } else if (request.call == "prctl") {
      said += " (prctl " + std::to_string(request.arguments[0]) + ")";
    } else if (request.call == "setsockopt") {
      said += " (" + std::to_string(request.arguments[1]) + ", " +
              std::to_string(request.arguments[2]) + ")";
    }
    return said;
  }

  bool waits(const Request& request) const {
    return seccomp_notify_id_valid(listener_.get(), request.id) == 0;
  }

  bool replace(const Request& request, const Descriptor& made, int fd) const {
    seccomp_notif_addfd added{};
    added.id = request.id;
    added.flags = SECCOMP_ADDFD_FLAG_SETFD;
    added.srcfd = static_cast<uint32_t>(made.get());
    added.newfd = static_cast<uint32_t>(fd);
    added.newfd_flags = O_CLOEXEC;
    return ioctl(listener_.get(), SECCOMP_IOCTL_NOTIF_ADDFD, &added) >= 0;
  }

  void answer(uint64_t id, int error, uint32_t flags) {
    std::memset(answer_, 0, sizeof *answer_);
    answer_->id = id;
    answer_->error = -error;
    answer_->flags = flags;
    // Fails when the thread has gone, and then nobody misses the answer.
    (void)seccomp_notify_respond(listener_.get(), answer_);
  }

  Descriptor listener_;
  uint32_t threads_;
  bool has_servers_;
  WorkerView view_;
  Connector connector_;
  FileJudge files_;
  NameService names_;
  NetworkJudge network_;
  DenialLog log_;
  RefereeEvents events_;
  Descriptor epoll_;
  seccomp_notif* asked_ = nullptr;
  seccomp_notif_resp* answer_ = nullptr;
};

Referee::Referee(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Referee::~Referee() = default;

Result<std::unique_ptr<Referee>> Referee::make(Descriptor listener, pid_t pid, const Policy& policy,
                                               RefereeEvents events, RefereeOptions options) {
  auto impl = std::make_unique<Impl>(std::move(listener), pid, policy, std::move(events),
                                     std::move(options));
  TN_CHECK(impl->start());
  return std::unique_ptr<Referee>(new Referee(std::move(impl)));
}

int Referee::fd() const {
  return impl_->fd();
}
bool Referee::handle_ready() {
  return impl_->handle_ready();
}
std::vector<Denied> Referee::denials() const {
  return impl_->denials();
}

}  // namespace tenon::sandbox
