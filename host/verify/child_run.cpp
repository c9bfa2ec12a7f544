#include "host/verify/child_run.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/wait.h>

#include <array>
#include <csignal>
#include <fstream>

#include "host/isolation/spawn.hpp"
#include "host/workers/worker_output.hpp"

namespace tenon::verify {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr size_t kMaxLine = 64 << 10;
constexpr auto kLastWords = 2s;  // for the record of a crash

struct Pipe {
  Descriptor read, write;
  static Result<Pipe> make() {
    std::array<int, 2> ends{};
    if (pipe2(ends.data(), O_CLOEXEC) != 0) return Error{Code::unavailable, "cannot make a pipe"};
    fcntl(ends[0], F_SETFL, O_NONBLOCK);
    return Pipe{Descriptor(ends[0]), Descriptor(ends[1])};
  }
};

// Splits what arrives into lines.
class Lines {
 public:
  // False: at the end, or what arrives is no line of ours.
  bool read_from(int fd, const std::function<void(std::string_view)>& on_line) {
    std::array<char, 16 << 10> buffer;
    const ssize_t count = ::read(fd, buffer.data(), buffer.size());
    if (count <= 0) return count < 0 && (errno == EAGAIN || errno == EINTR);
    text_.append(buffer.data(), static_cast<size_t>(count));
    for (size_t end; (end = text_.find('\n')) != std::string::npos; text_.erase(0, end + 1))
      on_line(std::string_view(text_).substr(0, end));
    return text_.size() <= kMaxLine;
  }

 private:
  std::string text_;
};

class Run {
 public:
  Run(const Job& job, std::chrono::milliseconds limit) : job_(job), limit_(limit) {}

  Result<ChildEnd> run(const std::string& self, const std::vector<std::string>& environment,
                       const std::function<void(const Line&)>& on_line) {
    TN_CHECK(start(self, environment));
    listen(on_line);
    return account();
  }

 private:
  Result<void> start(const std::string& self, const std::vector<std::string>& environment);
  void listen(const std::function<void(const Line&)>& on_line);
  void end(crash::Cause cause, const std::string& reason);
  bool wait_for_end(std::chrono::milliseconds patience) const;
  ChildEnd account();

  const Job& job_;
  const std::chrono::milliseconds limit_;
  isolation::Child child_;
  Descriptor results_, record_, output_;
  workers::WorkerOutput said_{[](std::string_view) {}};
  Clock::time_point begun_;
  bool done_ = false;
  std::optional<crash::Cause> cause_;
  std::string reason_;
};

Result<void> Run::start(const std::string& self, const std::vector<std::string>& environment) {
  const std::string file = job_.scratch + "/job.json";
  std::ofstream(file) << json::encode(job_);
  TN_TRY(auto results, Pipe::make());
  TN_TRY(auto record, Pipe::make());
  TN_TRY(auto output, Pipe::make());
  isolation::SpawnPlan plan;
  plan.program = self;
  plan.arguments = {"verify-child", file};
  plan.environment = environment;
  plan.descriptors = {results.write.get(), record.write.get()};
  plan.output = output.write.get();
  TN_TRY(child_, isolation::spawn(plan));
  results_ = std::move(results.read);
  record_ = std::move(record.read);
  output_ = std::move(output.read);
  begun_ = Clock::now();
  return {};
}

void Run::listen(const std::function<void(const Line&)>& on_line) {
  Lines lines;
  bool talks = true, writes = true;
  auto heard = Clock::now();
  while (talks) {
    std::array<pollfd, 3> ready = {{{results_.get(), POLLIN, 0},
                                    {writes ? output_.get() : -1, POLLIN, 0},
                                    {child_.pidfd.get(), POLLIN, 0}}};
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(heard + limit_ - Clock::now());
    if (left.count() <= 0)
      return end(crash::Cause::hang, fmt::format("silent for {} ms", limit_.count()));
    ::poll(ready.data(), ready.size(), static_cast<int>(left.count()));
    if (ready[1].revents) writes = said_.read_from(output_.get());
    if (ready[0].revents) {
      talks = lines.read_from(results_.get(), [&](std::string_view text) {
        heard = Clock::now();
        const auto line = parse_line(text);
        if (!line.ok()) return;
        if (line->check == "done")
          done_ = true;
        else
          on_line(*line);
      });
    } else if (ready[2].revents) {
      break;  // it ended, and somebody it started has the pipe
    }
  }
}

// Asks for a record of where it is, and then ends it.
void Run::end(crash::Cause cause, const std::string& reason) {
  cause_ = cause;
  reason_ = reason;
  kill(child_.pid, SIGABRT);
}

bool Run::wait_for_end(std::chrono::milliseconds patience) const {
  pollfd ended{child_.pidfd.get(), POLLIN, 0};
  return ::poll(&ended, 1, static_cast<int>(patience.count())) > 0;
}

ChildEnd Run::account() {
  if (!wait_for_end(kLastWords)) {
    if (!cause_ && !done_) {
      cause_ = crash::Cause::killed;
      reason_ = "it closed a descriptor that is not its own, and lived on";
    }
    kill(child_.pid, SIGKILL);
  }
  int status = 0;
  while (waitpid(child_.pid, &status, 0) < 0 && errno == EINTR) continue;
  kill(-child_.pid, SIGKILL);  // whatever it started is in its group
  while (said_.read_from(output_.get())) {
    pollfd more{output_.get(), POLLIN, 0};
    if (::poll(&more, 1, 0) <= 0) break;
  }
  ChildEnd out;
  out.done = done_ && WIFEXITED(status) && WEXITSTATUS(status) == 0;
  if (out.done) return out;
  crash::Death death;
  death.pid = child_.pid;
  death.generation = 1;
  death.wait_status = status;
  death.time = std::chrono::system_clock::now();
  death.uptime = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - begun_);
  death.cause = cause_;
  death.reason = reason_;
  death.output = out.output = said_.tail();
  out.report = crash::make_report(death, crash::read_record(record_.get()));
  return out;
}

}  // namespace

Result<Line> parse_line(std::string_view text) {
  return json::decode<Line>(text.substr(0, kMaxLine));
}

Result<ChildEnd> run_child_process(const std::string& self, const Job& job,
                                   const std::vector<std::string>& environment,
                                   std::chrono::milliseconds limit,
                                   const std::function<void(const Line&)>& on_line) {
  return Run(job, limit).run(self, environment, on_line);
}

}  // namespace tenon::verify
