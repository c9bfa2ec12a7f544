#include "host/isolation/worker.hpp"

#include <poll.h>
#include <signal.h>
#include <sys/wait.h>

extern "C" {  // glibc 2.36 forgets to say so
#include <sys/pidfd.h>
}

namespace tenon::isolation {

namespace {

using Clock = std::chrono::steady_clock;

// Messages that one worker may have the supervisor read before the others have their turn.
constexpr int kMessagesAtOnce = 32;
constexpr auto kReapPatience = std::chrono::seconds(10);
// How long a process may take from closing its connection to its end, such as to dump its core.
constexpr auto kEndPatience = std::chrono::seconds(1);

std::string describe(const std::string& name, pid_t pid, const ExitInfo& info,
                     const std::string& reason) {
  std::string text = "the worker of " + name + " (process " + std::to_string(pid) + ") ";
  if (info.signal == 0) {
    text += "ended with exit code " + std::to_string(info.code);
  } else {
    const char* abbreviation = sigabbrev_np(info.signal);
    const char* description = sigdescr_np(info.signal);
    text += "was killed by ";
    text +=
        abbreviation ? std::string("SIG") + abbreviation : "signal " + std::to_string(info.signal);
    if (description) text += std::string(" (") + description + ")";
  }
  return reason.empty() ? text : text + ": " + reason;
}

// Whether both sides read the same monotonic clock: between its look and ours lies the hello.
bool same_clock(int64_t theirs) {
  constexpr int64_t kSecond = 1'000'000'000;
  const int64_t apart = monotonic_now_ns() - theirs;
  return apart > -kSecond && apart < 60 * kSecond;
}

}  // namespace

Result<std::unique_ptr<Worker>> Worker::start(Supervisor& supervisor, const WorkerSpec& spec,
                                              WorkerEvents events) {
  std::unique_ptr<Worker> made(new Worker(supervisor, spec, std::move(events)));
  TN_TRY(const Descriptor memory, Region::make(spec.lanes));
  TN_TRY(Region region, Region::map(memory, spec.lanes));
  {
    TN_TRY(auto control, ControlSocket::make());
    made->control_ = std::move(control.first);
    std::vector<int> descriptors{control.second.fd(), memory.get(), spec.library};
    descriptors.insert(descriptors.end(), spec.extra.begin(), spec.extra.end());
    TN_TRY(made->child_, supervisor.start({spec.program, spec.arguments, spec.environment,
                                           std::move(descriptors), spec.output}));
  }  // only the worker holds its end from here on, so that its death closes it
  const StartMessage start{spec.lanes, spec.name, spec.before_load};
  const auto sent = made->control_.send(ControlOp::start, [&](Writer& out) { put(out, start); });
  // One that has ended already is described by its end.
  if (!sent.ok() && sent.error().code != Code::unavailable) return sent.error();
  TN_TRY(const Hello hello, made->shake_hands(Clock::now() + spec.start_timeout));

  Worker* worker = made.get();
  RingChannel::Outlet outlet;
  outlet.open_lane = [worker](uint32_t lane) {
    return worker->control_.send(ControlOp::open_lane, [&](Writer& out) { out.number(lane); });
  };
  outlet.refused = [worker](const Error& error) { worker->kill(error.message); };
  made->channel_ = std::make_unique<RingChannel>(std::move(region), RingChannel::Side::host,
                                                 supervisor.watcher(), std::move(outlet));
  made->endpoint_ = std::make_unique<Endpoint>(*made->channel_, same_clock(hello.monotonic_ns));
  made->plugin_ = std::make_unique<RemotePlugin>(*made->endpoint_, spec.own_clock);
  made->channel_->connect(*made->endpoint_);
  made->supervised_ = supervisor.add(*made, made->child_.pidfd.get(), made->control_.fd());
  return made;
}

Worker::~Worker() {
  if (supervised_) supervisor_.remove(supervised_);
  kill("its host has closed it");
  const auto info = child_.pid > 0 ? reap(kReapPatience) : std::nullopt;
  if (!channel_) return;
  channel_->end({Code::unavailable, info ? info->text : "the connection was closed"});
  channel_->join();
}

Result<Hello> Worker::shake_hands(Deadline deadline) {
  pollfd waiting[2] = {{control_.fd(), POLLIN, 0}, {child_.pidfd.get(), POLLIN, 0}};
  Buffer frame;
  for (;;) {
    ControlOp op{};
    auto arrived = control_.receive(frame, op);
    if (arrived.ok() && *arrived) return read_hello(frame, op);
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(*deadline - Clock::now());
    if (!arrived.ok() && arrived.error().code == Code::invalid) return std::move(arrived).error();
    if (!arrived.ok() || (waiting[1].revents & POLLIN)) {
      // It closes its end a little before it ends.
      if (const auto info = reap(kEndPatience))
        return Error{Code::unavailable, info->text + " before it was ready"};
      TN_CHECK(arrived);
    }
    if (left.count() <= 0)
      return Error{Code::timeout, "the worker of " + name_ + " was not ready in time"};
    ::poll(waiting, 2, static_cast<int>(left.count()));
  }
}

std::optional<ExitInfo> Worker::reap(std::chrono::milliseconds patience) {
  {
    std::lock_guard lock(mutex_);
    if (reaped_) return std::nullopt;
  }
  pollfd ended{child_.pidfd.get(), POLLIN, 0};
  const auto until = Clock::now() + patience;
  for (;;) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - Clock::now());
    if (::poll(&ended, 1, static_cast<int>(std::max<int64_t>(left.count(), 0))) > 0) break;
    if (left.count() <= 0) return std::nullopt;
  }
  siginfo_t found{};
  if (waitid(P_PID, static_cast<id_t>(child_.pid), &found, WEXITED | WNOHANG) != 0 ||
      found.si_pid != child_.pid)
    return std::nullopt;
  ExitInfo info;
  (found.si_code == CLD_EXITED ? info.code : info.signal) = found.si_status;
  info.dumped = found.si_code == CLD_DUMPED;
  std::lock_guard lock(mutex_);
  reaped_ = true;
  info.text = describe(name_, child_.pid, info, reason_);
  return info;
}

void Worker::kill(const std::string& reason) {
  std::lock_guard lock(mutex_);
  if (reaped_ || child_.pid <= 0) return;
  if (reason_.empty()) reason_ = reason;
  if (child_.pidfd)
    pidfd_send_signal(child_.pidfd.get(), SIGKILL, nullptr, 0);
  else
    ::kill(child_.pid, SIGKILL);  // not reaped yet, so the number is still its own
}

void Worker::on_end() {
  const auto info = reap(std::chrono::milliseconds(0));
  if (!info) return;
  ended_ = true;
  supervisor_.ignore(child_.pidfd.get());
  supervisor_.ignore(control_.fd());
  channel_->end({Code::unavailable, info->text});
  if (events_.on_exit) events_.on_exit(*info);
}

void Worker::on_message() {
  Buffer frame;
  for (int i = 0; i < kMessagesAtOnce; ++i) {
    ControlOp op{};
    auto arrived = control_.receive(frame, op);
    if (arrived.ok() && !*arrived) return;
    auto done = arrived.ok() ? take_message(frame, op) : Result<void>(std::move(arrived).error());
    if (done.ok()) continue;
    supervisor_.ignore(control_.fd());
    if (done.error().code == Code::invalid) return channel_->refuse(done.error());
    // It closed its end, so it is ending; a signal from here could hide why.
    hung_up_ = Clock::now();
    return;
  }
}

Result<void> Worker::take_message(const Buffer& frame, ControlOp op) {
  Reader body(frame.data(), frame.size(), kHeaderBytes);
  if (op == ControlOp::open_lane) {
    const auto lane = body.number<uint32_t>();
    TN_CHECK(body.finish());
    return channel_->serve_lane(lane);
  }
  if (op == ControlOp::pong) {
    const auto number = body.number<uint64_t>();
    TN_CHECK(body.finish());
    if (!pinged_ || number != ping_)
      return Error{Code::invalid, "a heartbeat was answered that nobody sent"};
    pinged_.reset();
    return {};
  }
  return Error{Code::invalid, "there is no message " + std::to_string(static_cast<int>(op))};
}

void Worker::on_beat() {
  if (ended_) return;
  if (hung_up_) {
    if (Clock::now() - *hung_up_ > kEndPatience) kill("it has closed its connection");
    return;
  }
  push_log_levels();
  const bool overrun = channel_->longest_overrun() > answer_timeout_;
  if (overrun && !reported_) {
    reported_ = true;
    if (events_.on_unresponsive)
      return events_.on_unresponsive("a call has not ended since its deadline");
  }
  if (!pinged_) {
    ++ping_;
    pinged_ = Clock::now();
    (void)control_.send(ControlOp::ping, [&](Writer& out) { out.number(ping_); });
    return;
  }
  if (reported_ || Clock::now() - *pinged_ < answer_timeout_) return;
  reported_ = true;
  if (events_.on_unresponsive) events_.on_unresponsive("it has not answered a heartbeat");
}

void Worker::push_log_levels() {
  const LogLevels changed = plugin_->changed_log_levels();
  if (changed.empty()) return;
  (void)control_.send(ControlOp::log_levels, [&](Writer& out) {
    out.number(static_cast<uint32_t>(changed.size()));
    for (const auto& [host, level] : changed) {
      out.number(host);
      out.number(level);
    }
  });
}

}  // namespace tenon::isolation
