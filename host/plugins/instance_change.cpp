#include "host/plugins/instance_change.hpp"

#include <fmt/format.h>

namespace tenon::plugins {

using Clock = std::chrono::steady_clock;

Result<std::unique_ptr<Instance::Change>> Instance::Change::prepare(
    std::shared_ptr<Instance> instance, ControlThread& control, InstanceSetup setup,
    bool new_generation, const std::string& why) {
  Instance& one = *instance;
  std::unique_ptr<Change> made(
      new Change(std::move(instance), std::make_shared<const InstanceSetup>(std::move(setup))));
  if (!new_generation) return made;
  if (one.watch_) one.end_trial("the configuration changed");
  if (one.stopped_ || !one.current_.origin.copy)
    return Error{Code::unavailable,
                 fmt::format("{} is not running: {}", one.id(), one.status().reason)};
  made->record_ = one.record_of(made->setup_->candidate.manifest, one.last_number_ + 1);
  made->record_.reason = why;
  const auto next = [&]() -> Result<Running> {
    TN_TRY(const auto copy, one.copy_of(made->setup_->candidate.file, *made->setup_));
    if (copy->build_id() != made->setup_->candidate.build_id)
      return Error{Code::conflict, copy->file().string() + " changed while it was being loaded"};
    TN_CHECK(one.check_mapped(*made->setup_));
    TN_CHECK(permissions_for(*made->setup_, copy->manifest()));
    return one.prepare_probed(control, {copy, made->setup_});
  }();
  if (!next.ok()) {
    made->refuse(next.error().message);
    return next.error();
  }
  made->next_ = *next;
  made->record_.to = made->next_->generation->number();
  return made;
}

void Instance::Change::refuse(const std::string& reason) {
  record_.outcome = "refused";
  record_.reason = reason;
  instance_->remember(record_);
}

bool Instance::Change::hands_over() const {
  return exchanges() && instance_->current_.generation->can_hand_over() &&
         next_->generation->can_hand_over();
}

Result<void> Instance::Change::hand_over(ControlThread& control) {
  if (!exchanges()) return {};
  phase_ = Phase::paused;
  instance_->provider_.pause();
  paused_ = true;
  auto moved = instance_->hand_over(control, *instance_->current_.generation, *next_->generation);
  if (!moved.ok()) refuse(moved.error().message);
  return moved;
}

void Instance::Change::exchange() {
  if (!exchanges()) return;
  exchanging_ = Clock::now();
  instance_->services_.timers.pause(instance_->current_.generation->owner());
  instance_->provider_.serve(next_->generation->serving());
  phase_ = Phase::exchanged;
}

void Instance::Change::resume() {
  if (!std::exchange(paused_, false)) return;
  instance_->provider_.resume();
  record_.swap = std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - exchanging_);
}

Result<void> Instance::Change::probe() {
  // What was handed over cannot be given back, so there the probe before the exchange has decided.
  if (!exchanges() || hands_over()) return {};
  auto healthy = next_->generation->probe();
  if (healthy.ok()) return {};
  Error error{healthy.error().code, "its probe failed once it served: " + healthy.error().message};
  refuse(error.message);
  return error;
}

void Instance::Change::finish() {
  Instance& one = *instance_;
  phase_ = Phase::over;
  if (!next_) {
    one.adopt(setup_);
    if (one.current_.origin.setup) one.current_.origin.setup = setup_;
    if (one.current_.generation) one.services_.bus.offer(one.provider_, one.manifest());
  } else if (one.current_.generation) {
    one.settle(std::move(*next_), record_, false);
  } else {  // it crashed: nobody serves
    one.restarts_.release();
    one.serve_after_crash(std::move(*next_), record_);
  }
  next_.reset();
  changing_.unlock();
}

void Instance::Change::back_out() {
  if (phase_ == Phase::over) return;
  Instance& one = *instance_;
  const bool was_handed_over = phase_ != Phase::prepared && hands_over();
  if (phase_ == Phase::exchanged) {
    one.provider_.serve(one.current_.generation->serving());
    one.services_.timers.resume(one.current_.generation->owner());
  }
  if (was_handed_over) one.current_.generation->serving().gate.open();
  if (std::exchange(paused_, false)) one.provider_.resume();
  if (next_) {
    one.retire(next_->generation);
    next_.reset();
  }
  phase_ = Phase::over;
  if (changing_.owns_lock()) changing_.unlock();
}

}  // namespace tenon::plugins
