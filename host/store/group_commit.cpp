#include "host/store/group_commit.hpp"

#include <sched.h>

#include <algorithm>
#include <utility>

namespace tenon::store {

namespace {

constexpr std::size_t kMaxBatch = 256;
constexpr std::chrono::microseconds kMaxGrowth{500};

// States of a batch.
constexpr std::uint32_t kWaiting = 0;
constexpr std::uint32_t kLeaderless = 1;
constexpr std::uint32_t kDone = 2;

}  // namespace

GroupCommit::BatchPtr GroupCommit::join(Request& own, bool& leads) {
  std::lock_guard lock(mutex_);
  leads = forming_ == nullptr;
  if (leads) forming_ = std::make_shared<Batch>();
  BatchPtr batch = forming_;
  batch->requests.push_back(&own);
  if (batch->requests.size() == kMaxBatch) forming_.reset();
  return batch;
}

Result<std::int64_t> GroupCommit::run(const Statement& statement, const Params& params,
                                      Deadline deadline, RowSink* sink) {
  Request own{statement, params, deadline, sink};
  bool leads = false;
  BatchPtr batch = join(own, leads);
  if (leads || follow(batch, own)) lead(batch, own);
  return std::move(own.result);
}

bool GroupCommit::follow(const BatchPtr& batch, Request& own) {
  Deadline until = own.deadline;
  while (true) {
    if (batch->state.wait_while(kWaiting, until) == kDone) return false;
    std::lock_guard lock(mutex_);
    if (batch->state.load() == kLeaderless) {
      batch->state.store(kWaiting);
      return true;
    }
    if (!batch->taken && std::chrono::steady_clock::now() >= own.deadline) {
      std::erase(batch->requests, &own);
      own.result = Error{Code::timeout, "the writer of the database was not free in time"};
      return false;
    }
    // Its leader bounds the work by the deadlines of the statements it took.
    if (batch->taken) until = Deadline::max();
  }
}

void GroupCommit::resign(const BatchPtr& batch, Request& own) {
  std::lock_guard lock(mutex_);
  std::erase(batch->requests, &own);
  if (!batch->requests.empty()) return batch->state.store_and_wake_all(kLeaderless);
  if (forming_ == batch) forming_.reset();
}

void GroupCommit::lead(const BatchPtr& batch, Request& own) {
  auto lease = writer_.acquire(own.deadline);
  if (!lease.ok()) {
    own.result = std::move(lease).error();
    return resign(batch, own);
  }
  let_grow(*batch);
  {
    std::lock_guard lock(mutex_);
    batch->taken = true;
    if (forming_ == batch) forming_.reset();
    last_size_ = batch->requests.size();
  }
  run_batch(**lease, batch->requests);
  lease->release();
  batch->state.store_and_wake_all(kDone);
}

void GroupCommit::let_grow(const Batch& batch) {
  // Those whom the last commit woke may be about to write again. Without this, the first of them
  // would commit alone, and all others after it.
  const auto until = std::chrono::steady_clock::now() + kMaxGrowth;
  std::size_t before = 0;
  do {
    {
      std::lock_guard lock(mutex_);
      std::size_t size = batch.requests.size();
      if (size >= last_size_ || size == before) return;
      before = size;
    }
    ::sched_yield();
  } while (std::chrono::steady_clock::now() < until);
}

void GroupCommit::run_one(Connection& connection, Request& request) {
  request.result =
      connection.run(request.statement, request.params, request.deadline, request.sink);
}

void GroupCommit::run_batch(Connection& connection, const std::vector<Request*>& batch) {
  if (batch.size() == 1) return run_one(connection, *batch.front());
  Deadline latest = Deadline::min();
  for (const Request* request : batch) latest = std::max(latest, request->deadline);
  if (auto begun = connection.begin(Mode::write, latest); !begun.ok()) {
    for (Request* request : batch) request->result = begun.error();
    return;
  }
  std::size_t ran = 0;
  while (ran < batch.size() && connection.in_transaction()) run_one(connection, *batch[ran++]);
  if (!connection.in_transaction()) {
    // The last one ended the transaction of all (a deadline, a full disk): the others run alone.
    for (std::size_t i = 0; i < batch.size(); ++i) {
      if (i + 1 == ran || (i < ran && !batch[i]->result.ok())) continue;
      if (batch[i]->sink != nullptr) *batch[i]->sink = batch[i]->sink->emptied();
      run_one(connection, *batch[i]);
    }
    return;
  }
  if (auto committed = connection.commit(latest); !committed.ok()) {
    for (Request* request : batch) request->result = committed.error();
  }
}

}  // namespace tenon::store
