#include "host/plugins/instance.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <random>

namespace tenon::plugins {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr size_t kReloadsKept = 20;
constexpr auto kDrainPeriod = 5ms;
// Most old generations are empty by then, and their end is part of the reload.
constexpr auto kQuickDrain = 20ms;

crash::RestartOptions restart_options(const config::Supervision& supervision) {
  crash::RestartOptions options;
  options.at_first = supervision.first_backoff;
  options.first_delay = supervision.second_backoff;
  options.longest_delay = supervision.max_backoff;
  options.crashes = supervision.max_crashes + 1;
  options.window = supervision.window;
  return options;
}

// Between 0 and 1, for delays that must not coincide.
double jitter() {
  thread_local std::minstd_rand engine{std::random_device()()};
  return std::uniform_real_distribution<>()(engine);
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
      provider_(setup.id, services.chains),
      restarts_(
          restart_options(setup.supervision), [] { return Clock::now(); }, jitter),
      setup_(std::make_shared<const InstanceSetup>(std::move(setup))),
      manifest_(std::make_shared<Manifest>(setup_->candidate.manifest)) {
  status_.state = State::discovered;
  status_.since = std::chrono::system_clock::now();
  status_.file = setup_->candidate.file;
  provider_.limit(setup_->limits);
}

Result<Permissions> permissions_for(const InstanceSetup& setup, const Manifest& manifest) {
  Permissions permissions({setup.id, manifest, setup.grants.lists, setup.grants.own,
                           setup.grants.data_folder, setup.config_folder, setup.grants.written});
  TN_CHECK(check_granted(setup, permissions, manifest));
  return permissions;
}

Result<void> check_granted(const InstanceSetup& setup, const Permissions& permissions,
                           const Manifest& manifest) {
  for (const auto& route : manifest.routes)
    if (setup.grants.lists.routes) TN_CHECK(permissions.may_serve(route.method, route.path));
  for (const auto& required : manifest.requires_)
    if (!required.optional) TN_CHECK(permissions.may_use(required.interface_id));
  return {};
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

std::shared_ptr<const InstanceSetup> Instance::setup() const {
  const std::lock_guard lock(mutex_);
  return setup_;
}

std::string Instance::build_id() const {
  const std::lock_guard lock(mutex_);
  return build_id_;
}

std::optional<signing::Verdict> Instance::signature() const {
  const std::lock_guard lock(mutex_);
  if (!serving_copy_ || !setup_->trust->looks()) return std::nullopt;
  return serving_copy_->judged_by(*setup_->trust);
}

bool Instance::stays_trusted(const signing::Trust& next) const {
  const std::lock_guard lock(mutex_);
  return !serving_copy_ || next.admit(serving_copy_->judged_by(next)).ok();
}

bool Instance::serves() const {
  const std::lock_guard lock(mutex_);
  const State state = status_.state;
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
    status_.reason = state == State::ready ? "" : reason;
    status_.since = std::chrono::system_clock::now();
  }
  services_.on_state(id(), state_name(state), reason);
}

void Instance::remember(const ReloadRecord& record) {
  {
    const std::lock_guard lock(mutex_);
    auto& all = status_.reloads;
    // How a trial ended stands in the place of its beginning.
    std::erase_if(all,
                  [&](const auto& one) { return one.to == record.to && one.outcome == "trial"; });
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

// The checked bytes of a file, as the configuration trusts them.
Result<std::shared_ptr<const LibraryCopy>> Instance::copy_of(const std::filesystem::path& file,
                                                             const InstanceSetup& setup) {
  TN_TRY(auto copy, LibraryCopy::make(file, copies_, *setup.trust));
  if (!setup.trust->looks()) return copy;
  const auto verdict = copy->judged_by(*setup.trust);
  if (!verdict.trusted())
    services_.on_signature(id(), "is loaded without a trusted signature: " + verdict.reason);
  else if (!verdict.warning.empty())
    services_.on_signature(id(), "will soon be without a trusted signature: " + verdict.warning);
  return copy;
}

Result<Instance::Running> Instance::prepare(ControlThread& control, Origin origin, bool first) {
  const auto setup = origin.setup;
  Running next{std::make_shared<Generation>(services_, provider_, ++last_number_, setup->deadlines,
                                            setup->permissions),
               std::move(origin)};
  // The load step may be left behind: what it writes to must live as long as it.
  auto copy = std::make_shared<std::shared_ptr<const LibraryCopy>>(next.origin.copy);
  auto load = [copy, setup, self = shared_from_this(),
               number = last_number_]() -> Result<std::unique_ptr<PluginCode>> {
    if (!*copy) {
      TN_TRY(*copy, self->copy_of(setup->candidate.file, *setup));
    }
    if (setup->isolated) return self->start_worker(*copy, *setup, number);
    TN_TRY(auto library, Library::open(*copy));
    return std::unique_ptr<PluginCode>(std::move(library));
  };
  const auto on_step = [&](Generation::Step step) {
    if (!first) return;
    enter(step == Generation::Step::loaded       ? State::loaded
          : step == Generation::Step::configured ? State::configured
                                                 : State::started);
  };
  const auto done = next.generation->bring_up(control, std::move(load), setup->config,
                                              setup->config_folder, on_step);
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
  auto allowed = check_granted(*setup(), setup()->permissions, *manifest());
  Result<Running> next =
      allowed.ok() ? prepare(control, {nullptr, setup()}, true) : Result<Running>(allowed.error());
  if (!next.ok()) {
    services_.metrics.remove_plugin(id());
    enter(State::failed, next.error().message);
    return next.error();
  }
  serve_first(std::move(*next));
  return {};
}

Result<void> Instance::start(ControlThread& control, InstanceSetup setup) {
  {
    const std::lock_guard changing(changing_);
    stopped_ = false;
    previous_.reset();
    const std::lock_guard lock(mutex_);
    manifest_ = std::make_shared<Manifest>(setup.candidate.manifest);
    status_.file = setup.candidate.file;
  }
  adopt(std::make_shared<const InstanceSetup>(std::move(setup)));
  return start(control);
}

// From now on it is called, supervised and replaced as `setup` says.
void Instance::adopt(std::shared_ptr<const InstanceSetup> setup) {
  provider_.limit(setup->limits);
  restarts_.change(restart_options(setup->supervision));
  const std::lock_guard lock(mutex_);
  setup_ = std::move(setup);
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
  stopped_ = true;
  if (watch_) end_trial("the instance stops");
  services_.bus.withdraw(id());
  if (!serves()) return;
  enter(State::draining);
  provider_.serve_none("it has been stopped");
  if (current_.generation) provider_.close(current_.generation->serving());
  Generations old;
  {
    const std::lock_guard lock(mutex_);
    old.swap(retiring_);
  }
  std::string problem;
  for (const auto& generation : old) (void)generation->take_down(control, &problem);
  const bool ended = !current_.generation || current_.generation->take_down(control, &problem);
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

// ---- old generations

// It takes no new chains any more, and ends with those that it has.
void Instance::retire(const std::shared_ptr<Generation>& old) {
  const CallGate& gate = old->serving().gate;
  provider_.close(old->serving());
  {
    const std::lock_guard lock(mutex_);
    retiring_.push_back(old);
  }
  if (gate.drain(Clock::now() + kQuickDrain)) return finish(old);
  finish_later(old, gate, Clock::now() + setup()->drain);
}

// `gate` is its own and outlives it: stop() may have taken it down when the time comes.
void Instance::finish_later(const std::shared_ptr<Generation>& old, const CallGate& gate,
                            Clock::time_point deadline) {
  services_.keeper.start("drain " + id(), kDrainPeriod, 0ms,
                         [self = shared_from_this(), old, &gate, deadline] {
                           if (gate.is_empty() || Clock::now() >= deadline)
                             self->finish(old);
                           else
                             self->finish_later(old, gate, deadline);
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
