// What happens when the worker process of an isolated instance ends by itself.
#include <fmt/format.h>

#include <algorithm>

#include "host/crash/symboliser.hpp"
#include "host/plugins/instance.hpp"
#include "host/plugins/worker_code.hpp"

namespace tenon::plugins {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr auto kSoon = 2ms;
constexpr size_t kDenialsKept = 50;

crash::CrashedPlugin crashed_plugin(const Manifest& manifest) {
  crash::CrashedPlugin out{manifest.id, manifest.version.to_string(), {}};
  for (const auto& provided : manifest.provides) out.provides.push_back(provided.interface_id);
  return out;
}

int wait_status(const isolation::ExitInfo& exit) {
  return exit.signal ? exit.signal | (exit.dumped ? 0x80 : 0) : exit.code << 8;
}

void describe_life(const Generation& generation, crash::Death& death) {
  death.uptime = generation.age();
  death.log_lines = generation.recent_lines();
}

}  // namespace

Result<std::unique_ptr<PluginCode>> Instance::start_worker(
    const std::shared_ptr<const LibraryCopy>& copy, const InstanceSetup& setup, uint64_t number) {
  // A folder that is not there when the sandbox closes cannot be granted any more.
  std::error_code failed;
  std::filesystem::create_directories(setup.grants.data_folder, failed);
  if (failed)
    return Error{
        Code::unavailable,
        fmt::format("cannot make {}: {}", setup.grants.data_folder.string(), failed.message())};
  WorkerSetup worker{setup.id, setup.permissions, setup.worker_limits, setup.supervision.hang,
                     setup.deadlines.load};
  workers::WorkerCallbacks callbacks;
  const std::weak_ptr<Instance> weak = weak_from_this();
  callbacks.on_ended = [weak, number](workers::Ended ended) {
    if (const auto self = weak.lock())
      self->on_worker_ended(number, std::make_shared<workers::Ended>(std::move(ended)));
  };
  callbacks.on_line = [logger = services_.logging.logger(setup.id)](std::string_view line) {
    observe::write(*logger, {observe::Level::warn, line});
  };
  callbacks.on_denied = [weak](const sandbox::Denied& denied) {
    if (const auto self = weak.lock()) self->note_denial(denied);
  };
  TN_TRY(auto code, WorkerCode::start(*services_.workers, copy, worker, std::move(callbacks)));
  return std::unique_ptr<PluginCode>(std::move(code));
}

void Instance::note_denial(const sandbox::Denied& denied) {
  {
    const std::lock_guard lock(mutex_);
    auto& all = status_.denials;
    const auto same = std::find_if(all.begin(), all.end(), [&](const auto& one) {
      return one.permission == denied.permission && one.detail == denied.detail;
    });
    if (same != all.end()) {
      same->count += denied.count;
    } else {
      if (all.size() == kDenialsKept) all.erase(all.begin());
      all.push_back(denied);
    }
  }
  services_.on_denied(id(), sandbox::describe(denied, id()));
}

// [the supervisor's thread] Whoever changes generations may be busy with that for long.
void Instance::on_worker_ended(uint64_t number, std::shared_ptr<workers::Ended> ended) {
  services_.keeper.start("end " + id(), 0ms, 0ms, [self = shared_from_this(), number, ended] {
    self->take_end(number, ended);
  });
}

void Instance::take_end(uint64_t number, const std::shared_ptr<workers::Ended>& ended) {
  std::unique_lock changing(changing_, std::try_to_lock);
  if (!changing) {
    services_.keeper.start("end " + id(), kSoon, 0ms, [self = shared_from_this(), number, ended] {
      self->take_end(number, ended);
    });
    return;
  }
  crash::Death death;
  death.generation = number;
  if (watch_ && watch_->running.generation->number() == number) {
    describe_life(*watch_->running.generation, death);
    end_trial("it crashed: " + ended->exit.text);
  } else if (current_.generation && current_.generation->number() == number) {
    const auto dead = std::exchange(current_.generation, nullptr);
    describe_life(*dead, death);
    if (watch_) end_trial("the generation beside it crashed");
    restarts_.crashed();
    wait_for_restart(ended->exit.text);
    retire(dead);
  }
  changing.unlock();
  report_crash(std::move(death), *ended);
}

// Says what comes next, and sees to it.
void Instance::wait_for_restart(const std::string& what) {
  const std::string why = fmt::format("{}; {}", what, restarts_.explain());
  // First, so that callers turn to others that provide the same.
  if (!restarts_.next_start()) services_.bus.withdraw(id());
  provider_.serve_none(why);
  {
    const std::lock_guard lock(mutex_);
    status_.restarts = restarts_.restarts();
    status_.worker.reset();
  }
  enter(State::degraded, why);
  const auto next = restarts_.next_start();
  if (!next) return;
  const auto delay = std::max(Clock::duration(0), *next - Clock::now());
  services_.keeper.start("restart " + id(), delay, 0ms,
                         [self = shared_from_this()] { self->restart(); });
}

void Instance::restart() {
  std::unique_lock changing(changing_, std::try_to_lock);
  if (!changing) {
    services_.keeper.start("restart " + id(), kSoon, 0ms,
                           [self = shared_from_this()] { self->restart(); });
    return;
  }
  if (stopped_ || current_.generation || !current_.origin.copy) return;  // somebody was quicker
  ControlThread control;
  auto next = prepare(control, current_.origin, false);
  if (!next.ok()) {
    restarts_.crashed();
    return wait_for_restart(next.error().message);
  }
  serve_first(std::move(*next));
}

// Nobody serves; from now on this one does.
void Instance::serve_first(Running next) {
  current_ = std::move(next);
  restarts_.started();
  {
    const std::lock_guard lock(mutex_);
    status_.restarts = restarts_.restarts();
    show_current();
  }
  provider_.serve(current_.generation->serving());
  current_.generation->run_timers();
  services_.bus.offer(provider_, manifest());
  enter(State::ready,
        fmt::format("{}, {}, {} ms", manifest()->version.to_string(),
                    isolated() ? "isolated" : "in_process", current_.generation->age().count()));
  probe(*current_.generation);
}

// The same after a crash, by a reload: there is nothing to be exchanged.
void Instance::serve_after_crash(Running next, ReloadRecord& record) {
  previous_ = current_.origin;
  const auto old_pages = status().pages;
  adopt(next.origin.setup);
  serve_first(std::move(next));
  if (old_pages != status().pages) services_.on_routes();
  record.outcome = "serving";
  remember(record);
}

void Instance::report_crash(crash::Death death, const workers::Ended& ended) {
  death.instance = id();
  death.plugin = crashed_plugin(*manifest());
  death.pid = ended.pid;
  death.wait_status = wait_status(ended.exit);
  death.time = std::chrono::system_clock::now();
  death.cause = ended.cause;
  death.reason = ended.reason;
  death.output = ended.output;
  auto report = crash::make_report(death, ended.record);
  crash::add_symbols(report, status().file.string());
  services_.on_crash(report);
}

}  // namespace tenon::plugins
