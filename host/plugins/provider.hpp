// An instance as its callers see it: which of its generations serves them, and the way in. Lives as
// long as the host, through all reloads and crashes of the instance.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "host/plugins/admission.hpp"
#include "host/plugins/call_chain.hpp"
#include "host/plugins/serving.hpp"
#include "tenon/call.h"
#include "tenon/result.hpp"

namespace tenon::plugins {

struct CallLimits {
  std::chrono::milliseconds timeout{0};  // of a call that brings no nearer deadline; 0: none
  uint32_t concurrency = 0;              // 0: no limit
  uint32_t queue = 0;
};

// A call with the provider's own time limit, where that is nearer.
class LimitedCall {
 public:
  LimitedCall(const tn_call* call, const CallLimits& limits) : raw_(call) {
    if (limits.timeout.count() != 0) apply(limits.timeout);
  }
  LimitedCall(const LimitedCall&) = delete;
  LimitedCall& operator=(const LimitedCall&) = delete;
  const tn_call* get() const { return raw_; }

 private:
  void apply(std::chrono::milliseconds timeout);
  tn_call copy_;
  const tn_call* raw_;
};

// How long a call whose provider's process died waits for the next generation.
inline constexpr std::chrono::seconds kRetryWait{5};

// `limit` from now, or the call's own deadline where that is nearer.
std::chrono::steady_clock::time_point deadline_within(const tn_call* call,
                                                      std::chrono::milliseconds limit);

class Provider {
 public:
  // A caller's stay in one generation.
  class Entry {
   public:
    Entry() = default;
    ~Entry() {
      if (provider_) end();
    }
    Entry(Entry&& other) noexcept
        : provider_(std::exchange(other.provider_, nullptr)),
          serving_(std::exchange(other.serving_, nullptr)),
          pass_(std::move(other.pass_)),
          why_(std::move(other.why_)),
          timed_(other.timed_),
          admitted_(other.admitted_),
          begun_(other.begun_) {}
    Entry& operator=(Entry&&) = delete;

    explicit operator bool() const { return serving_ != nullptr; }
    // Of an empty one: why nobody serves.
    const Error& why() const { return *why_; }
    const GenerationTables& tables() const { return serving_->tables; }
    Serving& serving() const { return *serving_; }
    void failed() { pass_.failed(); }

   private:
    friend class Provider;
    void end();

    Provider* provider_ = nullptr;  // null: nothing to do at the end
    Serving* serving_ = nullptr;
    CallGate::Pass pass_;
    std::unique_ptr<Error> why_;
    bool timed_ = false;
    bool admitted_ = false;
    std::chrono::steady_clock::time_point begun_;
  };

  // `chains` outlives this.
  Provider(std::string id, CallChains& chains) : id_(std::move(id)), chains_(chains) {}
  Provider(const Provider&) = delete;
  Provider& operator=(const Provider&) = delete;

  const std::string& id() const { return id_; }
  // For calls from now on. [any-thread]
  void limit(const CallLimits& limits);
  CallLimits limits() const {
    return {std::chrono::milliseconds(timeout_ms_.load(std::memory_order_relaxed)),
            admission_.concurrency(), admission_.queue()};
  }

  // ---- for callers, [any-thread]

  // Goes into the generation that the chain of `call` has met before, else into the one that serves
  // now; waits while they are being exchanged and for its turn. An empty entry says why nobody
  // serves.
  Entry enter(const tn_call* call) {
    if (special_.load(std::memory_order_acquire) == 0 &&
        (!call || !TN_HAS(call, call_id) || call->call_id == 0)) [[likely]] {
      Entry entry;
      if (Serving* const serving = primary_.load(std::memory_order_acquire)) {
        entry.pass_ = CallGate::Pass(serving->gate);
        if (entry.pass_) {
          entry.serving_ = serving;
          return entry;
        }
      }
    }
    return enter_specially(call);
  }
  // Goes into the generation that serves all callers, never into one on trial; no waiting. An empty
  // entry has no reason.
  Entry enter_primary(uint64_t chain);
  // Waits until another generation than `serving` serves, for a caller whose generation ended under
  // it. False: none came by `deadline`.
  bool wait_for_another(const Serving& serving, std::chrono::steady_clock::time_point deadline);

  // Calls will name the method "interface method" by that slot, in every generation; it is below
  // SlotTable::kSlots.
  void know_method(uint32_t slot, const std::string& key);
  // The slot of the route "METHOD pattern" in every generation of this instance. Code::limit: too
  // many.
  Result<uint32_t> route_slot(const std::string& key);

  CallGate::Counts counts() const;
  bool serves() const { return primary_.load() != nullptr; }

  // ---- for the instance's owner, one thread at a time

  // Makes room for a generation; nobody enters it yet.
  Serving& add(const GenerationTables& tables);
  // From now on new chains go there. Whoever served before stays open until it is closed.
  void serve(Serving& serving);
  // A share of the new chains, in thousandths, tries it; latencies of both are taken.
  void begin_trial(Serving& serving, uint32_t per_mille);
  void end_trial();
  // Nobody serves; callers are told `why`.
  void serve_none(const std::string& why);
  // Between these, callers wait.
  void pause();
  void resume();
  // Closes it for all chains that have not met it, and gives its memory back once it is empty.
  void close(Serving& serving) { serving.gate.close(); }
  void remove(Serving& serving);

 private:
  // What keeps enter() from its short way.
  enum Special : uint32_t { kLimited = 1, kTrial = 2, kPaused = 4 };
  void set_special(Special what, bool on);
  Entry enter_specially(const tn_call* call);
  Serving* choose();
  // The slow way: waits while paused, and says why nobody serves.
  Result<Serving*> wait_for_one(std::chrono::steady_clock::time_point deadline);

  const std::string id_;
  CallChains& chains_;
  std::atomic<int64_t> timeout_ms_{0};
  Admission admission_;
  std::atomic<uint32_t> special_{0};
  std::atomic<Serving*> primary_{nullptr};
  std::atomic<Serving*> trial_{nullptr};
  std::atomic<uint32_t> trial_per_mille_{0};
  std::atomic<uint32_t> drawn_{0};

  mutable std::mutex mutex_;  // guards all below
  std::condition_variable changed_;
  std::string why_ = "it has not been started";
  std::deque<Serving> servings_;
  std::map<uint32_t, std::string> methods_;  // "interface/1 method", by slot
  std::map<std::string, uint32_t> routes_;   // "GET /path", and its slot
  CallGate::Counts ended_;                   // of generations that are gone
};

}  // namespace tenon::plugins
