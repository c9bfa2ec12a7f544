#include <fmt/format.h>

#include "host/plugins/host_tables.hpp"
#include "host/plugins/instance_context.hpp"
#include "tenon/json.hpp"

namespace tenon::plugins {
namespace {

struct ProviderLine {
  std::string instance;
  std::string library;
  std::string version;
  std::string state;
  std::string labels;
  int64_t priority = 0;
};
BOOST_DESCRIBE_STRUCT(ProviderLine, (), (instance, library, version, state, labels, priority))

Result<void> check_required(InstanceContext& context, std::string_view interface_id) {
  if (context.may_use(interface_id)) return context.permissions().may_use(interface_id);
  return Error{
      Code::denied,
      fmt::format("{} may not call {}: its manifest does not require it (add {{\"interface\": "
                  "\"{}\"}} to \"requires\")",
                  context.id(), interface_id, interface_id)};
}

tn_status TN_ABI providers(void* ctx, const tn_call* call, const tn_selector* selector,
                           const tn_sink* output) noexcept {
  return guarded(call, [&]() -> Result<void> {
    InstanceContext& context = context_of(ctx);
    TN_CHECK(check_required(context, view(selector->interface_id)));
    std::vector<ProviderLine> lines;
    TN_TRY(const auto wanted, selector_of(*selector));
    for (auto& provider : context.services().bus.providers(wanted))
      lines.push_back({provider.instance, provider.library, provider.version, provider.state,
                       config::to_string(provider.labels), provider.priority});
    return put(output, json::encode(lines));
  });
}

tn_status TN_ABI resolve(void* ctx, const tn_call* call, const tn_selector* selector, tn_str method,
                         tn_method* handle) noexcept {
  return guarded(call, [&]() -> Result<void> {
    InstanceContext& context = context_of(ctx);
    TN_CHECK(check_required(context, view(selector->interface_id)));
    TN_TRY(auto wanted, selector_of(*selector));
    TN_TRY(*handle, context.services().bus.resolve(context.id(), std::move(wanted), view(method)));
    return {};
  });
}

tn_status TN_ABI call_message(void* ctx, const tn_call* call, tn_method handle, tn_str input,
                              const tn_sink* output) noexcept {
  return context_of(ctx).services().bus.call(call, handle, input, output);
}

void TN_ABI release(void* ctx, tn_method handle) noexcept {
  context_of(ctx).services().bus.release(handle);
}

tn_status TN_ABI call_columns(void* ctx, const tn_call* call, tn_method handle,
                              const tn_batch* input, const tn_batch_sink* output) noexcept {
  return context_of(ctx).services().bus.call(call, handle, input, output);
}

}  // namespace

const tn_host_message* message_table() {
  static constexpr tn_host_message table{
      sizeof(tn_host_message), 0, providers, resolve, call_message, release};
  return &table;
}

const tn_host_column* column_table() {
  static constexpr tn_host_column table{sizeof(tn_host_column), 0, call_columns};
  return &table;
}

}  // namespace tenon::plugins
