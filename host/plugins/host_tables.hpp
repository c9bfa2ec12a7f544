// The host's side of the plugin interface: one table a file. `ctx` of their functions is the
// InstanceContext.
#pragma once

#include <chrono>

#include "tenon/clock.h"
#include "tenon/column.h"
#include "tenon/config.h"
#include "tenon/events.h"
#include "tenon/log.h"
#include "tenon/message.h"
#include "tenon/metrics.h"
#include "tenon/progress.h"
#include "tenon/state.h"
#include "tenon/store.h"
#include "tenon/views.hpp"

namespace tenon::plugins {

class InstanceContext;

const tn_host_log* log_table();
const tn_host_config* config_table();
const tn_host_message* message_table();
const tn_host_column* column_table();
const tn_host_store* store_table();
const tn_host_state* state_table();
const tn_host_clock* clock_table();
const tn_host_metrics* metrics_table();
const tn_host_progress* progress_table();
const tn_host_events* events_table();

inline InstanceContext& context_of(void* ctx) {
  return *static_cast<InstanceContext*>(ctx);
}

// The call's deadline, or `otherwise` from now when it has none.
inline std::chrono::steady_clock::time_point deadline_of(const tn_call* call,
                                                         std::chrono::milliseconds otherwise) {
  return Call(call).deadline().value_or(std::chrono::steady_clock::now() + otherwise);
}

// Puts text into a plugin's sink.
inline Result<void> put(const tn_sink* output, std::string_view text) {
  const tn_status status = output->write(output->ctx, bytes(text));
  if (status != TN_OK)
    return Error{static_cast<Code>(status), "the caller did not take the answer"};
  return {};
}

}  // namespace tenon::plugins
