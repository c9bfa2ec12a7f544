// GroupCommit: single statements of many threads, run in one SQLite transaction. The first one of a
// batch leads it: while it waits for the writer the batch grows, then it runs all of it, commits
// once and wakes the others. A statement that fails takes nothing else with it. Internal to the
// store.
#pragma once

#include <memory>
#include <mutex>
#include <vector>

#include "host/store/connection_pool.hpp"
#include "host/store/wake_word.hpp"

namespace tenon::store {

class GroupCommit {
 public:
  explicit GroupCommit(ConnectionPool& writer) : writer_(writer) {}

  // Returns when the statement is committed, or failed.
  Result<std::int64_t> run(const Statement& statement, const Params& params, Deadline deadline,
                           RowSink* sink);

 private:
  struct Request {
    const Statement& statement;
    const Params& params;
    Deadline deadline;
    RowSink* sink;
    Result<std::int64_t> result = std::int64_t{0};
  };
  struct Batch {
    std::vector<Request*> requests;  // guarded by mutex_ until it is taken, then the leader's
    bool taken = false;              // guarded by mutex_
    WakeWord state = {};
  };
  using BatchPtr = std::shared_ptr<Batch>;

  BatchPtr join(Request& own, bool& leads);
  void lead(const BatchPtr& batch, Request& own);
  void resign(const BatchPtr& batch, Request& own);
  // Whether the caller is to lead now; if not, own.result is set.
  bool follow(const BatchPtr& batch, Request& own);
  void let_grow(const Batch& batch);
  void run_batch(Connection& connection, const std::vector<Request*>& batch);
  static void run_one(Connection& connection, Request& request);

  ConnectionPool& writer_;
  std::mutex mutex_;  // guards what follows
  BatchPtr forming_;  // none: the next request begins one
  std::size_t last_size_ = 0;
};

}  // namespace tenon::store
