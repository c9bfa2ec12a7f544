#include "host/plugins/message_bus.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>

#include "host/plugins/blame.hpp"
#include "host/plugins/call_stack.hpp"
#include "tenon/columns.hpp"
#include "tenon/views.hpp"

namespace tenon::plugins {
namespace {

Error with_prefix(const std::string& prefix, Error error) {
  error.message = prefix + error.message;
  return error;
}

// Between a provider and the sink of its caller: what is malformed does not get there.
class CheckedSink {
 public:
  explicit CheckedSink(const tn_batch_sink& inner)
      : inner_(inner), sink_{sizeof(tn_batch_sink), 0, this, &CheckedSink::write} {}
  CheckedSink(const CheckedSink&) = delete;
  CheckedSink& operator=(const CheckedSink&) = delete;

  const tn_batch_sink* get() const { return &sink_; }
  const std::optional<Error>& refused() const { return refused_; }
  bool written() const { return written_; }

 private:
  static tn_status TN_ABI write(void* self, const tn_batch* batch) noexcept {
    try {
      auto& sink = *static_cast<CheckedSink*>(self);
      if (auto checked = check_batch(*batch); !checked.ok()) {
        sink.refused_ = checked.error();
        return static_cast<tn_status>(Code::invalid);
      }
      sink.written_ = true;
      return sink.inner_.write(sink.inner_.ctx, batch);
    } catch (...) {
      return TN_E_LIMIT;
    }
  }
  const tn_batch_sink& inner_;
  tn_batch_sink sink_;
  std::optional<Error> refused_;
  bool written_ = false;
};

// Passes text on, and remembers whether there was any: an answer that was begun cannot be begun
// again.
class WatchedSink {
 public:
  explicit WatchedSink(const tn_sink& inner)
      : inner_(inner), sink_{sizeof(tn_sink), 0, this, &WatchedSink::write} {}
  WatchedSink(const WatchedSink&) = delete;
  WatchedSink& operator=(const WatchedSink&) = delete;

  const tn_sink* get() const { return &sink_; }
  bool written() const { return written_; }

 private:
  static tn_status TN_ABI write(void* self, tn_bytes chunk) noexcept {
    auto& sink = *static_cast<WatchedSink*>(self);
    sink.written_ = true;
    return sink.inner_.write(sink.inner_.ctx, chunk);
  }
  const tn_sink& inner_;
  tn_sink sink_;
  bool written_ = false;
};

// A plugin without the SDK's trampolines can let anything escape.
template <class Function>
tn_status guarded_invoke(const tn_call* call, const std::string& method, Function function) {
  try {
    return function();
  } catch (...) {
    return fail(call, {Code::internal, method + " let an exception escape"});
  }
}

// How often it looks whether another provider has taken over.
constexpr auto kRetryLook = std::chrono::milliseconds(10);

// What a provider that offered `before` and now offers `after` (null: nothing) has ceased and begun
// to provide.
std::vector<ProviderChange> changes_between(const std::string& instance, const Manifest* before,
                                            const Manifest* after) {
  std::vector<ProviderChange> out;
  const auto offers = [](const Manifest* manifest, const ProvidedInterface& wanted) {
    return manifest &&
           std::any_of(manifest->provides.begin(), manifest->provides.end(), [&](const auto& one) {
             return one.interface_id == wanted.interface_id && one.version == wanted.version;
           });
  };
  const auto note = [&](const Manifest* from, const Manifest* to, bool available) {
    if (!from) return;
    for (const auto& one : from->provides)
      if (!offers(to, one))
        out.push_back({one.interface_id, one.version.to_string(), instance, available});
  };
  note(before, after, false);
  note(after, before, true);
  return out;
}

}  // namespace

std::string provider_event(const ProviderChange& change) {
  return boost::json::serialize(
      boost::json::object({{"interface", change.interface_id},
                           {"version", change.version},
                           {"instance", change.instance},
                           {"state", change.available ? "available" : "gone"}}));
}

void MessageBus::tell(const std::vector<ProviderChange>& changes) const {
  if (!listener_) return;
  for (const auto& change : changes) listener_(change);
}

void MessageBus::configure(const std::string& instance, ServiceSettings settings) {
  const std::lock_guard lock(mutex_);
  settings_[instance] = std::move(settings);
  bind_all();
}

void MessageBus::offer(Provider& provider, std::shared_ptr<const Manifest> manifest) {
  const std::lock_guard changing(changing_);
  std::vector<ProviderChange> changes;
  {
    const std::lock_guard lock(mutex_);
    Offer& offer = offers_[provider.id()];
    changes = changes_between(provider.id(), offer.manifest.get(), manifest.get());
    offer = {&provider, std::move(manifest)};
    bind_all();
  }
  tell(changes);
}

void MessageBus::withdraw(const std::string& instance) {
  const std::lock_guard changing(changing_);
  std::vector<ProviderChange> changes;
  {
    const std::lock_guard lock(mutex_);
    const auto found = offers_.find(instance);
    if (found == offers_.end()) return;
    changes = changes_between(instance, found->second.manifest.get(), nullptr);
    offers_.erase(found);
    bind_all();
  }
  tell(changes);
}

void MessageBus::bind_all() {
  for (size_t i = 0; i < count_; ++i) bind((*owned_blocks_[i / kBlock])[i % kBlock]);
}

// Gives a handle the provider that fits best now. One that lacks the method is taken as well: its
// callers hear so, and do not land at another than they asked for.
void MessageBus::bind(Binding& binding) {
  if (!binding.in_use) return;
  const Offer* const found = choose(binding.consumer, binding.selector);
  if (found)
    found->provider->know_method(binding.slot,
                                 binding.selector.interface_id + " " + binding.method);
  binding.provider.store(found ? found->provider : nullptr, std::memory_order_release);
}

ServiceSettings MessageBus::settings_of(const std::string& instance) const {
  const auto found = settings_.find(instance);
  return found == settings_.end() ? ServiceSettings() : found->second;
}

const config::ProviderChoice* MessageBus::choice_of(const std::string& consumer,
                                                    const std::string& interface_id) const {
  const auto found = settings_.find(consumer);
  if (found == settings_.end()) return nullptr;
  const auto chosen = found->second.use.find(interface_id);
  return chosen == found->second.use.end() ? nullptr : &chosen->second;
}

std::vector<ProviderCandidate> MessageBus::candidates(std::string_view consumer,
                                                      const ProviderSelector& selector) const {
  std::vector<ProviderCandidate> out;
  for (const auto& [name, offer] : offers_) {
    if (name == consumer && selector.instance != consumer) continue;
    for (const auto& provided : offer.manifest->provides) {
      if (provided.interface_id != selector.interface_id) continue;
      const auto found = settings_.find(name);
      out.push_back({name, provided.version,
                     found == settings_.end() ? config::Labels() : found->second.labels,
                     found == settings_.end() ? 0 : found->second.priority});
    }
  }
  return out;
}

const MessageBus::Offer* MessageBus::choose(const std::string& consumer,
                                            const ProviderSelector& selector) const {
  const auto all = candidates(consumer, selector);
  const auto* chosen = choose_provider(all, selector, choice_of(consumer, selector.interface_id));
  return chosen ? &offers_.at(chosen->instance) : nullptr;
}

Error MessageBus::no_provider(const std::string& consumer, const ProviderSelector& selector) const {
  const auto all = candidates(consumer, selector);
  if (consumer.empty() && all.empty()) {
    std::map<std::string, std::string> owners;
    for (const auto& [instance, offer] : offers_)
      for (const auto& provided : offer.manifest->provides)
        owners.emplace(provided.interface_id, instance);
    return {Code::not_found, explain_absence(selector.interface_id, owners)};
  }
  const std::string_view who = consumer.empty() ? "the host" : std::string_view(consumer);
  std::string text = explain_choice(who, all, selector, choice_of(consumer, selector.interface_id),
                                    "no running plugin provides it");
  return {Code::not_found, std::move(text)};
}

Result<void> MessageBus::check_method(const Offer& offer, const std::string& interface_id,
                                      std::string_view method) const {
  std::vector<std::string> names;
  for (const auto& provided : offer.manifest->provides) {
    if (provided.interface_id != interface_id) continue;
    for (const auto& spec : provided.methods) {
      if (spec.name == method) return {};
      names.push_back(spec.name);
    }
  }
  return Error{Code::not_found,
               fmt::format("{} of {} has no method \"{}\"; it has {}", interface_id,
                           offer.provider->id(), method, fmt::join(names, ", "))};
}

Result<uint32_t> MessageBus::slot_of(const std::string& key) {
  if (slots_.size() == SlotTable::kSlots)
    return Error{Code::limit, "plugins provide too many different methods"};
  return slots_.emplace(key, static_cast<uint32_t>(slots_.size())).first->second;
}

Result<tn_method> MessageBus::resolve(std::string_view consumer, ProviderSelector selector,
                                      std::string_view method) {
  std::string who(consumer);
  std::lock_guard lock(mutex_);
  const Offer* const found = choose(who, selector);
  if (!found) return no_provider(who, selector);
  TN_CHECK(check_method(*found, selector.interface_id, method));
  TN_TRY(const uint32_t slot, slot_of(fmt::format("{} {}", selector.interface_id, method)));
  size_t index = count_;
  if (!free_.empty()) {
    index = free_.back();
    free_.pop_back();
  } else {
    if (index == kBlock * kBlocks) return Error{Code::limit, "too many methods are resolved"};
    if (index % kBlock == 0) {
      blocks_[index / kBlock] = owned_blocks_.emplace_back(std::make_unique<Block>()).get();
    }
    count_.store(index + 1, std::memory_order_release);
  }
  Binding& binding = (*owned_blocks_[index / kBlock])[index % kBlock];
  binding.slot = slot;
  binding.consumer = std::move(who);
  binding.selector = std::move(selector);
  binding.method = method;
  binding.in_use = true;
  bind(binding);
  return static_cast<tn_method>(index + 1);
}

void MessageBus::release(tn_method handle) {
  std::lock_guard lock(mutex_);
  if (handle == 0 || handle > count_) return;
  const size_t index = handle - 1;
  Binding& binding = (*owned_blocks_[index / kBlock])[index % kBlock];
  if (!binding.in_use) return;
  binding.provider.store(nullptr, std::memory_order_release);
  binding.in_use = false;
  free_.push_back(index);
}

const MessageBus::Binding* MessageBus::binding(tn_method handle) const {
  if (handle == 0 || handle > count_.load(std::memory_order_acquire)) return nullptr;
  return &(*blocks_[(handle - 1) / kBlock].load(std::memory_order_acquire))[(handle - 1) % kBlock];
}

Error MessageBus::cannot_call(const std::string& provider, const Binding& bound,
                              SlotMeaning meaning) {
  if (meaning.number == SlotMeaning::kNone)
    return {Code::not_found, fmt::format("the present version of {} has no method {} of {}",
                                         provider, bound.method, bound.selector.interface_id)};
  return {Code::unsupported, bound.method + (meaning.columns ? " takes columns, not messages"
                                                             : " takes messages, not columns")};
}

// The slow way out: says what could not be called, and why.
tn_status MessageBus::refuse(const tn_call* call, const Binding* binding) const {
  Error error{Code::invalid, "this is not a handle of a resolved method"};
  if (binding) {
    const std::lock_guard lock(mutex_);
    if (binding->in_use)
      error = {
          Code::unavailable,
          fmt::format("the provider of {} {} is not running: {}", binding->selector.interface_id,
                      binding->method, no_provider(binding->consumer, binding->selector).message)};
  }
  return fail(call, error);
}

// Goes into the provider of a handle and calls `invoke(call, entry, method number, written)`; once
// more, when the provider's process died under a call that may be repeated and nothing of its
// answer was `written`.
template <class Invoke>
tn_status MessageBus::enter_and(const tn_call* call, tn_method handle, bool columns,
                                Invoke invoke) {
  const Binding* const bound = binding(handle);
  Provider* const provider = bound ? bound->provider.load(std::memory_order_acquire) : nullptr;
  if (!provider) return refuse(call, bound);
  const CallFrame frame(*provider, bound->slot, bound->method.c_str());
  if (!frame.is_straight()) return fail(call, frame.crooked());
  const LimitedCall limited(call, provider->limits());
  const bool wants_repeat = call && call->flags & TN_CALL_IDEMPOTENT;
  auto entry = provider->enter(limited.get());
  if (!entry) {
    // It may have left just now, and another have taken over.
    Provider* const now = bound->provider.load(std::memory_order_acquire);
    if (now && now != provider) return enter_and(call, handle, columns, invoke);
    return fail(call, entry.why());
  }
  const SlotMeaning meaning = entry.serving().methods.get(bound->slot);
  if (meaning.number == SlotMeaning::kNone || meaning.columns != columns)
    return fail(call, cannot_call(provider->id(), *bound, meaning));
  if (entry.tables().gone && (meaning.idempotent || wants_repeat))
    return repeatedly(*provider, std::move(entry), limited.get(), *bound, invoke);
  const tn_status status = guarded_invoke(limited.get(), bound->method, [&] {
    bool written = false;
    return invoke(limited.get(), entry, meaning.number, written);
  });
  if (status != TN_OK && is_plugins_fault(static_cast<Code>(status))) entry.failed();
  return status;
}

// Who takes a call that its provider left: that provider again, or another. Null: nobody in time.
Provider* MessageBus::wait_for_next(const Binding& bound, Provider& provider, const Serving& left,
                                    std::chrono::steady_clock::time_point deadline) {
  for (;;) {
    Provider* const now = bound.provider.load(std::memory_order_acquire);
    if (now != &provider) return now;
    const auto until = std::min(deadline, std::chrono::steady_clock::now() + kRetryLook);
    if (provider.wait_for_another(left, until)) return now;
    if (until == deadline) return nullptr;
  }
}

// The same for a call that may be made twice. What the first failure was is told only when it is
// the last.
template <class Invoke>
tn_status MessageBus::repeatedly(Provider& provider, Provider::Entry entry, const tn_call* call,
                                 const Binding& bound, Invoke invoke) {
  bool written = false;
  const auto attempt = [&](const Provider::Entry& inside) {
    const uint32_t method = inside.serving().methods.get(bound.slot).number;
    return Call(call).invoke([&](const tn_call* raw) {
      return guarded_invoke(raw, bound.method,
                            [&] { return invoke(raw, inside, method, written); });
    });
  };
  const auto first = attempt(entry);
  if (first.ok()) return TN_OK;
  if (is_plugins_fault(first.error().code)) entry.failed();
  const Serving& left = entry.serving();
  Provider* const next =
      written || !left.is_gone()
          ? nullptr
          : wait_for_next(bound, provider, left, deadline_within(call, kRetryWait));
  if (!next) return fail(call, first.error());
  auto again = next->enter(call);
  if (!again) return fail(call, again.why());
  const SlotMeaning meaning = again.serving().methods.get(bound.slot);
  if (meaning.number == SlotMeaning::kNone)
    return fail(call, cannot_call(next->id(), bound, meaning));
  const auto second = attempt(again);
  if (second.ok()) return TN_OK;
  if (is_plugins_fault(second.error().code)) again.failed();
  return fail(call, second.error());
}

tn_status MessageBus::call(const tn_call* call, tn_method handle, tn_str input,
                           const tn_sink* output) {
  return enter_and(
      call, handle, false,
      [&](const tn_call* raw, const Provider::Entry& entry, uint32_t method, bool& written) {
        const GenerationTables& to = entry.tables();
        if (!to.gone) return to.messages->call(to.object, raw, method, input, output);
        const WatchedSink watched(*output);
        const tn_status status = to.messages->call(to.object, raw, method, input, watched.get());
        written = watched.written();
        return status;
      });
}

tn_status MessageBus::call(const tn_call* call, tn_method handle, const tn_batch* input,
                           const tn_batch_sink* output) {
  const Binding* const bound = binding(handle);
  if (!bound) return refuse(call, bound);
  if (auto checked = check_batch(*input); !checked.ok())
    return fail(call, with_prefix("the input of " + bound->method + ": ", checked.error()));
  return enter_and(
      call, handle, true,
      [&](const tn_call* raw, const Provider::Entry& entry, uint32_t method, bool& written) {
        const GenerationTables& to = entry.tables();
        CheckedSink checked(*output);
        const tn_status status = to.columns->call(to.object, raw, method, input, checked.get());
        written = checked.written();
        if (!checked.refused()) return status;
        // Whatever the provider made of it: its caller must not take the rest for an answer.
        Error error = with_prefix("the answer of " + bound->method + ": ", *checked.refused());
        error.code = Code::internal;
        return fail(raw, error);
      });
}

std::vector<MessageBus::ProviderInfo> MessageBus::providers(
    const ProviderSelector& selector) const {
  std::vector<ProviderInfo> out;
  const std::lock_guard lock(mutex_);
  for (const auto& [name, offer] : offers_) {
    if (!selector.instance.empty() && name != selector.instance) continue;
    const auto settings = settings_of(name);
    if (!config::has_all(settings.labels, selector.labels)) continue;
    for (const auto& provided : offer.manifest->provides) {
      if (!selector.interface_id.empty() && provided.interface_id != selector.interface_id)
        continue;
      if (!selector.range.text().empty() && !selector.range.contains(provided.version)) continue;
      out.push_back({name, offer.manifest->id, provided.version.to_string(), provided.interface_id,
                     offer.provider->serves() ? "ready" : "away", settings.labels,
                     settings.priority});
    }
  }
  return out;
}

}  // namespace tenon::plugins
