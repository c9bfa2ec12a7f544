// tenon.message/1 and tenon.column/1 of a test's host: other plugins, as functions of the test.
#include "host/config/labels.hpp"
#include "world.hpp"

namespace tenon::testing {
namespace {

Result<void> check_required(const Guest& guest, std::string_view interface_id) {
  if (guest.declared.needs(interface_id)) return {};
  return Error{Code::denied, "the plugin may not call " + std::string(interface_id) +
                                 ": its manifest does not require it"};
}

// An instance as the host's choice sees it. [world.mutex]
Result<plugins::ProviderCandidate> candidate(const World& world, const std::string& interface_id,
                                             const std::string& instance) {
  const auto found = world.traits.find(instance);
  const ProviderTraits traits = found == world.traits.end() ? ProviderTraits() : found->second;
  const std::string major = interface_id.substr(interface_id.rfind('/') + 1);
  plugins::ProviderCandidate out{instance, {}, {}, traits.priority};
  TN_TRY(out.version, Version::parse(traits.version.empty() ? major : traits.version));
  TN_TRY(out.labels, config::parse_labels(traits.labels));
  return out;
}

// Those that are there; all of them when none is, so that their callers hear of it. [world.mutex]
Result<std::vector<plugins::ProviderCandidate>> candidates(const World& world,
                                                           const std::string& interface_id) {
  std::vector<plugins::ProviderCandidate> all, there;
  for (const auto& [key, provider] : world.providers) {
    if (key.first != interface_id) continue;
    TN_TRY(auto one, candidate(world, interface_id, key.second));
    all.push_back(one);
    if (!world.away.contains(key.second)) there.push_back(std::move(one));
  }
  return there.empty() ? all : there;
}

tn_status TN_ABI providers(void* ctx, const tn_call* call, const tn_selector* selector,
                           const tn_sink* output) noexcept {
  return guarded(call, [&]() -> Result<void> {
    Guest& guest = guest_of(ctx);
    World& world = guest.world;
    TN_CHECK(enter(world, "message.providers", call));
    TN_CHECK(check_required(guest, view(selector->interface_id)));
    TN_TRY(const auto wanted, plugins::selector_of(*selector));
    std::vector<Provider> found;
    {
      const std::lock_guard lock(world.mutex);
      for (const auto& [key, provider] : world.providers) {
        if (key.first != wanted.interface_id) continue;
        TN_TRY(const auto one, candidate(world, key.first, key.second));
        if (!plugins::choose_provider({one}, wanted, nullptr)) continue;
        found.push_back({one.instance, one.instance, one.version.to_string(),
                         world.away.contains(one.instance) ? "away" : "ready",
                         config::to_string(one.labels), one.priority});
      }
    }
    return put(world, output, json::encode(found));
  });
}

// The provider of a resolved method. [world.mutex]
Result<const ProviderFake*> choose(const World& world, const ResolvedMethod& wanted,
                                   std::string& instance) {
  TN_TRY(const auto all, candidates(world, wanted.selector.interface_id));
  const auto* const chosen = plugins::choose_provider(all, wanted.selector, nullptr);
  if (!chosen)
    return Error{Code::not_found, plugins::explain_choice(world.instance, all, wanted.selector,
                                                          nullptr, "the test provides none")};
  instance = chosen->instance;
  const ProviderFake& provider = world.providers.at({wanted.selector.interface_id, instance});
  if (!provider.texts.contains(wanted.method) && !provider.columns.contains(wanted.method))
    return Error{Code::not_found, wanted.selector.interface_id + " of " + instance +
                                      " has no method \"" + wanted.method + "\""};
  return &provider;
}

tn_status TN_ABI resolve(void* ctx, const tn_call* call, const tn_selector* selector, tn_str method,
                         tn_method* handle) noexcept {
  return guarded(call, [&]() -> Result<void> {
    Guest& guest = guest_of(ctx);
    World& world = guest.world;
    TN_CHECK(enter(world, "message.resolve", call));
    TN_CHECK(check_required(guest, view(selector->interface_id)));
    ResolvedMethod resolved{{}, std::string(view(method))};
    TN_TRY(resolved.selector, plugins::selector_of(*selector));
    const std::lock_guard lock(world.mutex);
    std::string instance;
    TN_CHECK(choose(world, resolved, instance));
    *handle = world.next_id++;
    world.methods[*handle] = std::move(resolved);
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
  const ResolvedMethod& wanted = resolved->second;
  std::string instance;
  TN_TRY(const ProviderFake* const provider, choose(world, wanted, instance));
  if (world.away.contains(instance)) return Error{Code::unavailable, instance + " is away"};
  const auto& named = provider->*functions;
  const auto found = named.find(wanted.method);
  if (found == named.end())
    return Error{Code::unsupported, wanted.selector.interface_id + " " + wanted.method +
                                        " is a method of the other kind"};
  return found->second;
}

tn_status TN_ABI call_message(void* ctx, const tn_call* call, tn_method handle, tn_str input,
                              const tn_sink* output) noexcept {
  return guarded(call, [&]() -> Result<void> {
    World& world = guest_of(ctx).world;
    TN_CHECK(enter(world, "message.call", call, Waits::yes));
    TN_TRY(const auto method, find<Host::TextMethod>(world, handle, &ProviderFake::texts));
    TN_TRY(const std::string answer, method(view(input)));
    TN_CHECK(check_deadline(world, call));  // it may have passed while the other plugin worked
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
    TN_CHECK(enter(world, "column.call", call, Waits::yes));
    TN_TRY(const auto method, find<Host::ColumnMethod>(world, handle, &ProviderFake::columns));
    TN_CHECK(check_batch(*input));
    TN_TRY(auto answers, method(Batch(input)));
    TN_CHECK(check_deadline(world, call));
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
