#include "host/plugins/generation.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "host/http/crash_report.hpp"
#include "tenon/views.hpp"

namespace tenon::plugins {
namespace {

// The deadline of a step as the plugin sees it.
tn_call step_call(std::chrono::milliseconds limit) {
  tn_call call = {};
  call.struct_size = sizeof(tn_call);
  call.deadline_ns = (std::chrono::steady_clock::now() + limit).time_since_epoch().count();
  return call;
}

}  // namespace

Generation::Generation(HostServices& services, Provider& provider, uint64_t number,
                       StepDeadlines deadlines, Permissions permissions)
    : services_(services),
      provider_(provider),
      number_(number),
      owner_(fmt::format("{}#{}", provider.id(), number)),
      deadlines_(deadlines),
      permissions_(std::move(permissions)) {
  services_.timers.pause(owner_);
}

Generation::~Generation() {
  if (!lost_) return;
  // A step or call may still run in there: keep everything that it can see.
  if (code_) code_->abandon();
  (void)code_.release();
  (void)context_.release();
}

void Generation::leave_behind() {
  lost_ = true;
  services_.transactions.end_instance(owner_);
  end_events(false);
}

void Generation::end_events(bool wait) {
  if (services_.events) services_.events->end_generation(id(), number_, wait);
}

Error Generation::failed_in(const char* step, const Error& error) const {
  Error out = error;
  out.message = fmt::format("{} failed to {}: {}{}{}", id(), step, error.path,
                            error.path.empty() ? "" : ": ", error.message);
  return out;
}

template <class Body>
Result<void> Generation::run_step(ControlThread& control, const char* name,
                                  std::chrono::milliseconds limit, Body body) {
  auto outcome = control.run(
      [body = std::move(body), limit,
       label = fmt::format("plugin {} generation {}, {}", id(), number_,
                           name)]() mutable -> Result<void> {
        http::set_crash_label(label);
        try {
          return body(step_call(limit));
        } catch (const std::exception& thrown) {
          return Error{Code::internal, std::string("an exception escaped: ") + thrown.what()};
        } catch (...) {
          return Error{Code::internal, "an exception escaped that is no std::exception"};
        }
      },
      limit);
  if (outcome) return std::move(*outcome);
  lost_ = true;
  return Error{Code::timeout, fmt::format("{} was not done within {} ms and has been left behind",
                                          name, limit.count())};
}

Result<void> Generation::load_code(ControlThread& control, Load load) {
  // The step shares what it makes by pointer, so that one that is left behind writes into something
  // that lives.
  auto loaded = std::make_shared<std::unique_ptr<PluginCode>>();
  auto done = run_step(control, "load", deadlines_.load,
                       [loaded, load = std::move(load)](const tn_call&) -> Result<void> {
                         TN_TRY(*loaded, load());
                         return {};
                       });
  if (lost_) {
    lost_ = false;  // nothing of it is ours yet; the stuck step owns what it loaded
    return done;
  }
  TN_CHECK(done);
  code_ = std::move(*loaded);
  return find_tables();
}

Result<void> Generation::find_tables() {
  life_ = code_->table<tn_plugin>(TN_PLUGIN_ID);
  timer_ = code_->table<tn_plugin_timer>(TN_CLOCK_ID);
  if (timer_ && !timer_->fire) timer_ = nullptr;
  handover_ = code_->table<tn_plugin_handover>(TN_HANDOVER_ID);
  if (handover_ && (!handover_->save || !handover_->restore)) handover_ = nullptr;
  const auto* http = code_->table<tn_plugin_http>(TN_HTTP_ID);
  const auto* messages = code_->table<tn_plugin_message>(TN_MESSAGE_ID);
  const auto* columns = code_->table<tn_plugin_column>(TN_COLUMN_ID);
  const Manifest& manifest = code_->manifest();
  const auto provides = [&](bool of_columns) {
    return std::any_of(manifest.provides.begin(), manifest.provides.end(),
                       [&](const auto& one) { return one.columns == of_columns; });
  };
  const auto lacks = [](const char* what, const char* table) {
    return Error{Code::invalid,
                 fmt::format("its manifest names {}, but it has no table {}", what, table)};
  };
  if (!manifest.routes.empty() && (!http || !http->handle)) return lacks("routes", TN_HTTP_ID);
  if (provides(false) && (!messages || !messages->call))
    return lacks("message interfaces", TN_MESSAGE_ID);
  const auto* events = code_->table<tn_plugin_events>(TN_EVENTS_ID);
  if (events && !events->deliver) events = nullptr;
  if (!manifest.subscribes.empty() && !events) return lacks("events to subscribe to", TN_EVENTS_ID);
  if (provides(true) && (!columns || !columns->call))
    return lacks("column interfaces", TN_COLUMN_ID);
  serving_ =
      &provider_.add({number_, &manifest, nullptr, messages, columns, http, code_->gone(), events});
  return {};
}

Result<void> Generation::bring_up(ControlThread& control, Load load, std::string config,
                                  const std::filesystem::path& config_folder,
                                  const std::function<void(Step)>& on_step) {
  if (auto done = load_code(control, std::move(load)); !done.ok()) {
    code_.reset();
    return failed_in("load", done.error());
  }
  on_step(Step::loaded);
  context_ = std::make_unique<InstanceContext>(services_, *this, std::move(config), config_folder);
  auto done = create_and_start(control, on_step);
  if (!done.ok()) undo(control);
  return done;
}

Result<void> Generation::create_and_start(ControlThread& control,
                                          const std::function<void(Step)>& on_step) {
  auto made = std::make_shared<tn_instance*>(nullptr);
  auto done = run_step(control, "configure", deadlines_.configure,
                       [made, life = life_, host = &context_->host()](const tn_call& call) {
                         return Call(&call).invoke([&](const tn_call* raw) {
                           return life->create(life, raw, host, made.get());
                         });
                       });
  if (!done.ok()) return failed_in("configure", done.error());
  object_ = *made;
  serving_->tables.object = object_;
  on_step(Step::configured);

  serving_->gate.open();  // its own timers come back to it while it starts
  done = run_step(
      control, "start", deadlines_.start, [life = life_, object = object_](const tn_call& call) {
        return Call(&call).invoke([&](const tn_call* raw) { return life->start(object, raw); });
      });
  if (!done.ok()) return failed_in("start", done.error());
  on_step(Step::started);
  return {};
}

// Takes back what a bring-up that failed has done.
void Generation::undo(ControlThread& control) {
  provider_.close(*serving_);
  const auto deadline = std::chrono::steady_clock::now() + deadlines_.stop;
  const bool timers_ended = services_.timers.stop_all(owner_, deadline);
  if (lost_ || !timers_ended || !serving_->gate.drain(deadline)) return leave_behind();
  std::string problem;  // there is one already: what it is taken back for
  destroy(control, &problem);
}

bool Generation::take_down(ControlThread& control, std::string* problem) {
  const auto deadline = std::chrono::steady_clock::now() + deadlines_.stop;
  if (!services_.timers.stop_all(owner_, deadline) || !serving_->gate.drain(deadline)) {
    leave_behind();
    *problem = fmt::format("{} calls were still running after {} ms", serving_->counts().running,
                           deadlines_.stop.count());
    return false;
  }
  services_.transactions.end_instance(owner_);
  if (serving_->is_gone()) return destroy(control, problem);  // nobody is there to be stopped
  const auto stopped = run_step(
      control, "stop", deadlines_.stop, [life = life_, object = object_](const tn_call& call) {
        return Call(&call).invoke([&](const tn_call* raw) { return life->stop(object, raw); });
      });
  if (!stopped.ok()) *problem = failed_in("stop", stopped.error()).message;
  return destroy(control, problem);
}

bool Generation::destroy(ControlThread& control, std::string* problem) {
  const bool gone = serving_->is_gone();
  if (!lost_ && object_) {  // a gone worker leaves our side of the instance
    const auto done =
        run_step(control, "destroy", deadlines_.stop,
                 [life = life_, object = object_](const tn_call& call) -> Result<void> {
                   life->destroy(object, &call);
                   return {};
                 });
    if (!done.ok() && !gone && problem->empty())
      *problem = failed_in("be destroyed", done.error()).message;
  }
  services_.transactions.end_instance(owner_);  // what its stop began, too
  end_events(!lost_);
  if (lost_) return false;
  object_ = nullptr;
  provider_.remove(*serving_);
  serving_ = nullptr;
  // A worker calls the host until it has ended, so the context goes after the code.
  stays_mapped_ = !code_->unload();
  context_.reset();
  code_.reset();
  return true;
}

std::vector<std::string> Generation::recent_lines() const {
  return context_ ? context_->recent_lines() : std::vector<std::string>();
}

Result<void> Generation::probe() {
  if (!TN_HAS(life_, probe) || !life_->probe) return {};
  try {
    const CallChain chain(services_.chains, services_.transactions);
    tn_call call = step_call(deadlines_.start);
    call.call_id = chain.id();
    return Call(&call).invoke([&](const tn_call* raw) { return life_->probe(object_, raw); });
  } catch (...) {
    return Error{Code::internal, "its probe let an exception escape"};
  }
}

Result<std::optional<std::string>> Generation::save(ControlThread& control) {
  if (!handover_) return std::optional<std::string>();
  auto state = std::make_shared<StringSink>();
  TN_CHECK(run_step(control, "hand over", deadlines_.stop,
                    [state, table = handover_, object = object_](const tn_call& call) {
                      return Call(&call).invoke([&](const tn_call* raw) {
                        return table->save(object, raw, state->get());
                      });
                    }));
  return std::optional(state->take());
}

Result<void> Generation::restore(ControlThread& control, const std::string& state) {
  return run_step(control, "take over", deadlines_.start,
                  [state, table = handover_, object = object_](const tn_call& call) {
                    return Call(&call).invoke([&](const tn_call* raw) {
                      return table->restore(object, raw, bytes(state));
                    });
                  });
}

void Generation::fire_timer(uint64_t token) {
  CallGate::Pass pass(serving_->gate);
  if (!pass) return;
  Result<void> done;
  try {
    const CallChain chain(services_.chains, services_.transactions);
    services_.chains.keep(chain.id(), provider_, *serving_);
    tn_call call = {};
    call.struct_size = sizeof(call);
    call.call_id = chain.id();
    done =
        Call(&call).invoke([&](const tn_call* raw) { return timer_->fire(object_, raw, token); });
  } catch (...) {
    done = Error{Code::internal, "an exception escaped"};
  }
  if (done.ok()) return;
  pass.failed();
  context_->log(TN_LOG_ERROR, fmt::format("a timer failed: {}", done.error().message));
}

}  // namespace tenon::plugins
