// tenon.message/1 and tenon.column/1 of a test's host: other plugins, as functions of the test.
#include <algorithm>

#include "world.hpp"

namespace tenon::testing {
namespace {

Result<void> check_required(const Guest& guest, std::string_view interface_id) {
  const auto& required = guest.declared.requires_interfaces;
  if (guest.declared.unbound ||
      std::find(required.begin(), required.end(), interface_id) != required.end())
    return {};
  return Error{Code::denied, "the plugin may not call " + std::string(interface_id) +
                                 ": its manifest does not require it"};
}

tn_status TN_ABI providers(void* ctx, const tn_call* call, const tn_selector* selector,
                           const tn_sink* output) noexcept {
  return guarded(call, [&]() -> Result<void> {
    Guest& guest = guest_of(ctx);
    TN_CHECK(enter(guest.world, "message.providers", call, Blocks::no));
    TN_CHECK(check_required(guest, view(selector->interface_id)));
    std::vector<Provider> found;
    {
      const std::lock_guard lock(guest.world.mutex);
      for (const auto& [key, provider] : guest.world.providers) {
        const auto& [interface_id, instance] = key;
        if (interface_id != view(selector->interface_id)) continue;
        if (selector->instance.size && instance != view(selector->instance)) continue;
        found.push_back({instance, instance, "1.0.0",
                         guest.world.away.contains(instance) ? "away" : "ready", "", 0});
      }
    }
    return put(guest.world, output, json::encode(found));
  });
}

// The provider that serves the selector: by name, the first that is not away.
Result<std::string> choose(const World& world, const tn_selector& selector) {
  std::string chosen;
  for (const auto& [key, provider] : world.providers) {
    if (key.first != view(selector.interface_id)) continue;
    if (selector.instance.size && key.second != view(selector.instance)) continue;
    if (chosen.empty() || (world.away.contains(chosen) && !world.away.contains(key.second)))
      chosen = key.second;
  }
  if (chosen.empty())
    return Error{Code::not_found,
                 "the test provides no " + std::string(view(selector.interface_id))};
  return chosen;
}

tn_status TN_ABI resolve(void* ctx, const tn_call* call, const tn_selector* selector, tn_str method,
                         tn_method* handle) noexcept {
  return guarded(call, [&]() -> Result<void> {
    Guest& guest = guest_of(ctx);
    World& world = guest.world;
    TN_CHECK(enter(world, "message.resolve", call, Blocks::no));
    TN_CHECK(check_required(guest, view(selector->interface_id)));
    const std::lock_guard lock(world.mutex);
    TN_TRY(const std::string instance, choose(world, *selector));
    const std::string interface_id(view(selector->interface_id));
    const ProviderFake& provider = world.providers.at({interface_id, instance});
    if (!provider.texts.contains(view(method)) && !provider.columns.contains(view(method)))
      return Error{Code::not_found, interface_id + " of " + instance + " has no method \"" +
                                        std::string(view(method)) + "\""};
    *handle = world.next_id++;
    world.methods[*handle] = {interface_id, instance, std::string(view(method))};
    return {};
  });
}

// The test's function behind a handle, copied so that it runs without the lock.
template <class Function, class Functions>
Result<Function> find(World& world, tn_method handle, Functions ProviderFake::*functions) {
  const std::lock_guard lock(world.mutex);
  const auto resolved = world.methods.find(handle);
  if (resolved == world.methods.end())
    return Error{Code::invalid, "no method was resolved under this handle"};
  const auto& [interface_id, instance, method] = resolved->second;
  if (world.away.contains(instance)) return Error{Code::unavailable, instance + " is away"};
  const auto& named = world.providers.at({interface_id, instance}).*functions;
  const auto found = named.find(method);
  if (found == named.end())
    return Error{Code::unsupported, interface_id + " " + method + " is a method of the other kind"};
  return found->second;
}

tn_status TN_ABI call_message(void* ctx, const tn_call* call, tn_method handle, tn_str input,
                              const tn_sink* output) noexcept {
  return guarded(call, [&]() -> Result<void> {
    World& world = guest_of(ctx).world;
    TN_CHECK(enter(world, "message.call", call));
    TN_TRY(const auto method, find<Host::TextMethod>(world, handle, &ProviderFake::texts));
    TN_TRY(const std::string answer, method(view(input)));
    return put(world, output, answer);
  });
}

void TN_ABI release(void* ctx, tn_method handle) noexcept {
  World& world = guest_of(ctx).world;
  const std::lock_guard lock(world.mutex);
  if (world.methods.erase(handle) == 0)
    world.violations.push_back("released the method " + std::to_string(handle) +
                               ", which it had not resolved or had released before");
}

tn_status TN_ABI call_columns(void* ctx, const tn_call* call, tn_method handle,
                              const tn_batch* input, const tn_batch_sink* output) noexcept {
  return guarded(call, [&]() -> Result<void> {
    World& world = guest_of(ctx).world;
    TN_CHECK(enter(world, "column.call", call));
    TN_TRY(const auto method, find<Host::ColumnMethod>(world, handle, &ProviderFake::columns));
    TN_CHECK(check_batch(*input));
    TN_TRY(auto answers, method(Batch(input)));
    BatchOut out(output);
    for (BatchBuffer& answer : answers) TN_CHECK(out.write(answer));
    return {};
  });
}

}  // namespace

const tn_host_message kMessageTable{sizeof kMessageTable, 0,      providers, resolve,
                                    call_message,         release};
const tn_host_column kColumnTable{sizeof kColumnTable, 0, call_columns};

}  // namespace tenon::testing
