// A change of an instance's setup, prepared beside what serves, so that the changes of several
// instances can be made together or not at all.
#pragma once

#include <chrono>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "host/plugins/instance.hpp"

namespace tenon::plugins {

// While one lives nothing else changes its instance. All on one thread, in this order:
//
//   prepare() -> hand_over() -> exchange() -> resume() -> probe() -> finish()
//
// From hand_over() to resume() callers wait. Whoever gives up before finish() calls back_out(), or
// destroys it: then the instance is as it was.
class Instance::Change {
 public:
  // With `new_generation` the next one is loaded, started and probed here; else only what callers
  // and the host go by changes. The error says what the next one failed in.
  static Result<std::unique_ptr<Change>> prepare(std::shared_ptr<Instance> instance,
                                                 ControlThread& control, InstanceSetup setup,
                                                 bool new_generation, const std::string& why);
  ~Change() { back_out(); }
  Change(const Change&) = delete;
  Change& operator=(const Change&) = delete;

  const std::string& id() const { return instance_->id(); }
  bool has_generation() const { return next_.has_value(); }

  // Holds callers back, and gives the state of the present generation to the next.
  Result<void> hand_over(ControlThread& control);
  // Callers will meet the next generation.
  void exchange();
  void resume();
  // Asks the next generation whether it can serve now that it does.
  Result<void> probe();
  // There is no way back: the former generation ends. The host's routes are left to the caller.
  void finish();
  void back_out();

 private:
  enum class Phase { prepared, paused, exchanged, over };

  Change(std::shared_ptr<Instance> instance, std::shared_ptr<const InstanceSetup> setup)
      : instance_(std::move(instance)), setup_(std::move(setup)), changing_(instance_->changing_) {}
  bool exchanges() const { return next_ && instance_->current_.generation; }
  bool hands_over() const;
  void refuse(const std::string& reason);

  const std::shared_ptr<Instance> instance_;
  const std::shared_ptr<const InstanceSetup> setup_;
  std::unique_lock<std::mutex> changing_;
  std::optional<Running> next_;
  ReloadRecord record_;
  Phase phase_ = Phase::prepared;
  bool paused_ = false;
  std::chrono::steady_clock::time_point exchanging_;
};

}  // namespace tenon::plugins
