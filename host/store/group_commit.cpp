#include "host/store/group_commit.hpp"

#include <algorithm>

namespace tenon::store {

namespace {
constexpr std::size_t kMaxBatch = 256;
}

Result<std::int64_t> GroupCommit::run(const Statement& statement, const Params& params,
                                      Deadline deadline, RowSink* sink) {
  Request own{statement, params, deadline, sink};
  std::unique_lock lock(mutex_);
  if (!has_leader_) {
    has_leader_ = true;
    own.state = State::leading;
    queue_.push_front(&own);
  } else {
    queue_.push_back(&own);
    own.wake.wait_until(lock, deadline, [&] { return own.state != State::queued; });
  }
  if (own.state == State::queued) {
    std::erase(queue_, &own);
    return Error{Code::timeout, "the writer of the database was not free in time"};
  }
  if (own.state == State::leading) lead(lock, own);
  // The leader bounds its work by the deadlines of the statements it took.
  own.wake.wait(lock, [&] { return own.state == State::done; });
  return std::move(own.result);
}

void GroupCommit::lead(std::unique_lock<std::mutex>& lock, Request& own) {
  lock.unlock();
  auto lease = writer_.acquire(own.deadline);
  std::deque<Request*> batch;
  lock.lock();
  if (lease.ok()) {
    std::size_t count = std::min(queue_.size(), kMaxBatch);
    batch.assign(queue_.begin(), queue_.begin() + static_cast<std::ptrdiff_t>(count));
    queue_.erase(queue_.begin(), queue_.begin() + static_cast<std::ptrdiff_t>(count));
    for (Request* request : batch) request->state = State::taken;
    lock.unlock();
    run_batch(**lease, batch);
    lease->release();
    lock.lock();
  } else {
    std::erase(queue_, &own);
    own.result = std::move(lease).error();
    batch.push_back(&own);
  }
  for (Request* request : batch) {
    request->state = State::done;
    if (request != &own) request->wake.notify_one();
  }
  has_leader_ = !queue_.empty();
  if (has_leader_) {
    queue_.front()->state = State::leading;
    queue_.front()->wake.notify_one();
  }
}

void GroupCommit::run_one(Connection& connection, Request& request) {
  request.result =
      connection.run(request.statement, request.params, request.deadline, request.sink);
}

void GroupCommit::run_batch(Connection& connection, const std::deque<Request*>& batch) {
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
