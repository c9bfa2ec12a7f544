#include "host/plugins/instance.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace tenon::plugins {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr size_t kReloadsKept = 20;
constexpr auto kTrialPeriod = 50ms;
constexpr auto kDrainPeriod = 5ms;
// Most old generations are empty by then, and their end is part of the reload.
constexpr auto kQuickDrain = 20ms;

bool same_faces(const Manifest& a, const Manifest& b) {
  const auto same_route = [](const RouteSpec& x, const RouteSpec& y) {
    return x.method == y.method && x.path == y.path && x.access == y.access &&
           x.consumes == y.consumes && x.produces == y.produces &&
           x.max_body_bytes == y.max_body_bytes;
  };
  const auto same_page = [](const PageSpec& x, const PageSpec& y) {
    return x.path == y.path && x.title == y.title && x.module == y.module && x.styles == y.styles;
  };
  return std::equal(a.routes.begin(), a.routes.end(), b.routes.begin(), b.routes.end(),
                    same_route) &&
         std::equal(a.pages.begin(), a.pages.end(), b.pages.begin(), b.pages.end(), same_page);
}

std::chrono::microseconds micros_since(Clock::time_point begun) {
  return std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - begun);
}

}  // namespace

std::string_view state_name(State state) {
  switch (state) {
    case State::discovered:
      return "discovered";
    case State::loaded:
      return "loaded";
    case State::configured:
      return "configured";
    case State::started:
      return "started";
    case State::ready:
      return "ready";
    case State::degraded:
      return "degraded";
    case State::draining:
      return "draining";
    case State::stopped:
      return "stopped";
    case State::failed:
      return "failed";
  }
  return "unknown";
}

Instance::Instance(HostServices& services, const LibraryCopies& copies, InstanceSetup setup)
    : services_(services),
      copies_(copies),
      setup_(std::move(setup)),
      provider_(setup_.id, services.chains),
      manifest_(std::make_shared<Manifest>(setup_.candidate.manifest)) {
  status_.state = State::discovered;
  status_.since = std::chrono::system_clock::now();
  status_.file = setup_.candidate.file;
  provider_.limit(setup_.limits);
}

// ---- what it tells

Instance::Status Instance::status() const {
  const std::lock_guard lock(mutex_);
  return status_;
}

std::shared_ptr<const Manifest> Instance::manifest() const {
  const std::lock_guard lock(mutex_);
  return manifest_;
}

bool Instance::serves() const {
  const State state = status().state;
  return state == State::ready || state == State::degraded;
}

bool Instance::lost() const {
  const std::lock_guard lock(mutex_);
  return !lost_.empty();
}

void Instance::enter(State state, std::string reason) {
  {
    const std::lock_guard lock(mutex_);
    status_.state = state;
    status_.reason = reason;
    status_.since = std::chrono::system_clock::now();
  }
  services_.on_state(id(), state_name(state), reason);
}

void Instance::remember(const ReloadRecord& record) {
  {
    const std::lock_guard lock(mutex_);
    auto& all = status_.reloads;
    const auto same =
        std::find_if(all.begin(), all.end(), [&](const auto& one) { return one.to == record.to; });
    if (same != all.end()) all.erase(same);
    all.push_back(record);
    if (all.size() > kReloadsKept) all.erase(all.begin());
  }
  services_.on_reload(
      id(), record.outcome,
      fmt::format("generation {} ({}) beside {} ({}): {}", record.to, record.to_version,
                  record.from, record.from_version, record.reason));
}

ReloadRecord Instance::record_of(const Manifest& next, uint64_t number) const {
  ReloadRecord record;
  record.at = std::chrono::system_clock::now();
  record.from = current_.generation ? current_.generation->number() : 0;
  record.to = number;
  record.from_version =
      current_.origin.copy ? current_.origin.copy->manifest().version.to_string() : "";
  record.to_version = next.version.to_string();
  return record;
}

// ---- up and down

Result<Instance::Running> Instance::prepare(ControlThread& control, Origin origin, bool first) {
  Running next{std::make_shared<Generation>(services_, provider_, ++last_number_, setup_.deadlines),
               std::move(origin)};
  // The load step may be left behind: what it writes to must live as long as it.
  auto copy = std::make_shared<std::shared_ptr<const LibraryCopy>>(next.origin.copy);
  auto load = [copy, file = status().file,
               copies = copies_]() -> Result<std::unique_ptr<PluginCode>> {
    if (!*copy) {
      TN_TRY(*copy, LibraryCopy::make(file, copies));
    }
    TN_TRY(auto library, Library::open(*copy));
    return std::unique_ptr<PluginCode>(std::move(library));
  };
  const auto on_step = [&](Generation::Step step) {
    if (!first) return;
    enter(step == Generation::Step::loaded       ? State::loaded
          : step == Generation::Step::configured ? State::configured
                                                 : State::started);
  };
  const auto done = next.generation->bring_up(control, std::move(load), next.origin.config,
                                              next.origin.config_folder, on_step);
  if (!done.ok() && next.generation->lost()) {
    const std::lock_guard lock(mutex_);
    lost_.push_back(next.generation);
    ++status_.left_mapped;
  }
  TN_CHECK(done);
  next.origin.copy = *copy;
  return next;
}

Result<void> Instance::start(ControlThread& control) {
  const std::lock_guard changing(changing_);
  auto next = prepare(control, {nullptr, setup_.config, setup_.config_folder}, true);
  if (!next.ok()) {
    services_.metrics.remove_plugin(id());
    enter(State::failed, next.error().message);
    return next.error();
  }
  current_ = std::move(*next);
  {
    const std::lock_guard lock(mutex_);
    status_.generation = current_.generation->number();
  }
  provider_.serve(current_.generation->serving());
  current_.generation->run_timers();
  services_.bus.offer(provider_, manifest());
  enter(State::ready);
  probe(*current_.generation);
  return {};
}

void Instance::probe(Generation& generation) {
  const auto healthy = generation.probe();
  const auto now = status();
  if (healthy.ok() && now.state == State::degraded) enter(State::ready);
  if (!healthy.ok() && (now.state == State::ready || now.reason != healthy.error().message))
    enter(State::degraded, healthy.error().message);
}

void Instance::stop(ControlThread& control) {
  const std::lock_guard changing(changing_);
  if (watch_) end_trial("the instance stops");
  services_.bus.withdraw(id());
  if (!serves()) return;
  enter(State::draining);
  provider_.serve_none("it has been stopped");
  provider_.close(current_.generation->serving());
  Generations old;
  {
    const std::lock_guard lock(mutex_);
    old.swap(retiring_);
  }
  std::string problem;
  for (const auto& generation : old) (void)generation->take_down(control, &problem);
  const bool ended = current_.generation->take_down(control, &problem);
  if (!ended) {
    const std::lock_guard lock(mutex_);
    lost_.push_back(current_.generation);
  }
  current_ = {};
  if (ended && problem.empty())
    enter(State::stopped);
  else
    enter(State::failed, problem);
}

// ---- reload

Result<void> Instance::check_replacement(const Manifest& next) const {
  if (next.id != setup_.candidate.manifest.id)
    return Error{Code::invalid, fmt::format("it is the library {}, and {} is an instance of {}",
                                            next.id, id(), setup_.candidate.manifest.id)};
  if (const auto mapped = status().left_mapped; mapped >= setup_.keep_mapped)
    return Error{Code::limit,
                 fmt::format("{} old generations of {} could not be unloaded and are still mapped; "
                             "restart the host, or raise plugins.{}.reload.keep_mapped",
                             mapped, id(), id())};
  return services_.allow_reload(id(), next);
}

Result<ReloadRecord> Instance::reload(const ReloadRequest& request) {
  const std::lock_guard changing(changing_);
  if (watch_) end_trial("another reload began");
  if (!current_.generation)
    return Error{Code::unavailable, fmt::format("{} is not running: {}", id(), status().reason)};
  Origin origin{nullptr, request.config.value_or(current_.origin.config),
                request.config ? request.config_folder : current_.origin.config_folder};
  ReloadRecord record = record_of(*manifest(), last_number_ + 1);
  const auto refuse = [&](const Error& error) {
    record.outcome = "refused";
    record.reason = error.message;
    remember(record);
    return error;
  };
  const auto file = request.file.empty() ? status().file : request.file;
  auto copy = LibraryCopy::make(file, copies_);
  if (!copy.ok()) return refuse(copy.error());
  origin.copy = *copy;
  record.to_version = origin.copy->manifest().version.to_string();
  if (auto allowed = check_replacement(origin.copy->manifest()); !allowed.ok())
    return refuse(allowed.error());

  ControlThread control;
  auto next = prepare(control, std::move(origin), false);
  if (!next.ok()) return refuse(next.error());
  record.to = next->generation->number();
  if (auto healthy = next->generation->probe(); !healthy.ok()) {
    provider_.close(next->generation->serving());
    retire(next->generation);
    return refuse({healthy.error().code, "its probe failed: " + healthy.error().message});
  }
  record.reason = request.why;
  if (request.trial) {
    begin_trial(std::move(*next), *request.trial, record);
    return status().reloads.back();
  }
  if (auto done = exchange(control, std::move(*next), record); !done.ok())
    return refuse(done.error());
  return record;
}

// Both are started and nobody is in either while the state goes over.
Result<void> Instance::hand_over(ControlThread& control, Generation& from, Generation& to) {
  if (!from.can_hand_over() || !to.can_hand_over()) return {};
  provider_.close(from.serving());
  const auto moved = [&]() -> Result<void> {
    if (!from.serving().gate.drain(Clock::now() + setup_.deadlines.stop))
      return Error{Code::timeout,
                   "the running generation's calls did not end, so that it could not "
                   "hand over its state"};
    TN_TRY(const auto state, from.save(control));
    if (state) TN_CHECK(to.restore(control, *state));
    return {};
  }();
  if (!moved.ok()) from.serving().gate.open();
  return moved;
}

// New calls meet the next generation; the present one ends with the calls that it has.
Result<void> Instance::exchange(ControlThread& control, Running next, ReloadRecord& record) {
  struct Resume {
    Provider& provider;
    ~Resume() { provider.resume(); }
  };
  const bool hands_over = current_.generation->can_hand_over() && next.generation->can_hand_over();
  std::optional<Resume> resume;
  if (hands_over) {
    provider_.pause();
    resume.emplace(Resume{provider_});
    if (auto moved = hand_over(control, *current_.generation, *next.generation); !moved.ok()) {
      provider_.close(next.generation->serving());
      retire(next.generation);
      return moved;
    }
  }
  const auto begun = Clock::now();
  services_.timers.pause(current_.generation->owner());
  provider_.serve(next.generation->serving());
  resume.reset();
  record.swap = micros_since(begun);
  // A failed probe with callers inside sends them back: the old generation still runs.
  if (auto healthy = next.generation->probe(); !healthy.ok() && !hands_over) {
    provider_.serve(current_.generation->serving());
    services_.timers.resume(current_.generation->owner());
    provider_.close(next.generation->serving());
    retire(next.generation);
    return Error{healthy.error().code,
                 "its probe failed once it served: " + healthy.error().message};
  }
  const auto offering = Clock::now();
  const auto old_manifest = manifest();
  const std::shared_ptr<Generation> old = std::move(current_.generation);
  previous_ = std::move(current_.origin);
  current_ = std::move(next);
  const auto& copy = current_.origin.copy;
  {
    const std::lock_guard lock(mutex_);
    manifest_ = std::shared_ptr<const Manifest>(copy, &copy->manifest());
    status_.generation = current_.generation->number();
    status_.trial = 0;
    status_.file = copy->file();
  }
  services_.bus.offer(provider_, manifest());
  if (!same_faces(*old_manifest, copy->manifest())) services_.on_routes();
  current_.generation->run_timers();
  record.swap += micros_since(offering);
  record.outcome = "serving";
  remember(record);
  if (status().state != State::ready) enter(State::ready);
  provider_.close(old->serving());
  retire(old);
  return {};
}

Result<ReloadRecord> Instance::roll_back() {
  const std::lock_guard changing(changing_);
  if (watch_) {
    end_trial("asked for");
    return status().reloads.back();
  }
  if (!previous_)
    return Error{Code::conflict, fmt::format("{} has no earlier generation to go back to", id())};
  ControlThread control;
  ReloadRecord record = record_of(previous_->copy->manifest(), last_number_ + 1);
  record.reason = "rolled back to the code before";
  auto next = prepare(control, *previous_, false);
  if (!next.ok()) {
    record.outcome = "refused";
    record.reason = next.error().message;
    remember(record);
    return next.error();
  }
  TN_CHECK(exchange(control, std::move(*next), record));
  return record;
}

// ---- trial

void Instance::begin_trial(Running next, const TrialOptions& options, ReloadRecord record) {
  record.outcome = "trial";
  Serving& fresh = next.generation->serving();
  const Serving& old = current_.generation->serving();
  watch_.emplace(Watch{std::move(next), options, record, Clock::now(), old.counts(), fresh.counts(),
                       old.latency.snapshot(), fresh.latency.snapshot()});
  {
    const std::lock_guard lock(mutex_);
    status_.trial = record.to;
  }
  remember(record);
  provider_.begin_trial(fresh, options.share_per_mille);
  services_.keeper.start("trial " + id(), kTrialPeriod, 0ms,
                         [self = shared_from_this()] { self->watch_trial(); });
}

Observed Instance::observed(const Serving& serving, const CallGate::Counts& counts,
                            const observe::LatencySnapshot& latency) const {
  const auto now = serving.counts();
  return {now.calls - counts.calls, now.errors - counts.errors,
          since(latency, serving.latency.snapshot()).percentile(0.5)};
}

void Instance::watch_trial() {
  std::unique_lock changing(changing_, std::try_to_lock);
  if (changing && !watch_) return;
  if (changing) {
    Watch& watch = *watch_;
    const auto elapsed =
        std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - watch.begun);
    const Verdict verdict =
        judge(watch.options,
              observed(current_.generation->serving(), watch.old_counts, watch.old_latency),
              observed(watch.running.generation->serving(), watch.new_counts, watch.new_latency),
              elapsed);
    if (verdict.kind == Verdict::roll_back) return end_trial(verdict.reason);
    if (verdict.kind == Verdict::promote) {
      Running next = std::move(watch.running);
      ReloadRecord record = watch.record;
      record.reason = verdict.reason;
      watch_.reset();
      provider_.end_trial();
      ControlThread control;
      if (const auto done = exchange(control, std::move(next), record); !done.ok()) {
        record.outcome = "rolled back";
        record.reason = done.error().message;
        remember(record);
      }
      return;
    }
  }
  services_.keeper.start("trial " + id(), kTrialPeriod, 0ms,
                         [self = shared_from_this()] { self->watch_trial(); });
}

void Instance::end_trial(const std::string& reason) {
  provider_.end_trial();
  const Watch watch = std::move(*watch_);
  watch_.reset();
  {
    const std::lock_guard lock(mutex_);
    status_.trial = 0;
  }
  provider_.close(watch.running.generation->serving());
  retire(watch.running.generation);
  ReloadRecord record = watch.record;
  record.outcome = "rolled back";
  record.reason = reason;
  remember(record);
}

// ---- old generations

void Instance::retire(const std::shared_ptr<Generation>& old) {
  {
    const std::lock_guard lock(mutex_);
    retiring_.push_back(old);
  }
  if (old->serving().gate.drain(Clock::now() + kQuickDrain)) return finish(old);
  finish_later(old, Clock::now() + setup_.drain);
}

void Instance::finish_later(const std::shared_ptr<Generation>& old, Clock::time_point deadline) {
  services_.keeper.start("drain " + id(), kDrainPeriod, 0ms,
                         [self = shared_from_this(), old, deadline] {
                           if (old->serving().gate.is_empty() || Clock::now() >= deadline)
                             self->finish(old);
                           else
                             self->finish_later(old, deadline);
                         });
}

void Instance::finish(const std::shared_ptr<Generation>& old) {
  {
    const std::lock_guard lock(mutex_);
    const auto found = std::find(retiring_.begin(), retiring_.end(), old);
    if (found == retiring_.end()) return;  // the instance has been stopped meanwhile
    retiring_.erase(found);
  }
  ControlThread control;
  std::string problem;
  const bool ended = old->take_down(control, &problem);
  if (old->stays_mapped())
    problem =
        "its code could not be unloaded: a thread that lives on has thread-local destructors of "
        "it to run";
  if (!problem.empty())
    services_.on_reload(id(), "retiring", fmt::format("generation {}: {}", old->number(), problem));
  if (ended && !old->stays_mapped()) return;
  const std::lock_guard lock(mutex_);
  ++status_.left_mapped;
  if (!ended) lost_.push_back(old);
}

}  // namespace tenon::plugins
