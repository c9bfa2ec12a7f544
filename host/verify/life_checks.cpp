#include <dlfcn.h>
#include <fmt/format.h>
#include <link.h>

#include <set>
#include <thread>

#include "host/crash/worker/crash_handlers.hpp"
#include "host/verify/groups.hpp"
#include "host/verify/process_state.hpp"
#include "tenon/message.h"

namespace tenon::verify {
namespace {

using namespace std::chrono_literals;
using plugins::Instance;
using plugins::State;

// The files of all shared objects that are mapped now, as the loader knows them.
std::set<std::string> loaded_objects() {
  std::set<std::string> out;
  dl_iterate_phdr(
      [](dl_phdr_info* info, size_t, void* names) {
        static_cast<std::set<std::string>*>(names)->insert(info->dlpi_name);
        return 0;
      },
      &out);
  return out;
}

// Holds what was loaded since `before`: what a plugin leaves running can then be seen, and does not
// crash for want of its code.
class Pins {
 public:
  Pins() = default;
  ~Pins() { release(); }
  Pins(const Pins&) = delete;
  Pins& operator=(const Pins&) = delete;
  void hold_new(const std::set<std::string>& before) {
    for (const auto& name : loaded_objects())
      if (!before.count(name))
        if (void* const handle = dlopen(name.c_str(), RTLD_NOW | RTLD_NOLOAD))
          handles_.push_back(handle);
  }
  // For good.
  void keep() { handles_.clear(); }
  void release() {
    for (void* const handle : handles_) dlclose(handle);
    handles_.clear();
  }

 private:
  std::vector<void*> handles_;
};

// What one life of an instance left in the process.
struct Left {
  std::vector<std::string> threads;
  std::vector<std::string> descriptors;
};

class Life {
 public:
  explicit Life(const Ground& ground)
      : ground_(ground), recorder_(ground.recorder), id_(ground.bench.subject().spec.id) {}

  void run() {
    if (!load()) return;
    const auto settings = ProcessSettings::now();
    const auto made = ground_.bench.make(id_);
    if (!made.ok()) return fail("life.start", made.error());
    instance_ = *made;
    Left left;
    if (!live(&Life::first_start, "life.stop", left)) return;
    // In the first life the host made what it makes once.
    if (!live(&Life::start_again, "life.again", left)) return;
    recorder_.judge("life.threads", left.threads);
    recorder_.judge("life.descriptors", left.descriptors);
    recorder_.judge("life.process", settings.changes(ProcessSettings::now()));
    if (!left.threads.empty()) return pins_.keep();  // they would run into nothing
    pins_.release();
    crash::restore_crash_handlers();
    if (together() && unload()) memory();
  }

 private:
  void fail(std::string_view check, const Error& error) {
    recorder_.end(check, Outcome::failed, error.message);
  }

  // Mapped by itself, before there is an instance: load, init and what query answers.
  bool load();
  std::vector<std::string> wrong_answers(const plugins::Library& library) const;
  // A start and a stop, with its code held; ends `check` after the stop.
  bool live(bool (Life::*start)(), std::string_view check, Left& left);
  bool first_start();
  bool start_again();
  bool together();
  bool unload();
  void memory();
  Result<void> stop(Instance& instance);

  const Ground& ground_;
  Recorder& recorder_;
  const std::string id_;
  std::shared_ptr<Instance> instance_;
  Pins pins_;
};

bool Life::load() {
  recorder_.begin("life.load");
  auto library = std::make_shared<std::unique_ptr<plugins::Library>>();
  auto wrong = std::make_shared<std::vector<std::string>>();
  const auto file = ground_.bench.subject().candidate.file;
  const auto done = ground_.bench.control().run(
      [this, library, wrong, file]() -> Result<void> {
        TN_TRY(*library, plugins::Library::open(file, ground_.bench.copies()));
        recorder_.begin("life.query");
        *wrong = wrong_answers(**library);
        recorder_.begin("life.load");
        if (!(*library)->unload()) recorder_.note("the library stayed mapped when it was unloaded");
        return {};
      },
      ground_.options.time_limit);
  if (!done)
    fail("life.load", {Code::timeout, fmt::format("it was not done within {} ms",
                                                  ground_.options.time_limit.count())});
  else if (!done->ok())
    fail("life.load", done->error());
  else
    recorder_.judge("life.query", *wrong);
  return done && done->ok();
}

std::vector<std::string> Life::wrong_answers(const plugins::Library& library) const {
  constexpr std::string_view kKnown = TN_PLUGIN_ID;
  std::vector<std::string> wrong;
  const auto* life = library.table<tn_plugin>(kKnown);
  try {
    for (const std::string& unknown :
         {std::string(), std::string("no.such.table/1"), std::string(kKnown) + "0",
          std::string(kKnown) + "/1", std::string("tenon.plugin/2")})
      if (library.table<void>(unknown))
        wrong.push_back(fmt::format("it has a table \"{}\", which does not exist", unknown));
    // A view of a longer text: what lies behind it is not part of the id.
    if (library.table<void>(kKnown.substr(0, kKnown.size() - 2)))
      wrong.push_back("it reads an id beyond its size");
    if (library.table<tn_plugin>(kKnown) != life)
      wrong.push_back("it gives another table for the same id each time");
  } catch (...) {
    wrong.push_back("an exception escaped from query");
  }
  return wrong;
}

bool Life::first_start() {
  recorder_.begin("life.load");
  bool loaded = false;
  ground_.bench.services().on_state = [&](const std::string& instance, std::string_view state,
                                          const std::string&) {
    if (instance != id_) return;
    if (state == "loaded") {
      loaded = true;
      recorder_.end("life.load", Outcome::ok);
      recorder_.begin("life.start");
    } else if (state == "started") {
      recorder_.end("life.start", Outcome::ok);
      recorder_.begin("life.probe");
    }
  };
  const auto started = instance_->start(ground_.bench.control());
  ground_.bench.services().on_state = [](const std::string&, std::string_view, const std::string&) {
  };
  if (!started.ok()) {
    // Before that, its tables did not fit its manifest.
    fail(loaded ? "life.start" : "life.load", started.error());
    return false;
  }
  const auto status = instance_->status();
  if (status.state == State::ready)
    recorder_.end("life.probe", Outcome::ok);
  else
    recorder_.end("life.probe", Outcome::failed, status.reason);
  return true;
}

bool Life::start_again() {
  recorder_.begin("life.again");
  const auto setup = *instance_->setup();
  const auto started = instance_->start(ground_.bench.control(), setup);
  if (!started.ok()) fail("life.again", started.error());
  return started.ok();
}

bool Life::live(bool (Life::*start)(), std::string_view check, Left& left) {
  const auto objects = loaded_objects();
  const auto threads_before = threads();
  const auto descriptors_before = descriptors();
  if (!(this->*start)()) return false;
  recorder_.begin(check);
  pins_.hold_new(objects);
  if (const auto stopped = stop(*instance_); !stopped.ok()) {
    fail(check, stopped.error());
    return false;
  }
  recorder_.end(check, Outcome::ok);
  recorder_.begin("life.threads");
  const auto patience = std::chrono::steady_clock::now() + 500ms;
  do {
    left.threads.clear();
    for (const auto& name : added(threads_before, threads()))
      left.threads.push_back("a thread named " + name + " still runs");
    if (!left.threads.empty()) std::this_thread::sleep_for(5ms);
  } while (!left.threads.empty() && std::chrono::steady_clock::now() < patience);
  left.descriptors.clear();
  for (const auto& target : added(descriptors_before, descriptors()))
    left.descriptors.push_back("a descriptor of " + target + " is still open");
  return true;
}

Result<void> Life::stop(Instance& instance) {
  instance.stop(ground_.bench.control());
  const auto status = instance.status();
  if (status.state == State::stopped) return {};
  return Error{Code::internal, status.reason};
}

bool Life::together() {
  recorder_.begin("life.together");
  const auto other = ground_.bench.make(id_.substr(0, 60) + "-2");
  auto done = other.ok() ? instance_->start(ground_.bench.control(), *instance_->setup())
                         : Result<void>(other.error());
  if (done.ok()) done = (*other)->start(ground_.bench.control());
  if (done.ok()) done = stop(*instance_);
  if (done.ok() && !(*other)->serves())
    done = Error{Code::internal, "the second ceased to serve when the first was stopped: " +
                                     (*other)->status().reason};
  if (done.ok()) done = stop(**other);
  done.ok() ? recorder_.end("life.together", Outcome::ok) : fail("life.together", done.error());
  return done.ok();
}

bool Life::unload() {
  recorder_.begin("life.unload");
  const bool stays = is_mapped(ground_.bench.subject().candidate.file.stem().string());
  std::vector<std::string> wrong;
  if (stays) wrong.push_back("its code is still mapped after it was destroyed");
  recorder_.judge("life.unload", wrong);
  return !stays;
}

// Starts and stops until there is no more time; what grows with every round is a leak.
void Life::memory() {
  constexpr size_t kRounds = 20;
  constexpr size_t kAllowed = 16 << 10;  // bytes a round: what the host itself keeps, and fragments
  recorder_.begin("life.memory");
  const auto until = std::chrono::steady_clock::now() + ground_.options.time_limit / 2;
  const auto round = [&] {
    recorder_.doing("life.memory");
    const auto started = instance_->start(ground_.bench.control(), *instance_->setup());
    return started.ok() ? stop(*instance_) : started;
  };
  for (size_t i = 0; i < 3; ++i)  // what is made once
    if (const auto done = round(); !done.ok()) return fail("life.memory", done.error());
  const size_t before = allocated();
  size_t rounds = 0;
  for (; rounds < kRounds && std::chrono::steady_clock::now() < until; ++rounds)
    if (const auto done = round(); !done.ok()) return fail("life.memory", done.error());
  const size_t after = allocated();
  const size_t growth = rounds && after > before ? (after - before) / rounds : 0;
  const std::string figure =
      fmt::format("{} bytes more after each of {} starts and stops", growth, rounds);
  recorder_.end("life.memory", growth > kAllowed ? Outcome::failed : Outcome::ok, figure);
}

}  // namespace

void check_life(const Ground& ground) {
  Life(ground).run();
}

}  // namespace tenon::verify
