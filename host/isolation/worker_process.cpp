#include "host/isolation/worker_process.hpp"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

extern "C" {  // glibc 2.36 forgets to say so
#include <sys/pidfd.h>
}

#include "host/isolation/handshake.hpp"

namespace tenon::isolation {

namespace {

constexpr int kFirstFd = 3;
// Above all descriptors of a worker, so that moving one does not overwrite the next.
constexpr int kParkedFd = 200;

Result<pid_t> spawn(const WorkerOptions& options, const Lanes& lanes) {
  std::vector<const Socket*> sockets{&lanes.control};
  for (const auto& socket : lanes.calling) sockets.push_back(&socket);
  for (const auto& socket : lanes.serving) sockets.push_back(&socket);
  std::vector<Socket> parked;
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  for (size_t i = 0; i < sockets.size(); ++i) {
    parked.emplace_back(fcntl(sockets[i]->fd(), F_DUPFD_CLOEXEC, kParkedFd));
    posix_spawn_file_actions_adddup2(&actions, parked.back().fd(), kFirstFd + static_cast<int>(i));
  }
  std::vector<std::string> words{options.program.string(), options.plugin.string(),
                                 std::to_string(lanes.calling.size()),
                                 std::to_string(lanes.serving.size()), std::to_string(getpid())};
  std::vector<char*> arguments;
  for (auto& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  pid_t pid = -1;
  const int failed =
      posix_spawn(&pid, options.program.c_str(), &actions, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (failed != 0)
    return Error{Code::unavailable, "cannot start a worker: " + std::string(std::strerror(failed)),
                 options.program.string()};
  return pid;
}

}  // namespace

Supervisor::Supervisor() : thread_([this] { work(); }) {}

Supervisor::~Supervisor() {
  {
    std::lock_guard lock(mutex_);
    ending_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

Result<pid_t> Supervisor::run(std::function<Result<pid_t>()> job) {
  std::packaged_task<Result<pid_t>()> task(std::move(job));
  auto answer = task.get_future();
  {
    std::lock_guard lock(mutex_);
    jobs_.push_back(std::move(task));
  }
  changed_.notify_all();
  return answer.get();
}

void Supervisor::work() {
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [&] { return ending_ || !jobs_.empty(); });
    if (jobs_.empty()) return;
    auto jobs = std::move(jobs_);
    jobs_.clear();
    lock.unlock();
    for (auto& job : jobs) job();
    lock.lock();
  }
}

Result<std::unique_ptr<WorkerProcess>> WorkerProcess::start(Supervisor& supervisor,
                                                            const WorkerOptions& options) {
  TN_TRY(auto lanes, make_lanes(options.calling, options.serving));
  std::unique_ptr<WorkerProcess> made(new WorkerProcess);
  TN_TRY(made->pid_, supervisor.run([&] { return spawn(options, lanes.second); }));
  // only the worker holds its ends from here on, so that its death closes them
  lanes.second = {};
  made->pidfd_ = Socket(pidfd_open(made->pid_, 0));
  const auto deadline = std::chrono::steady_clock::now() + options.start_timeout;
  TN_TRY(const Hello hello, receive_hello(lanes.first.control, deadline));
  constexpr int64_t kSecond = 1'000'000'000;
  const int64_t apart = monotonic_now_ns() - hello.monotonic_ns;
  made->channel_ = std::make_unique<SocketChannel>(std::move(lanes.first));
  made->endpoint_ =
      std::make_unique<Endpoint>(*made->channel_, apart > -kSecond && apart < 60 * kSecond);
  made->plugin_ = std::make_unique<RemotePlugin>(*made->endpoint_);
  made->channel_->connect(*made->endpoint_);
  return made;
}

WorkerProcess::~WorkerProcess() {
  if (channel_) channel_->close();
  kill();
  if (pid_ > 0) waitpid(pid_, nullptr, 0);
}

void WorkerProcess::kill() {
  if (pidfd_.fd() >= 0)
    pidfd_send_signal(pidfd_.fd(), SIGKILL, nullptr, 0);
  else if (pid_ > 0)
    ::kill(pid_, SIGKILL);  // not reaped yet, so the number is still its own
}

}  // namespace tenon::isolation
