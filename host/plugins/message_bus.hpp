// Where consumers meet providers: resolves interfaces to methods of running instances and calls
// them.
#pragma once

#include <atomic>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "host/plugins/call_gate.hpp"
#include "host/plugins/manifest.hpp"
#include "tenon/draft/column.h"
#include "tenon/message.h"
#include "tenon/result.hpp"

namespace tenon::plugins {

// A running instance as its callers reach it. Everything pointed to outlives its registration by
// the time of the calls under way (see MessageBus::withdraw).
struct ProviderEndpoint {
  std::string instance;
  const Manifest* manifest = nullptr;
  tn_instance* object = nullptr;
  const tn_plugin_message* messages = nullptr;  // null: provides none
  const tn_plugin_column* columns = nullptr;
  CallGate* gate = nullptr;
};

class MessageBus {
 public:
  MessageBus() = default;
  MessageBus(const MessageBus&) = delete;
  MessageBus& operator=(const MessageBus&) = delete;

  // What an endpoint provides becomes callable, in one step. [any-thread]
  void offer(const ProviderEndpoint& endpoint);
  // New calls to the instance answer Code::unavailable; handles stay and revive when it is offered
  // again. The caller closes the gate and drains it before the instance goes. [any-thread]
  void withdraw(const std::string& instance);

  // Finds the provider: by instance when the selector names one, else the one in range with the
  // highest version (ties: by instance name). Errors say what was looked for and what there is.
  // [any-thread]
  Result<tn_method> resolve(std::string_view interface_id, std::string_view range,
                            std::string_view instance, std::string_view method);
  void release(tn_method handle);

  // [any-thread]; lock-free up to the provider. Batches are checked both ways (check_batch of
  // tenon/draft/columns.hpp): a malformed input never reaches the provider, nor a malformed answer
  // its caller.
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
  // One method of one provider while it runs.
  struct Target {
    tn_instance* object;
    decltype(tn_plugin_message::call) message;
    decltype(tn_plugin_column::call) column;
    CallGate* gate;
    uint32_t method;
  };
  // What a handle stands for: a wish, and the target that fulfils it now (null: none).
  struct Binding {
    std::atomic<const Target*> target{nullptr};
    std::string interface_id;
    VersionRange range;
    std::string wanted_instance;
    std::string method;
    std::string instance;  // of the present target
    bool in_use = false;
  };
  struct Found {
    const ProviderEndpoint* endpoint;
    const ProvidedInterface* provided;
    const MethodSpec* method;
  };

  Result<Found> find(const std::string& interface_id, const VersionRange& range,
                     std::string_view instance, std::string_view method) const;
  const Target* make_target(const Found& found);
  const Binding* binding(tn_method handle) const;
  static tn_status refuse(const tn_call* call, const Binding* binding);

  // Bindings live in blocks that never move, so that calls reach them without a lock.
  static constexpr size_t kBlock = 256;
  static constexpr size_t kBlocks = 256;
  using Block = std::array<Binding, kBlock>;

  mutable std::mutex mutex_;  // guards all below but the atomics
  std::map<std::string, ProviderEndpoint> endpoints_;
  // Targets are kept for good: a call may have read one just before it was replaced.
  std::deque<Target> targets_;
  std::array<std::atomic<Block*>, kBlocks> blocks_{};
  std::vector<std::unique_ptr<Block>> owned_blocks_;
  std::atomic<size_t> count_{0};
  std::vector<size_t> free_;
};

}  // namespace tenon::plugins
