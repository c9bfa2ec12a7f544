#include "host/plugins/message_bus.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

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

 private:
  static tn_status TN_ABI write(void* self, const tn_batch* batch) noexcept {
    try {
      auto& sink = *static_cast<CheckedSink*>(self);
      if (auto checked = check_batch(*batch); !checked.ok()) {
        sink.refused_ = checked.error();
        return static_cast<tn_status>(Code::invalid);
      }
      return sink.inner_.write(sink.inner_.ctx, batch);
    } catch (...) {
      return TN_E_LIMIT;
    }
  }
  const tn_batch_sink& inner_;
  tn_batch_sink sink_;
  std::optional<Error> refused_;
};

}  // namespace

void MessageBus::offer(const ProviderEndpoint& endpoint) {
  std::lock_guard lock(mutex_);
  endpoints_[endpoint.instance] = endpoint;
  for (size_t i = 0; i < count_; ++i) {
    Binding& binding = (*owned_blocks_[i / kBlock])[i % kBlock];
    if (!binding.in_use || (binding.target.load() && binding.instance != endpoint.instance))
      continue;
    const auto found =
        find(binding.interface_id, binding.range, binding.wanted_instance, binding.method);
    if (!found.ok()) continue;
    binding.instance = found->endpoint->instance;
    binding.target.store(make_target(*found), std::memory_order_release);
  }
}

void MessageBus::withdraw(const std::string& instance) {
  std::lock_guard lock(mutex_);
  endpoints_.erase(instance);
  for (size_t i = 0; i < count_; ++i) {
    Binding& binding = (*owned_blocks_[i / kBlock])[i % kBlock];
    if (binding.instance == instance) binding.target.store(nullptr, std::memory_order_release);
  }
}

Result<MessageBus::Found> MessageBus::find(const std::string& interface_id,
                                           const VersionRange& range, std::string_view instance,
                                           std::string_view method) const {
  const ProviderEndpoint* best = nullptr;
  const ProvidedInterface* best_provided = nullptr;
  std::vector<std::string> seen;
  for (const auto& [name, endpoint] : endpoints_) {
    for (const auto& provided : endpoint.manifest->provides) {
      if (provided.interface_id != interface_id) continue;
      seen.push_back(fmt::format("{} {}", name, provided.version.to_string()));
      if (!range.contains(provided.version) || (!instance.empty() && name != instance)) continue;
      if (best && best_provided->version >= provided.version) continue;
      best = &endpoint;
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
  const auto found = std::find_if(best_provided->methods.begin(), best_provided->methods.end(),
                                  [&](const MethodSpec& spec) { return spec.name == method; });
  if (found == best_provided->methods.end()) {
    std::vector<std::string> names;
    for (const auto& spec : best_provided->methods) names.push_back(spec.name);
    return Error{Code::not_found,
                 fmt::format("{} of {} has no method \"{}\"; it has {}", interface_id,
                             best->instance, method, fmt::join(names, ", "))};
  }
  return Found{best, best_provided, &*found};
}

const MessageBus::Target* MessageBus::make_target(const Found& found) {
  const auto index = static_cast<uint32_t>(found.method - found.provided->methods.data());
  const ProviderEndpoint& endpoint = *found.endpoint;
  const bool columns = found.provided->columns;
  return &targets_.emplace_back(
      Target{endpoint.object, !columns && endpoint.messages ? endpoint.messages->call : nullptr,
             columns && endpoint.columns ? endpoint.columns->call : nullptr, endpoint.gate,
             found.provided->first_method + index});
}

Result<tn_method> MessageBus::resolve(std::string_view interface_id, std::string_view range,
                                      std::string_view instance, std::string_view method) {
  TN_TRY(auto parsed_range, VersionRange::parse(range));
  std::lock_guard lock(mutex_);
  TN_TRY(auto found, find(std::string(interface_id), parsed_range, instance, method));
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
  binding.interface_id = interface_id;
  binding.range = std::move(parsed_range);
  binding.wanted_instance = instance;
  binding.method = method;
  binding.instance = found.endpoint->instance;
  binding.in_use = true;
  binding.target.store(make_target(found), std::memory_order_release);
  return static_cast<tn_method>(index + 1);
}

void MessageBus::release(tn_method handle) {
  std::lock_guard lock(mutex_);
  if (handle == 0 || handle > count_) return;
  const size_t index = handle - 1;
  Binding& binding = (*owned_blocks_[index / kBlock])[index % kBlock];
  if (!binding.in_use) return;
  binding.target.store(nullptr, std::memory_order_release);
  binding.in_use = false;
  free_.push_back(index);
}

const MessageBus::Binding* MessageBus::binding(tn_method handle) const {
  if (handle == 0 || handle > count_.load(std::memory_order_acquire)) return nullptr;
  return &(*blocks_[(handle - 1) / kBlock].load(std::memory_order_acquire))[(handle - 1) % kBlock];
}

// The slow way out: says what could not be called. The names are stable while the handle is in use.
tn_status MessageBus::refuse(const tn_call* call, const Binding* binding) {
  if (!binding) return fail(call, {Code::invalid, "this is not a handle of a resolved method"});
  return fail(call, {Code::unavailable, fmt::format("the provider of {} {} is not running",
                                                    binding->interface_id, binding->method)});
}

tn_status MessageBus::call(const tn_call* call, tn_method handle, tn_str input,
                           const tn_sink* output) {
  const Binding* const bound = binding(handle);
  const Target* const target = bound ? bound->target.load(std::memory_order_acquire) : nullptr;
  if (!target) return refuse(call, bound);
  CallGate::Pass pass(*target->gate);
  if (!pass) return refuse(call, bound);
  if (!target->message)
    return fail(call, {Code::unsupported, bound->method + " takes columns, not messages"});
  try {
    const tn_status status = target->message(target->object, call, target->method, input, output);
    if (status != TN_OK) pass.failed();
    return status;
  } catch (...) {  // a plugin without the SDK's trampolines
    pass.failed();
    return fail(call, {Code::internal, bound->method + " let an exception escape"});
  }
}

tn_status MessageBus::call(const tn_call* call, tn_method handle, const tn_batch* input,
                           const tn_batch_sink* output) {
  const Binding* const bound = binding(handle);
  const Target* const target = bound ? bound->target.load(std::memory_order_acquire) : nullptr;
  if (!target) return refuse(call, bound);
  CallGate::Pass pass(*target->gate);
  if (!pass) return refuse(call, bound);
  if (!target->column)
    return fail(call, {Code::unsupported, bound->method + " takes messages, not columns"});
  try {
    if (auto checked = check_batch(*input); !checked.ok())
      return fail(call, with_prefix("the input of " + bound->method + ": ", checked.error()));
    CheckedSink checked(*output);
    const tn_status status =
        target->column(target->object, call, target->method, input, checked.get());
    if (status != TN_OK || checked.refused()) pass.failed();
    if (!checked.refused()) return status;
    // Whatever the provider made of it: its caller must not take the rest for an answer.
    Error error = with_prefix("the answer of " + bound->method + ": ", *checked.refused());
    error.code = Code::internal;
    return fail(call, error);
  } catch (...) {
    pass.failed();
    return fail(call, {Code::internal, bound->method + " let an exception escape"});
  }
}

std::vector<MessageBus::ProviderInfo> MessageBus::providers(std::string_view interface_id,
                                                            std::string_view range,
                                                            std::string_view instance) const {
  std::vector<ProviderInfo> out;
  const auto parsed = VersionRange::parse(range);
  std::lock_guard lock(mutex_);
  for (const auto& [name, endpoint] : endpoints_) {
    if (!instance.empty() && name != instance) continue;
    for (const auto& provided : endpoint.manifest->provides) {
      if (!interface_id.empty() && provided.interface_id != interface_id) continue;
      if (parsed.ok() && !parsed->contains(provided.version)) continue;
      out.push_back(
          {name, endpoint.manifest->id, provided.version.to_string(), provided.interface_id});
    }
  }
  return out;
}

}  // namespace tenon::plugins
