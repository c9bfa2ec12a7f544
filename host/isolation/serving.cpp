#include "host/isolation/serving.hpp"

#include "host/isolation/clock_wire.hpp"
#include "host/isolation/column_wire.hpp"
#include "host/isolation/config_wire.hpp"
#include "host/isolation/events_wire.hpp"
#include "host/isolation/handover_wire.hpp"
#include "host/isolation/http_wire.hpp"
#include "host/isolation/life_wire.hpp"
#include "host/isolation/log_wire.hpp"
#include "host/isolation/message_wire.hpp"
#include "host/isolation/metrics_wire.hpp"
#include "host/isolation/progress_wire.hpp"
#include "host/isolation/state_wire.hpp"
#include "host/isolation/store_wire.hpp"

namespace tenon::isolation {

namespace {

using Serving = std::array<Serve, kTableCount * kMemberLimit>;

constexpr Serving make_serving() {
  Serving serving{};
  LifeForm::list(serving);
  PluginMessageForm::list(serving);
  PluginColumnForm::list(serving);
  HttpForm::list(serving);
  TimerForm::list(serving);
  LogForm::list(serving);
  ConfigForm::list(serving);
  HostMessageForm::list(serving);
  HostColumnForm::list(serving);
  StoreForm::list(serving);
  StateForm::list(serving);
  ClockForm::list(serving);
  MetricsForm::list(serving);
  ProgressForm::list(serving);
  HostEventsForm::list(serving);
  PluginEventsForm::list(serving);
  HandoverForm::list(serving);
  SinkForm::list(serving);
  BatchSinkForm::list(serving);
  ExchangeForm::list(serving);
  return serving;
}

constexpr Serving kServing = make_serving();

}  // namespace

const Serve* find_serving(uint16_t op) {
  return op < kServing.size() && kServing[op] ? &kServing[op] : nullptr;
}

}  // namespace tenon::isolation
