// The current route table, swapped while requests run.
#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <mutex>
#include <vector>

#include "host/http/generation_pins.hpp"
#include "host/http/route_table.hpp"

namespace tenon::http {

// Requests pin the table they start with and see it to their end; no lock and no shared reference
// count on their way.
class Router {
 public:
  Router();  // an empty table

  // One request's hold on a table.
  class Pinned {
   public:
    Pinned(Router& router, std::uint32_t worker)
        : router_(router), pin_(router.pins_.pin(worker)), table_(router.current_.load()) {}
    ~Pinned() { router_.pins_.release(pin_); }
    Pinned(const Pinned&) = delete;
    Pinned& operator=(const Pinned&) = delete;

    const RouteTable& table() const { return *table_; }

   private:
    friend class Router;
    Router& router_;
    GenerationPins::Pin pin_;
    const RouteTable* table_;
  };

  // New requests see `table` from now on, in one step. The old table lives until drained.
  // [thread-safe]
  void replace(std::shared_ptr<const RouteTable> table);

  // Waits until every request that was running when this was called has ended, then frees replaced
  // tables; false when `timeout` passes first. A handler that calls this gives its own pin, which
  // is not waited for. [thread-safe, blocks]
  bool drain(std::chrono::milliseconds timeout, const Pinned* own = nullptr);

  // For reading outside requests (listings). [thread-safe, locks]
  std::shared_ptr<const RouteTable> table() const;

 private:
  mutable std::mutex mutex_;  // guards shared_ and retired_
  std::shared_ptr<const RouteTable> shared_;
  std::vector<std::shared_ptr<const RouteTable>> retired_;
  std::atomic<const RouteTable*> current_;
  GenerationPins pins_;
};

}  // namespace tenon::http
