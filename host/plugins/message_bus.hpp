// Where consumers meet providers: resolves interfaces to methods of running instances and calls
// them.
#pragma once

#include <array>
#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "host/plugins/manifest.hpp"
#include "host/plugins/provider.hpp"
#include "host/plugins/provider_choice.hpp"
#include "tenon/column.h"
#include "tenon/message.h"
#include "tenon/result.hpp"

namespace tenon::plugins {

// What the operator says of an instance as a provider and as a consumer.
struct ServiceSettings {
  config::Labels labels;
  int priority = 0;
  std::map<std::string, config::ProviderChoice> use;  // by interface
};

// An interface that an instance has begun or ceased to provide.
struct ProviderChange {
  std::string interface_id;
  std::string version;
  std::string instance;
  bool available = false;
};
// What plugins hear of it: the topic and the JSON of the event (tenon/events.h).
constexpr std::string_view kProviderTopic = "tenon.provider";
std::string provider_event(const ProviderChange& change);

class MessageBus {
 public:
  MessageBus() = default;
  MessageBus(const MessageBus&) = delete;
  MessageBus& operator=(const MessageBus&) = delete;

  // Before the first offer, or resolve() of a handle that could hear of it.
  void on_change(std::function<void(const ProviderChange&)> listener) {
    listener_ = std::move(listener);
  }
  // Before the instance starts, and again when the operator changes it; handles turn to the
  // providers that fit best then. [any-thread]
  void configure(const std::string& instance, ServiceSettings settings);

  // What the manifest of a provider's present generation offers becomes callable, in one step;
  // again when that changes. The provider outlives the bus. [any-thread]
  void offer(Provider& provider, std::shared_ptr<const Manifest> manifest);
  // Handles turn to another provider that fits, or answer Code::unavailable until one comes.
  // [any-thread]
  void withdraw(const std::string& instance);

  // Finds the provider as provider_choice.hpp says, by what `consumer` asks for and what its
  // operator chose for it. The handle turns to another whenever that fits better. An instance is
  // no provider of its own unless it names itself. Errors say what was asked for and why no
  // provider does. [any-thread]
  Result<tn_method> resolve(std::string_view consumer, ProviderSelector selector,
                            std::string_view method);
  void release(tn_method handle);

  // [any-thread]; lock-free up to the provider. Batches are checked both ways (check_batch of
  // tenon/columns.hpp): a malformed input never reaches the provider, nor a malformed answer
  // its caller. A call that its provider's process dies under is made once more when the method or
  // the call is idempotent and nothing was written: by the provider's next generation, or by
  // another provider when the handle has turned to one.
  tn_status call(const tn_call* call, tn_method handle, tn_str input, const tn_sink* output);
  tn_status call(const tn_call* call, tn_method handle, const tn_batch* input,
                 const tn_batch_sink* output);

  // The providers that satisfy the selector, sorted by instance. An empty interface: of every one.
  struct ProviderInfo {
    std::string instance;
    std::string library;
    std::string version;  // of the interface
    std::string interface_id;
    std::string state;  // "ready"; "away": it is being started again
    config::Labels labels;
    int priority = 0;
  };
  std::vector<ProviderInfo> providers(const ProviderSelector& selector) const;

 private:
  // What a handle stands for: a wish, and the provider that fulfils it now (null: none). The slot
  // is the same with every provider.
  struct Binding {
    std::atomic<Provider*> provider{nullptr};
    uint32_t slot = 0;
    std::string consumer;
    ProviderSelector selector;
    std::string method;
    bool in_use = false;
  };
  struct Offer {
    Provider* provider;
    std::shared_ptr<const Manifest> manifest;
  };

  std::vector<ProviderCandidate> candidates(std::string_view consumer,
                                            const ProviderSelector& selector) const;
  const config::ProviderChoice* choice_of(const std::string& consumer,
                                          const std::string& interface_id) const;
  const Offer* choose(const std::string& consumer, const ProviderSelector& selector) const;
  Error no_provider(const std::string& consumer, const ProviderSelector& selector) const;
  Result<void> check_method(const Offer& offer, const std::string& interface_id,
                            std::string_view method) const;
  ServiceSettings settings_of(const std::string& instance) const;
  Result<uint32_t> slot_of(const std::string& key);
  void bind(Binding& binding);
  void bind_all();
  void tell(const std::vector<ProviderChange>& changes) const;
  const Binding* binding(tn_method handle) const;
  tn_status refuse(const tn_call* call, const Binding* binding) const;
  static Error cannot_call(const std::string& provider, const Binding& bound, SlotMeaning meaning);
  template <class Invoke>
  tn_status enter_and(const tn_call* call, tn_method handle, bool columns, Invoke invoke);
  static Provider* wait_for_next(const Binding& bound, Provider& provider, const Serving& left,
                                 std::chrono::steady_clock::time_point deadline);
  template <class Invoke>
  static tn_status repeatedly(Provider& provider, Provider::Entry entry, const tn_call* call,
                              const Binding& bound, Invoke invoke);

  // Bindings live in blocks that never move, so that calls reach them without a lock.
  static constexpr size_t kBlock = 256;
  static constexpr size_t kBlocks = 256;
  using Block = std::array<Binding, kBlock>;

  std::function<void(const ProviderChange&)> listener_;
  std::mutex changing_;  // held over a change and the telling of it, so that it is told in order
  mutable std::mutex mutex_;  // guards all below but the atomics; taken after changing_
  std::map<std::string, Offer> offers_;
  std::map<std::string, ServiceSettings> settings_;
  std::map<std::string, uint32_t> slots_;  // by "interface method"
  std::array<std::atomic<Block*>, kBlocks> blocks_{};
  std::vector<std::unique_ptr<Block>> owned_blocks_;
  std::atomic<size_t> count_{0};
  std::vector<size_t> free_;
};

}  // namespace tenon::plugins
