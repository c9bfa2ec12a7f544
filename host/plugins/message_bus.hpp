// Where consumers meet providers: resolves interfaces to methods of running instances and calls
// them.
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "host/plugins/manifest.hpp"
#include "host/plugins/provider.hpp"
#include "tenon/draft/column.h"
#include "tenon/message.h"
#include "tenon/result.hpp"

namespace tenon::plugins {

class MessageBus {
 public:
  MessageBus() = default;
  MessageBus(const MessageBus&) = delete;
  MessageBus& operator=(const MessageBus&) = delete;

  // What the manifest of a provider's present generation offers becomes callable, in one step;
  // again when that changes. The provider outlives the bus. [any-thread]
  void offer(Provider& provider, std::shared_ptr<const Manifest> manifest);
  // Handles turn to another provider that fits, or answer Code::unavailable until one comes.
  // [any-thread]
  void withdraw(const std::string& instance);

  // Finds the provider: by instance when the selector names one, else the one in range with the
  // highest version (ties: by instance name). Errors say what was looked for and what there is.
  // [any-thread]
  Result<tn_method> resolve(std::string_view interface_id, std::string_view range,
                            std::string_view instance, std::string_view method);
  void release(tn_method handle);

  // [any-thread]; lock-free up to the provider. Batches are checked both ways (check_batch of
  // tenon/draft/columns.hpp): a malformed input never reaches the provider, nor a malformed answer
  // its caller. A call that its provider's process dies under is made once more when the method or
  // the call is idempotent and nothing was written.
  tn_status call(const tn_call* call, tn_method handle, tn_str input, const tn_sink* output);
  tn_status call(const tn_call* call, tn_method handle, const tn_batch* input,
                 const tn_batch_sink* output);

  // The providers of an interface, sorted by instance. An empty interface: of every one.
  struct ProviderInfo {
    std::string instance;
    std::string library;
    std::string version;  // of the interface
    std::string interface_id;
  };
  std::vector<ProviderInfo> providers(std::string_view interface_id, std::string_view range,
                                      std::string_view instance) const;

 private:
  // What a handle stands for: a wish, and the provider that fulfils it now (null: none). The slot
  // is the same with every provider.
  struct Binding {
    std::atomic<Provider*> provider{nullptr};
    uint32_t slot = 0;
    std::string interface_id;
    VersionRange range;
    std::string wanted_instance;
    std::string method;
    bool in_use = false;
  };
  struct Offer {
    Provider* provider;
    std::shared_ptr<const Manifest> manifest;
  };

  Result<Provider*> find(const std::string& interface_id, const VersionRange& range,
                         std::string_view instance, std::string_view method) const;
  Result<uint32_t> slot_of(const std::string& key);
  void bind(Binding& binding);
  const Binding* binding(tn_method handle) const;
  static tn_status refuse(const tn_call* call, const Binding* binding);
  static Error cannot_call(const std::string& provider, const Binding& bound, SlotMeaning meaning);
  template <class Invoke>
  tn_status enter_and(const tn_call* call, tn_method handle, bool columns, Invoke invoke);
  template <class Invoke>
  static tn_status repeatedly(Provider& provider, Provider::Entry entry, const tn_call* call,
                              const Binding& bound, Invoke invoke);

  // Bindings live in blocks that never move, so that calls reach them without a lock.
  static constexpr size_t kBlock = 256;
  static constexpr size_t kBlocks = 256;
  using Block = std::array<Binding, kBlock>;

  mutable std::mutex mutex_;  // guards all below but the atomics
  std::map<std::string, Offer> offers_;
  std::map<std::string, uint32_t> slots_;  // by "interface method"
  std::array<std::atomic<Block*>, kBlocks> blocks_{};
  std::vector<std::unique_ptr<Block>> owned_blocks_;
  std::atomic<size_t> count_{0};
  std::vector<size_t> free_;
};

}  // namespace tenon::plugins
