#include "host/workers/isolated_worker.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include "host/crash/spoken_words.hpp"
#include "host/workers/side_channel.hpp"
#include "host/workers/worker_program.hpp"

namespace tenon::workers {
namespace {

Result<std::pair<Descriptor, Descriptor>> make_pipe() {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0)
    return Error{Code::limit, "a pipe to a worker cannot be made: too many descriptors are open"};
  fcntl(ends[0], F_SETFL, O_NONBLOCK);
  return std::pair<Descriptor, Descriptor>(Descriptor(ends[0]), Descriptor(ends[1]));
}

sandbox::GroupLimits group_limits(const sandbox::Policy& policy) {
  return {policy.memory_bytes, policy.cpu_percent, policy.threads};
}

}  // namespace

struct IsolatedWorker::Desk {
  Desk(Workers& workers, const WorkerRequest& request, WorkerCallbacks given)
      : workers(workers),
        name(request.name),
        policy(request.policy),
        callbacks(std::move(given)),
        lines([this](std::string_view line) {
          if (callbacks.on_line) callbacks.on_line(line);
        }) {}

  // ---- on the supervisor's thread
  void on_side();
  void on_output();
  void take_listener(SideMessage message);
  void deny(const sandbox::Denied& denied);
  void end(crash::Cause cause, const std::string& reason);
  Ended account(const isolation::ExitInfo& exit);
  void leave();

  uint64_t watch(int fd, std::function<void()> ready) {
    return workers.supervisor().watch(fd, std::move(ready));
  }
  void unwatch(uint64_t& id) {
    if (id) workers.supervisor().unwatch(std::exchange(id, 0));
  }

  Workers& workers;
  const std::string name;
  const sandbox::Policy policy;
  const WorkerCallbacks callbacks;
  Descriptor side, output, record;
  uint64_t side_watch = 0, output_watch = 0, referee_watch = 0;
  WorkerOutput lines;
  std::unique_ptr<sandbox::Referee> referee;
  std::optional<sandbox::Group> group;
  pid_t pid = 0;  // as the kernel told it

  mutable std::mutex mutex;  // guards what follows
  sandbox::Report layers;
  std::vector<sandbox::Denied> denials;
  std::optional<crash::Cause> cause;
  std::string reason;
  isolation::Worker* worker = nullptr;  // null: not ready yet, or ending
};

void IsolatedWorker::Desk::on_side() {
  auto message = receive_side_message(side.get());
  if (!message.ok()) {
    unwatch(side_watch);
    if (message.error().code == Code::invalid) end(crash::Cause::killed, message.error().message);
    return;
  }
  if (!*message) return;
  if ((*message)->listener) return take_listener(std::move(**message));
  auto told = sandbox::decode_report((*message)->layers);
  if (!told.ok()) return end(crash::Cause::killed, told.error().message);
  if (group)
    group->describe(*told);
  else
    sandbox::describe_missing_groups(workers.groups_missing(), *told);
  if (!group && policy.memory_bytes) sandbox::MemoryWatch::describe(policy.memory_bytes, *told);
  const std::lock_guard lock(mutex);
  layers = std::move(*told);
}

// The first word of a worker: from here on the host knows who it is.
void IsolatedWorker::Desk::take_listener(SideMessage message) {
  if (referee) return end(crash::Cause::killed, "it set up its sandbox twice");
  pid = message.sender;
  if (const auto* root = workers.groups()) {
    auto made = sandbox::Group::make(*root, fmt::format("{}-{}", name, pid), group_limits(policy));
    if (made.ok() && made->add(pid).ok()) group = std::move(*made);
  }
  if (!group && policy.memory_bytes)
    workers.watch_memory(pid, policy.memory_bytes,
                         [this](const std::string& why) { end(crash::Cause::out_of_memory, why); });
  sandbox::RefereeEvents events;
  events.on_denied = [this](const sandbox::Denied& denied) { deny(denied); };
  events.on_flood = [this](const std::string& why) { end(crash::Cause::killed, why); };
  auto made = sandbox::Referee::make(std::move(message.listener), pid, policy, std::move(events));
  if (!made.ok()) return end(crash::Cause::killed, made.error().message);
  referee = std::move(*made);
  referee_watch = watch(referee->fd(), [this] {
    if (!referee->handle_ready()) unwatch(referee_watch);
  });
}

void IsolatedWorker::Desk::deny(const sandbox::Denied& denied) {
  {
    const std::lock_guard lock(mutex);
    denials = referee->denials();
  }
  if (callbacks.on_denied) callbacks.on_denied(denied);
}

void IsolatedWorker::Desk::on_output() {
  if (!lines.read_from(output.get())) unwatch(output_watch);
}

void IsolatedWorker::Desk::end(crash::Cause why, const std::string& text) {
  const std::lock_guard lock(mutex);
  if (reason.empty()) {
    cause = why;
    reason = text;
  }
  if (worker) worker->kill(text);
}

// All that is known of an end, when the process has been reaped.
Ended IsolatedWorker::Desk::account(const isolation::ExitInfo& exit) {
  if (output_watch) (void)lines.read_from(output.get());
  lines.finish();
  const bool out_of_memory = group && group->out_of_memory_kills() > 0;
  const std::lock_guard lock(mutex);
  if (out_of_memory && !cause) {
    cause = crash::Cause::out_of_memory;
    reason = fmt::format("it needed more than its {} MiB of memory", policy.memory_bytes >> 20);
  }
  return {pid, exit, crash::read_record(record.get()), cause, reason, lines.tail()};
}

void IsolatedWorker::Desk::leave() {
  unwatch(side_watch);
  unwatch(output_watch);
  unwatch(referee_watch);
  if (pid) workers.forget_memory(pid);
  referee.reset();
  group.reset();
}

Result<std::unique_ptr<IsolatedWorker>> IsolatedWorker::start(Workers& workers,
                                                              const WorkerRequest& request,
                                                              WorkerCallbacks callbacks) {
  auto desk = std::make_shared<Desk>(workers, request, std::move(callbacks));
  TN_TRY(auto side, make_side_channel());
  TN_TRY(auto output, make_pipe());
  TN_TRY(auto record, make_pipe());
  desk->side = std::move(side.first);
  desk->output = std::move(output.first);
  desk->record = std::move(record.first);
  desk->side_watch = desk->watch(desk->side.get(), [at = desk.get()] { at->on_side(); });
  desk->output_watch = desk->watch(desk->output.get(), [at = desk.get()] { at->on_output(); });
  std::unique_ptr<IsolatedWorker> made(new IsolatedWorker(workers, desk));

  isolation::WorkerSpec spec;
  spec.program = workers.program();
  spec.environment = request.environment;
  spec.library = request.library;
  spec.output = output.second.get();
  spec.extra = {side.second.get(), record.second.get()};
  spec.name = request.name;
  spec.before_load = encode(request.policy);
  if (request.concurrency)
    spec.lanes.host_lanes = std::min(spec.lanes.host_lanes, request.concurrency);
  spec.start_timeout = request.start_timeout;
  spec.answer_timeout = request.hang;
  isolation::WorkerEvents events;
  events.on_exit = [at = desk.get()](const isolation::ExitInfo& exit) {
    Ended ended = at->account(exit);
    if (at->callbacks.on_ended) at->callbacks.on_ended(std::move(ended));
  };
  events.on_unresponsive = [at = desk.get(), hang = request.hang](const std::string& why) {
    at->end(crash::Cause::hang, fmt::format("{} for {} ms", why, hang.count()));
  };
  auto worker = isolation::Worker::start(workers.supervisor(), spec, std::move(events));
  // Its ends are the worker's alone now: when it dies, ours tell.
  side.second.reset();
  output.second.reset();
  record.second.reset();
  if (!worker.ok()) {
    Error error = std::move(worker).error();
    workers.supervisor().run([&] {
      desk->on_output();
      desk->lines.finish();
    });
    if (const auto words = crash::spoken_words(desk->lines.tail()); !words.empty())
      error.message += ": " + words;
    return error;
  }
  made->worker_ = std::move(*worker);
  const std::lock_guard lock(desk->mutex);
  desk->worker = made->worker_.get();
  if (!desk->reason.empty()) desk->worker->kill(desk->reason);
  return made;
}

IsolatedWorker::~IsolatedWorker() {
  {
    const std::lock_guard lock(desk_->mutex);
    desk_->worker = nullptr;
  }
  worker_.reset();
  workers_.supervisor().run([this] { desk_->leave(); });
}

void IsolatedWorker::end(crash::Cause cause, const std::string& reason) {
  desk_->end(cause, reason);
}

sandbox::Report IsolatedWorker::layers() const {
  const std::lock_guard lock(desk_->mutex);
  return desk_->layers;
}

std::vector<sandbox::Denied> IsolatedWorker::denials() const {
  const std::lock_guard lock(desk_->mutex);
  return desk_->denials;
}

}  // namespace tenon::workers
