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
  enum class State { queued, leading, taken, done };
  struct Request {
    const Statement& statement;
    const Params& params;
    Deadline deadline;
    RowSink* sink;
    State state = State::queued;
    Result<std::int64_t> result = std::int64_t{0};
    std::condition_variable wake = {};
  };

  void lead(std::unique_lock<std::mutex>& lock, Request& own);
  void run_batch(Connection& connection, const std::deque<Request*>& batch);
  static void run_one(Connection& connection, Request& request);

  ConnectionPool& writer_;
  std::mutex mutex_;  // guards what follows and the state of requests
  std::deque<Request*> queue_;
  bool has_leader_ = false;
};

}  // namespace tenon::store
