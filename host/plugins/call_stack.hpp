// The calls between plugins that the present thread is in, so that a call that goes round in a
// circle is cut instead of running out of stack. Calls into other processes come back on the
// thread that waits for them, so they are on it too.
#pragma once

#include <cstdint>

#include "tenon/result.hpp"

namespace tenon::plugins {

class Provider;

class CallFrame {
 public:
  static constexpr int kDeepest = 64;

  CallFrame(const Provider& provider, uint32_t slot, const char* name)
      : provider_(provider), slot_(slot), name_(name), outer_(innermost) {
    innermost = this;
  }
  ~CallFrame() { innermost = outer_; }
  CallFrame(const CallFrame&) = delete;
  CallFrame& operator=(const CallFrame&) = delete;

  // False: this method is being called already on this thread, or the calls are nested too deeply.
  bool is_straight() const {
    int depth = 0;
    for (const CallFrame* at = outer_; at; at = at->outer_)
      if ((&at->provider_ == &provider_ && at->slot_ == slot_) || ++depth == kDeepest) return false;
    return true;
  }
  // What is wrong when it is not straight; shows the way round.
  Error crooked() const;

 private:
  static inline thread_local constinit const CallFrame* innermost = nullptr;

  const Provider& provider_;
  const uint32_t slot_;
  const char* const name_;  // of the method
  const CallFrame* const outer_;
};

}  // namespace tenon::plugins
