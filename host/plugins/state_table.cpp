#include "host/plugins/host_tables.hpp"
#include "host/plugins/instance_context.hpp"
#include "host/store/key_rules.hpp"
#include "tenon/json.hpp"

namespace tenon::plugins {
namespace {

using namespace std::chrono_literals;
constexpr auto kDeadline = 10s;

store::Bytes to_bytes(tn_bytes value) {
  const auto* data = static_cast<const uint8_t*>(value.data);
  return {data, data + value.size};
}

tn_status TN_ABI get(void* ctx, const tn_call* call, tn_str key, const tn_sink* value,
                     uint64_t* version) noexcept {
  return guarded(call, [&]() -> Result<void> {
    TN_TRY(const auto state, context_of(ctx).state());
    TN_TRY(const auto entry, state.get(view(key), deadline_of(call, kDeadline)));
    if (!entry)
      return Error{Code::not_found, "there is no state under \"" + std::string(view(key)) + "\""};
    if (version) *version = static_cast<uint64_t>(entry->version);
    return put(value, {reinterpret_cast<const char*>(entry->value.data()), entry->value.size()});
  });
}

tn_status TN_ABI put_value(void* ctx, const tn_call* call, tn_str key, tn_bytes value) noexcept {
  return guarded(call, [&]() -> Result<void> {
    TN_TRY(const auto state, context_of(ctx).state());
    TN_CHECK(state.put(view(key), to_bytes(value), deadline_of(call, kDeadline)));
    return {};
  });
}

tn_status TN_ABI put_if(void* ctx, const tn_call* call, tn_str key, tn_bytes value,
                        uint64_t version) noexcept {
  return guarded(call, [&]() -> Result<void> {
    TN_TRY(const auto state, context_of(ctx).state());
    TN_CHECK(state.compare_and_set(view(key), static_cast<int64_t>(version), to_bytes(value),
                                   deadline_of(call, kDeadline)));
    return {};
  });
}

tn_status TN_ABI remove(void* ctx, const tn_call* call, tn_str key) noexcept {
  return guarded(call, [&]() -> Result<void> {
    TN_TRY(const auto state, context_of(ctx).state());
    TN_CHECK(state.remove(view(key), deadline_of(call, kDeadline)));
    return {};
  });
}

tn_status TN_ABI list(void* ctx, const tn_call* call, tn_str prefix, tn_str after, uint64_t limit,
                      const tn_sink* output) noexcept {
  return guarded(call, [&]() -> Result<void> {
    TN_TRY(const auto state, context_of(ctx).state());
    const size_t page = std::min<uint64_t>(limit, store::kMaxPage);
    TN_TRY(const auto entries,
           state.list(view(prefix), view(after), page, deadline_of(call, kDeadline)));
    std::vector<std::string> keys;
    for (const auto& entry : entries) keys.push_back(entry.key);
    return put(output, json::encode(keys));
  });
}

}  // namespace

const tn_host_state* state_table() {
  static constexpr tn_host_state table{
      sizeof(tn_host_state), 0, get, put_value, put_if, remove, list};
  return &table;
}

}  // namespace tenon::plugins
