#include "host/plugins/message_bus.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "host/plugins/call_stack.hpp"
#include "tenon/draft/columns.hpp"
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

// How long a call whose provider died waits for the next generation.
constexpr auto kRetryWait = std::chrono::seconds(5);

std::chrono::steady_clock::time_point retry_deadline(const tn_call* call) {
  const auto latest = std::chrono::steady_clock::now() + kRetryWait;
  return std::min(latest, Call(call).deadline().value_or(latest));
}

}  // namespace

void MessageBus::offer(Provider& provider, std::shared_ptr<const Manifest> manifest) {
  std::lock_guard lock(mutex_);
  offers_[provider.id()] = {&provider, std::move(manifest)};
  for (size_t i = 0; i < count_; ++i) bind((*owned_blocks_[i / kBlock])[i % kBlock]);
}

void MessageBus::withdraw(const std::string& instance) {
  std::lock_guard lock(mutex_);
  offers_.erase(instance);
  for (size_t i = 0; i < count_; ++i) bind((*owned_blocks_[i / kBlock])[i % kBlock]);
}

// Gives a handle the provider that fits best now.
void MessageBus::bind(Binding& binding) {
  if (!binding.in_use) return;
  const auto found =
      find(binding.interface_id, binding.range, binding.wanted_instance, binding.method);
  if (found.ok()) (*found)->know_method(binding.slot, binding.interface_id + " " + binding.method);
  binding.provider.store(found.ok() ? *found : nullptr, std::memory_order_release);
}

Result<Provider*> MessageBus::find(const std::string& interface_id, const VersionRange& range,
                                   std::string_view instance, std::string_view method) const {
  const Offer* best = nullptr;
  const ProvidedInterface* best_provided = nullptr;
  std::vector<std::string> seen;
  for (const auto& [name, offer] : offers_) {
    for (const auto& provided : offer.manifest->provides) {
      if (provided.interface_id != interface_id) continue;
      seen.push_back(fmt::format("{} {}", name, provided.version.to_string()));
      if (!range.contains(provided.version) || (!instance.empty() && name != instance)) continue;
      if (best && best_provided->version >= provided.version) continue;
      best = &offer;
      best_provided = &provided;
    }
  }
  if (!best) {
    const std::string wanted = fmt::format(
        "{}{}{}", interface_id, range.text().empty() ? "" : " in version " + range.text(),
        instance.empty() ? "" : fmt::format(" of {}", instance));
    return Error{Code::not_found, seen.empty()
                                      ? fmt::format("no running plugin provides {}", wanted)
                                      : fmt::format("no running plugin provides {}; there is {}",
                                                    wanted, fmt::join(seen, ", "))};
  }
  const auto& methods = best_provided->methods;
  if (std::any_of(methods.begin(), methods.end(),
                  [&](const MethodSpec& spec) { return spec.name == method; }))
    return best->provider;
  std::vector<std::string> names;
  for (const auto& spec : methods) names.push_back(spec.name);
  return Error{Code::not_found,
               fmt::format("{} of {} has no method \"{}\"; it has {}", interface_id,
                           best->provider->id(), method, fmt::join(names, ", "))};
}

Result<uint32_t> MessageBus::slot_of(const std::string& key) {
  if (slots_.size() == SlotTable::kSlots)
    return Error{Code::limit, "plugins provide too many different methods"};
  return slots_.emplace(key, static_cast<uint32_t>(slots_.size())).first->second;
}

Result<tn_method> MessageBus::resolve(std::string_view interface_id, std::string_view range,
                                      std::string_view instance, std::string_view method) {
  TN_TRY(auto parsed_range, VersionRange::parse(range));
  std::lock_guard lock(mutex_);
  TN_CHECK(find(std::string(interface_id), parsed_range, instance, method));
  TN_TRY(const uint32_t slot, slot_of(fmt::format("{} {}", interface_id, method)));
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
  binding.interface_id = interface_id;
  binding.range = std::move(parsed_range);
  binding.wanted_instance = instance;
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
                                         provider, bound.method, bound.interface_id)};
  return {Code::unsupported, bound.method + (meaning.columns ? " takes columns, not messages"
                                                             : " takes messages, not columns")};
}

// The slow way out: says what could not be called. The names are stable while the handle is in use.
tn_status MessageBus::refuse(const tn_call* call, const Binding* binding) {
  if (!binding) return fail(call, {Code::invalid, "this is not a handle of a resolved method"});
  return fail(call, {Code::unavailable, fmt::format("the provider of {} {} is not running",
                                                    binding->interface_id, binding->method)});
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
  if (!entry) return fail(call, entry.why());
  const SlotMeaning meaning = entry.serving().methods.get(bound->slot);
  if (meaning.number == SlotMeaning::kNone || meaning.columns != columns)
    return fail(call, cannot_call(provider->id(), *bound, meaning));
  if (entry.tables().gone && (meaning.idempotent || wants_repeat))
    return repeatedly(*provider, std::move(entry), limited.get(), *bound, invoke);
  const tn_status status = guarded_invoke(limited.get(), bound->method, [&] {
    bool written = false;
    return invoke(limited.get(), entry, meaning.number, written);
  });
  if (status != TN_OK) entry.failed();
  return status;
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
  entry.failed();
  const Serving& left = entry.serving();
  if (written || !left.is_gone() || !provider.wait_for_another(left, retry_deadline(call)))
    return fail(call, first.error());
  auto again = provider.enter(call);
  if (!again) return fail(call, again.why());
  const auto second = attempt(again);
  if (second.ok()) return TN_OK;
  again.failed();
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

std::vector<MessageBus::ProviderInfo> MessageBus::providers(std::string_view interface_id,
                                                            std::string_view range,
                                                            std::string_view instance) const {
  std::vector<ProviderInfo> out;
  const auto parsed = VersionRange::parse(range);
  std::lock_guard lock(mutex_);
  for (const auto& [name, offer] : offers_) {
    if (!instance.empty() && name != instance) continue;
    for (const auto& provided : offer.manifest->provides) {
      if (!interface_id.empty() && provided.interface_id != interface_id) continue;
      if (parsed.ok() && !parsed->contains(provided.version)) continue;
      out.push_back(
          {name, offer.manifest->id, provided.version.to_string(), provided.interface_id});
    }
  }
  return out;
}

}  // namespace tenon::plugins
