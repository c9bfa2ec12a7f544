#include <array>

#include "host/observe/spdlog_level.hpp"
#include "host/plugins/generation.hpp"
#include "host/plugins/host_tables.hpp"

namespace tenon::plugins {
namespace {

uint32_t TN_ABI level(void* ctx) noexcept {
  return static_cast<uint32_t>(observe::from_spdlog(context_of(ctx).logger().level()));
}

void TN_ABI write(void* ctx, const tn_call* call, uint32_t level, tn_str message,
                  const tn_log_field* fields, uint64_t count) noexcept {
  try {
    std::array<observe::LogField, observe::kMaxLineFields> kept;
    const size_t size = std::min<uint64_t>(count, kept.size());
    for (size_t i = 0; i < size; ++i) kept[i] = {view(fields[i].name), view(fields[i].value)};
    observe::Line line;
    line.level = static_cast<observe::Level>(std::min(level, TN_LOG_ERROR));
    line.message = view(message);
    if (call) line.request_id = view(call->request_id);
    line.fields = {kept.data(), size};
    observe::write(context_of(ctx).logger(), line);
    if (const auto listener = context_of(ctx).services().listeners->find(Call(call).raw().call_id))
      listener->on_log(static_cast<uint32_t>(line.level), context_of(ctx).id(), line.message);
    if (context_of(ctx).generation().is_isolated()) context_of(ctx).remember(view(message));
  } catch (...) {  // without memory the line is lost
  }
}

}  // namespace

const tn_host_log* log_table() {
  static constexpr tn_host_log table{sizeof(tn_host_log), 0, level, write};
  return &table;
}

}  // namespace tenon::plugins
