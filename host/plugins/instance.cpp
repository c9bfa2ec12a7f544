#include "host/plugins/instance.hpp"

#include <fmt/format.h>

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

Instance::Instance(HostServices& services, std::string id, Candidate candidate,
                   StepDeadlines deadlines)
    : services_(services),
      id_(std::move(id)),
      candidate_(std::move(candidate)),
      deadlines_(deadlines),
      status_{State::discovered, "", std::chrono::system_clock::now()} {
  gate_.close();
}

Instance::~Instance() {
  if (!lost_) return;
  // A step may still run in there: keep everything that it can see.
  library_->abandon();
  library_.release();
  context_.release();
}

Instance::Status Instance::status() const {
  std::lock_guard lock(mutex_);
  return status_;
}

void Instance::enter(State state, std::string reason) {
  {
    std::lock_guard lock(mutex_);
    status_ = {state, reason, std::chrono::system_clock::now()};
  }
  services_.on_state(id_, state_name(state), reason);
}

Result<void> Instance::fail_in(const char* step, const Error& error) {
  Error out = error;
  out.message = fmt::format("{} failed to {}: {}{}{}", id_, step, error.path,
                            error.path.empty() ? "" : ": ", error.message);
  enter(State::failed, out.message);
  return out;
}

template <class Step>
Result<void> Instance::run_step(ControlThread& control, const char* name,
                                std::chrono::milliseconds limit, Step step) {
  auto outcome = control.run(
      [step = std::move(step), limit,
       label = fmt::format("plugin {}, {}", id_, name)]() mutable -> Result<void> {
        http::set_crash_label(label);
        try {
          return step(step_call(limit));
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

Result<void> Instance::bring_up(ControlThread& control, const LibraryCopies& copies,
                                std::string config, const std::filesystem::path& config_folder) {
  // The steps share what they make by pointer, so that one that is left behind writes into
  // something that lives.
  auto opened = std::make_shared<std::unique_ptr<Library>>();
  auto done = run_step(control, "load", deadlines_.load,
                       [opened, file = candidate_.file, copies](const tn_call&) -> Result<void> {
                         TN_TRY(*opened, Library::open(file, copies));
                         return {};
                       });
  if (lost_) {
    lost_ = false;  // nothing of it is ours yet; the stuck step owns what it loaded
    return fail_in("load", done.error());
  }
  if (!done.ok()) return fail_in("load", done.error());
  library_ = std::move(*opened);
  life_ = library_->table<tn_plugin>(TN_PLUGIN_ID);
  http_ = library_->table<tn_plugin_http>(TN_HTTP_ID);
  timer_ = library_->table<tn_plugin_timer>(TN_CLOCK_ID);
  if (timer_ && !timer_->fire) timer_ = nullptr;
  if (!library_->manifest().routes.empty() && (!http_ || !http_->handle))
    return fail_in("load",
                   {Code::invalid, "its manifest names routes, but it has no table " TN_HTTP_ID});
  enter(State::loaded);

  context_ = std::make_unique<InstanceContext>(services_, *this, std::move(config), config_folder);
  auto made = std::make_shared<tn_instance*>(nullptr);
  done = run_step(control, "configure", deadlines_.configure,
                  [made, life = life_, host = &context_->host()](const tn_call& call) {
                    return Call(&call).invoke([&](const tn_call* raw) {
                      return life->create(life, raw, host, made.get());
                    });
                  });
  if (!done.ok()) {
    tear_down(control, false);
    return fail_in("configure", done.error());
  }
  object_ = *made;
  enter(State::configured);

  gate_.open();  // its own calls come back to it through the host: timers, messages of plugins
                 // started meanwhile
  done = run_step(
      control, "start", deadlines_.start, [life = life_, object = object_](const tn_call& call) {
        return Call(&call).invoke([&](const tn_call* raw) { return life->start(object, raw); });
      });
  if (!done.ok()) {
    tear_down(control, false);
    return fail_in("start", done.error());
  }
  enter(State::started);
  enter(State::ready);
  probe();
  return {};
}

void Instance::probe() {
  if (!TN_HAS(life_, probe) || !life_->probe) return;
  Result<void> healthy;
  try {
    const HostCall host_call(services_.transactions);
    tn_call call = step_call(deadlines_.start);
    call.call_id = host_call.id();
    healthy = Call(&call).invoke([&](const tn_call* raw) { return life_->probe(object_, raw); });
  } catch (...) {
    healthy = Error{Code::internal, "its probe let an exception escape"};
  }
  const auto now = status();
  if (healthy.ok() && now.state == State::degraded) enter(State::ready);
  if (!healthy.ok() && (now.state == State::ready || now.reason != healthy.error().message))
    enter(State::degraded, healthy.error().message);
}

void Instance::take_down(ControlThread& control) {
  const State state = status().state;
  if (state != State::ready && state != State::degraded) return;
  enter(State::draining);
  tear_down(control, true);
  if (!lost_) enter(State::stopped);
}

void Instance::tear_down(ControlThread& control, bool started) {
  gate_.close();
  const auto deadline = std::chrono::steady_clock::now() + deadlines_.stop;
  const bool timers_ended = services_.timers.stop_all(id_, deadline);
  services_.transactions.end_instance(id_);
  if (!started) services_.metrics.remove_plugin(id_);
  if (lost_) return;
  if (!timers_ended || !gate_.drain(deadline)) {
    lost_ = true;
    enter(State::failed, fmt::format("{} calls were still running after {} ms",
                                     gate_.counts().running, deadlines_.stop.count()));
    return;
  }
  if (started) {
    const auto stopped = run_step(
        control, "stop", deadlines_.stop, [life = life_, object = object_](const tn_call& call) {
          return Call(&call).invoke([&](const tn_call* raw) { return life->stop(object, raw); });
        });
    if (!stopped.ok()) (void)fail_in("stop", stopped.error());
  }
  if (!lost_ && object_) {
    const auto destroyed =
        run_step(control, "destroy", deadlines_.stop,
                 [life = life_, object = object_](const tn_call& call) -> Result<void> {
                   life->destroy(object, &call);
                   return {};
                 });
    if (!destroyed.ok()) (void)fail_in("destroy", destroyed.error());
  }
  if (lost_) return;
  object_ = nullptr;
  services_.transactions.end_instance(id_);  // what its stop began
  context_.reset();
  library_.reset();
}

ProviderEndpoint Instance::endpoint() {
  return {id_,
          &candidate_.manifest,
          object_,
          library_->table<tn_plugin_message>(TN_MESSAGE_ID),
          library_->table<tn_plugin_column>(TN_COLUMN_ID),
          &gate_};
}

tn_status Instance::handle_http(const tn_call* call, uint32_t route, const tn_http_request* request,
                                const tn_http_exchange* exchange) {
  CallGate::Pass pass(gate_);
  if (!pass) return fail(call, {Code::unavailable, "the plugin " + id_ + " is not running"});
  try {
    const tn_status status = http_->handle(object_, call, route, request, exchange);
    if (status != TN_OK) pass.failed();
    return status;
  } catch (...) {
    pass.failed();
    throw;
  }
}

void Instance::fire_timer(uint64_t token) {
  CallGate::Pass pass(gate_);
  if (!pass) return;
  Result<void> done;
  try {
    const HostCall host_call(services_.transactions);
    tn_call call = {};
    call.struct_size = sizeof(call);
    call.call_id = host_call.id();
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
