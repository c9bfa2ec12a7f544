#include "host/isolation/table_ids.hpp"

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

const std::array<TableId, 7> kPluginTables{{{Table::life, TN_PLUGIN_ID},
                                            {Table::message, TN_MESSAGE_ID},
                                            {Table::column, TN_COLUMN_ID},
                                            {Table::http, TN_HTTP_ID},
                                            {Table::timer, TN_CLOCK_ID},
                                            {Table::events, TN_EVENTS_ID},
                                            {Table::handover, TN_HANDOVER_ID}}};

const std::array<TableId, 10> kHostTables{{{Table::host_log, TN_LOG_ID},
                                           {Table::host_config, TN_CONFIG_ID},
                                           {Table::host_message, TN_MESSAGE_ID},
                                           {Table::host_column, TN_COLUMN_ID},
                                           {Table::host_store, TN_STORE_ID},
                                           {Table::host_state, TN_STATE_ID},
                                           {Table::host_clock, TN_CLOCK_ID},
                                           {Table::host_metrics, TN_METRICS_ID},
                                           {Table::host_progress, TN_PROGRESS_ID},
                                           {Table::host_events, TN_EVENTS_ID}}};

namespace {
template <class Form>
const void* proxies() {
  static const auto table = Form::proxies();
  return &table;
}
}  // namespace

const void* proxy_of(Table table) {
  switch (table) {
    case Table::life:
      return proxies<LifeForm>();
    case Table::message:
      return proxies<PluginMessageForm>();
    case Table::column:
      return proxies<PluginColumnForm>();
    case Table::http:
      return proxies<HttpForm>();
    case Table::timer:
      return proxies<TimerForm>();
    case Table::host_log:
      return proxies<LogForm>();
    case Table::host_config:
      return proxies<ConfigForm>();
    case Table::host_message:
      return proxies<HostMessageForm>();
    case Table::host_column:
      return proxies<HostColumnForm>();
    case Table::host_store:
      return proxies<StoreForm>();
    case Table::host_state:
      return proxies<StateForm>();
    case Table::host_clock:
      return proxies<ClockForm>();
    case Table::host_metrics:
      return proxies<MetricsForm>();
    case Table::host_progress:
      return proxies<ProgressForm>();
    case Table::host_events:
      return proxies<HostEventsForm>();
    case Table::events:
      return proxies<PluginEventsForm>();
    case Table::handover:
      return proxies<HandoverForm>();
    case Table::sink:
      return proxies<SinkForm>();
    case Table::batch_sink:
      return proxies<BatchSinkForm>();
    case Table::exchange:
      return proxies<ExchangeForm>();
    case Table::entry:
      return nullptr;
  }
  return nullptr;
}

}  // namespace tenon::isolation
