// The reload of an instance: the next generation beside the present one, trial and exchange.
#include <fmt/format.h>

#include <algorithm>

#include "host/plugins/instance.hpp"
#include "host/plugins/manifest_schemas.hpp"

namespace tenon::plugins {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr auto kTrialPeriod = 50ms;

bool same_faces(const Manifest& a, const Manifest& b) {
  const auto same_route = [](const RouteSpec& x, const RouteSpec& y) {
    return x.method == y.method && x.path == y.path && x.access == y.access &&
           x.consumes == y.consumes && x.produces == y.produces &&
           x.max_body_bytes == y.max_body_bytes && x.stream == y.stream && x.summary == y.summary &&
           x.query == y.query && x.body == y.body && x.answer == y.answer;
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

Result<void> Instance::check_replacement(const Manifest& next) const {
  const auto setup = this->setup();
  if (next.id != setup->candidate.manifest.id)
    return Error{Code::invalid, fmt::format("it is the library {}, and {} is an instance of {}",
                                            next.id, id(), setup->candidate.manifest.id)};
  TN_CHECK(check_mapped(*setup));
  // The same routes clash with nobody: they are served now.
  return same_faces(*manifest(), next) ? Result<void>() : services_.allow_reload(id(), next);
}

Result<void> Instance::check_mapped(const InstanceSetup& setup) const {
  const auto mapped = status().left_mapped;
  if (mapped < setup.keep_mapped) return {};
  return Error{Code::limit,
               fmt::format("{} old generations of {} could not be unloaded and are still mapped; "
                           "restart the host, or raise plugins.{}.reload.keep_mapped",
                           mapped, id(), id())};
}

Result<ReloadRecord> Instance::reload(const ReloadRequest& request) {
  const std::lock_guard changing(changing_);
  if (watch_) end_trial("another reload began");
  if (stopped_ || !current_.origin.copy)
    return Error{Code::unavailable, fmt::format("{} is not running: {}", id(), status().reason)};
  restarts_.release();
  ReloadRecord record = record_of(*manifest(), last_number_ + 1);
  const auto refuse = [&](const Error& error) {
    record.outcome = "refused";
    record.reason = error.message;
    remember(record);
    return error;
  };
  const auto file = request.file.empty() ? status().file : request.file;
  auto copy = copy_of(file, *setup());
  if (!copy.ok()) return refuse(copy.error());
  const Manifest& manifest = (*copy)->manifest();
  record.to_version = manifest.version.to_string();
  if (const auto broken = broken_schemas(manifest); !broken.empty())
    return refuse({Code::invalid, "its manifest: " + broken.front(), {}});
  if (auto allowed = check_replacement(manifest); !allowed.ok()) return refuse(allowed.error());
  auto setup = std::make_shared<InstanceSetup>(*this->setup());
  setup->candidate = {(*copy)->file(), manifest, (*copy)->build_id()};
  if (request.config) {
    setup->config = *request.config;
    setup->config_folder = request.config_folder;
  }
  auto permissions = permissions_for(*setup, manifest);
  if (!permissions.ok()) return refuse(permissions.error());
  setup->permissions = std::move(*permissions);

  ControlThread control;
  auto next = prepare_probed(control, {*copy, setup});
  if (!next.ok()) return refuse(next.error());
  record.to = next->generation->number();
  record.reason = request.why;
  if (!current_.generation) {
    serve_after_crash(std::move(*next), record);
    return record;
  }
  if (request.trial) {
    begin_trial(std::move(*next), *request.trial, record);
    return status().reloads.back();
  }
  if (auto done = exchange(control, std::move(*next), record); !done.ok())
    return refuse(done.error());
  return record;
}

Result<Instance::Running> Instance::prepare_probed(ControlThread& control, Origin origin) {
  TN_TRY(auto next, prepare(control, std::move(origin), false));
  if (auto healthy = next.generation->probe(); !healthy.ok()) {
    retire(next.generation);
    return Error{healthy.error().code, "its probe failed: " + healthy.error().message};
  }
  return next;
}

// Both are started and nobody is in either while the state goes over.
Result<void> Instance::hand_over(ControlThread& control, Generation& from, Generation& to) {
  if (!from.can_hand_over() || !to.can_hand_over()) return {};
  provider_.close(from.serving());
  const auto moved = [&]() -> Result<void> {
    if (!from.serving().gate.drain(Clock::now() + setup()->deadlines.stop))
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
    retire(next.generation);
    return Error{healthy.error().code,
                 "its probe failed once it served: " + healthy.error().message};
  }
  settle(std::move(next), record, true);
  return {};
}

// The next generation has all callers: it becomes the present one, which ends.
void Instance::settle(Running next, ReloadRecord& record, bool tell_routes) {
  const auto offering = Clock::now();
  const auto old_manifest = manifest();
  const auto old_pages = status().pages;
  const std::shared_ptr<Generation> old = std::move(current_.generation);
  previous_ = std::move(current_.origin);
  current_ = std::move(next);
  {
    const std::lock_guard lock(mutex_);
    status_.trial = 0;
    show_current();
  }
  adopt(current_.origin.setup);
  services_.bus.offer(provider_, manifest());
  const bool other_faces = !same_faces(*old_manifest, *manifest()) || old_pages != status().pages;
  if (tell_routes && other_faces) services_.on_routes();
  current_.generation->run_timers();
  record.swap += micros_since(offering);
  record.outcome = "serving";
  remember(record);
  if (status().state != State::ready) enter(State::ready);
  retire(old);
}

// [mutex_] What others see of the generation that serves.
void Instance::show_current() {
  const auto& copy = current_.origin.copy;
  manifest_ = std::shared_ptr<const Manifest>(copy, &copy->manifest());
  build_id_ = copy->build_id();
  status_.generation = current_.generation->number();
  serving_copy_ = copy;
  status_.file = copy->file();
  status_.pages = copy->pages();
  status_.earlier = previous_ ? previous_->copy->manifest().version.to_string() : std::string();
  status_.worker = current_.generation->code().worker_info();
}

// The code and configuration before the last reload; trusted as the configuration says now.
Result<Instance::Running> Instance::prepare_previous(ControlThread& control) {
  auto before = std::make_shared<InstanceSetup>(*previous_->setup);
  before->trust = setup()->trust;
  TN_CHECK(before->trust->admit(previous_->copy->judged_by(*before->trust)));
  return prepare(control, {previous_->copy, before}, false);
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
  auto next = prepare_previous(control);
  if (!next.ok()) {
    record.outcome = "refused";
    record.reason = next.error().message;
    remember(record);
    return next.error();
  }
  if (current_.generation) {
    TN_CHECK(exchange(control, std::move(*next), record));
    return record;
  }
  serve_after_crash(std::move(*next), record);
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
  retire(watch.running.generation);
  ReloadRecord record = watch.record;
  record.outcome = "rolled back";
  record.reason = reason;
  remember(record);
}

}  // namespace tenon::plugins
