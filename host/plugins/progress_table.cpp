#include "host/plugins/host_tables.hpp"
#include "host/plugins/instance_context.hpp"

namespace tenon::plugins {
namespace {

void TN_ABI report(void* ctx, const tn_call* call, tn_str text, uint64_t done,
                   uint64_t total) noexcept {
  try {
    InstanceContext& context = context_of(ctx);
    if (const auto listener = context.services().listeners->find(Call(call).raw().call_id))
      listener->on_progress(view(text), done, total);
    context.services().on_progress(context.id(), view(text), done, total);
  } catch (...) {  // progress that cannot be shown is no reason to stop
  }
}

}  // namespace

const tn_host_progress* progress_table() {
  static constexpr tn_host_progress table{sizeof(tn_host_progress), 0, report};
  return &table;
}

}  // namespace tenon::plugins
