// GroupCommit: single statements of many threads, run in one SQLite transaction. One of the waiting
// threads leads: it takes the writer, runs what has queued up meanwhile, commits once, and passes
// the lead on. A statement that fails takes nothing else with it. Internal to the store.
#pragma once

#include <condition_variable>
#include <deque>
#include <mutex>

#include "host/store/connection_pool.hpp"

namespace tenon::store {

class GroupCommit {
 public:
  explicit GroupCommit(ConnectionPool& writer) : writer_(writer) {}

  // Returns when the statement is committed, or failed.
  Result<std::int64_t> run(const Statement& statement, const Params& params, Deadline deadline,
                           RowSink* sink);

 private:
  enum class Signal { none, lead, done };
  struct Request {
    const Statement& statement;
    const Params& params;
    Deadline deadline;
    RowSink* sink;
    Result<std::int64_t> result = std::int64_t{0};
    // Each has its own lock, so that those woken together do not queue for one.
    std::mutex mutex = {};  // guards signal
    Signal signal = Signal::none;
    std::condition_variable wake = {};

    void send(Signal value);
    Signal wait(Deadline until);
  };

  void lead(Request& own);
  void pass_lead();
  void run_batch(Connection& connection, const std::deque<Request*>& batch);
  static void run_one(Connection& connection, Request& request);

  ConnectionPool& writer_;
  std::mutex mutex_;  // guards what follows; taken before a request's
  std::deque<Request*> queue_;
  bool has_leader_ = false;
};

}  // namespace tenon::store
