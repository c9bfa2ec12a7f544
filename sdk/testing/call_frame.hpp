// One call into a plugin: what travels with it, and the rules that hold for its return.
#pragma once

#include <memory>

#include "lent.hpp"
#include "tenon/testing/plugin.hpp"

namespace tenon::testing {

struct World;

class CallFrame {
 public:
  // `what` names the call in complaints: "message greet".
  CallFrame(World& world, const CallOptions& options, std::string what);
  ~CallFrame();
  CallFrame(const CallFrame&) = delete;
  CallFrame& operator=(const CallFrame&) = delete;

  const tn_call* call() const { return call_; }
  Lent& lent() { return *lent_; }

  // A sink that takes text, or batches, for as long as the call lasts.
  const tn_sink* sink();
  const std::string& text() const;
  const tn_batch_sink* batch_sink();
  std::vector<BatchBuffer> batches();

  // Notes a rule that was broken.
  void complain(const std::string& what);
  // Ends the call: overwrites what was lent. An error when the plugin's status is one, or when a
  // rule was broken.
  Result<void> result(tn_status status);

 private:
  struct Shared;  // outlives the call, so that a late use is noticed
  World& world_;
  std::string what_;
  std::unique_ptr<Lent> lent_;
  std::shared_ptr<Shared> shared_;
  const tn_call* call_ = nullptr;
  uint64_t call_id_ = 0;
};

}  // namespace tenon::testing
