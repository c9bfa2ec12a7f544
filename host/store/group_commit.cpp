#include "host/store/group_commit.hpp"

#include <algorithm>
#include <utility>

namespace tenon::store {

namespace {
constexpr std::size_t kMaxBatch = 256;
}

void GroupCommit::Request::send(Signal value) {
  std::lock_guard lock(mutex);
  signal = value;
  wake.notify_one();
}

GroupCommit::Signal GroupCommit::Request::wait(Deadline until) {
  std::unique_lock lock(mutex);
  wake.wait_until(lock, until, [&] { return signal != Signal::none; });
  return signal;
}

Result<std::int64_t> GroupCommit::run(const Statement& statement, const Params& params,
                                      Deadline deadline, RowSink* sink) {
  Request own{statement, params, deadline, sink};
  bool leads = false;
  {
    std::lock_guard lock(mutex_);
    leads = !std::exchange(has_leader_, true);
    queue_.push_back(&own);
  }
  Signal signal = leads ? Signal::lead : own.wait(deadline);
  if (signal == Signal::none) {
    std::lock_guard lock(mutex_);
    signal = own.wait(Deadline::min());
    if (signal == Signal::none && std::erase(queue_, &own) > 0) {
      return Error{Code::timeout, "the writer of the database was not free in time"};
    }
  }
  if (signal == Signal::lead) {
    lead(own);
  } else {
    // Taken by a leader, who bounds its work by the deadlines of the statements it took.
    own.wait(Deadline::max());
  }
  return std::move(own.result);
}

void GroupCommit::lead(Request& own) {
  auto lease = writer_.acquire(own.deadline);
  if (!lease.ok()) {
    own.result = std::move(lease).error();
    std::lock_guard lock(mutex_);
    std::erase(queue_, &own);
    return pass_lead();
  }
  std::deque<Request*> batch;
  {
    // Its own is the first: the lead goes to the front of the queue.
    std::lock_guard lock(mutex_);
    auto end = queue_.begin() + static_cast<std::ptrdiff_t>(std::min(queue_.size(), kMaxBatch));
    batch.assign(queue_.begin(), end);
    queue_.erase(queue_.begin(), end);
  }
  run_batch(**lease, batch);
  lease->release();
  for (Request* request : batch) {
    if (request != &own) request->send(Signal::done);
  }
  std::lock_guard lock(mutex_);
  pass_lead();
}

void GroupCommit::pass_lead() {
  has_leader_ = !queue_.empty();
  if (has_leader_) queue_.front()->send(Signal::lead);
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
