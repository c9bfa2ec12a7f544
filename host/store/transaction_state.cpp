#include "host/store/transaction_state.hpp"

namespace tenon::store {

std::uint64_t TransactionReaper::watch(std::weak_ptr<TransactionState> state, Deadline deadline) {
  std::lock_guard lock(mutex_);
  std::uint64_t id = next_id_++;
  auto entry = open_.emplace(std::pair(deadline, id), std::move(state)).first;
  if (entry == open_.begin()) changed_.notify_one();
  return id;
}

void TransactionReaper::forget(std::uint64_t id, Deadline deadline) {
  std::lock_guard lock(mutex_);
  open_.erase({deadline, id});
}

void TransactionReaper::run(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  while (!stop.stop_requested()) {
    if (open_.empty()) {
      changed_.wait(lock, stop, [&] { return !open_.empty(); });
      continue;
    }
    Deadline first = open_.begin()->first.first;
    if (std::chrono::steady_clock::now() < first) {
      changed_.wait_until(lock, stop, first,
                          [&] { return !open_.empty() && open_.begin()->first.first < first; });
      continue;
    }
    auto state = open_.begin()->second.lock();
    open_.erase(open_.begin());
    lock.unlock();
    if (state != nullptr) state->expire();
    state.reset();
    lock.lock();
  }
}

TransactionState::TransactionState(Lease lease, StatementCatalog& catalog,
                                   TransactionReaper& reaper, std::string ns, Deadline deadline,
                                   std::size_t max_result_bytes)
    : catalog_(catalog),
      reaper_(reaper),
      ns_(std::move(ns)),
      deadline_(deadline),
      max_result_bytes_(max_result_bytes),
      lease_(std::move(lease)) {}

void TransactionState::start_watch() {
  std::lock_guard lock(mutex_);
  watch_id_ = reaper_.watch(weak_from_this(), deadline_);
}

Result<void> TransactionState::check_open() {
  switch (status_) {
    case Status::open:
      break;
    case Status::failed:
      return Error{Code::invalid,
                   "an earlier statement of this transaction failed; it can only be rolled back"};
    case Status::committed:
      return Error{Code::invalid, "the transaction is committed already"};
    case Status::rolled_back:
      return Error{Code::invalid, "the transaction is rolled back already"};
    case Status::expired:
      return Error{Code::timeout, "the deadline of the transaction has passed; it is rolled back"};
  }
  if (std::chrono::steady_clock::now() < deadline_) return {};
  finish(Status::expired);
  return check_open();
}

void TransactionState::finish(Status status) {
  if (status != Status::committed) lease_->rollback();
  lease_.release();
  status_ = status;
  reaper_.forget(watch_id_, deadline_);
}

Result<std::int64_t> TransactionState::run(std::string_view ns, std::string_view sql,
                                           const Params& params, RowSink* sink) {
  std::lock_guard lock(mutex_);
  TN_CHECK(check_open());
  auto statement = catalog_.get(ns, sql);
  auto checked = statement.ok() ? check_params(**statement, params)
                                : Result<void>(std::move(statement).error());
  if (checked.ok()) {
    auto result = lease_->run(**statement, params, deadline_, sink);
    if (result.ok()) return result;
    status_ = Status::failed;
    return result;
  }
  status_ = Status::failed;
  return std::move(checked).error();
}

Result<std::int64_t> TransactionState::run_many(std::string_view sql,
                                                const std::vector<Params>& rows) {
  std::lock_guard lock(mutex_);
  TN_CHECK(check_open());
  auto run = [&]() -> Result<std::int64_t> {
    TN_TRY(StatementPtr statement, catalog_.get(ns_, sql));
    for (const Params& params : rows) TN_CHECK(check_params(*statement, params));
    return lease_->run_many(*statement, rows, deadline_);
  };
  auto result = run();
  if (!result.ok()) status_ = Status::failed;
  return result;
}

Result<void> TransactionState::lock_migrations() {
  std::lock_guard lock(mutex_);
  TN_CHECK(check_open());
  return lease_->lock_migrations(deadline_);
}

Result<void> TransactionState::commit() {
  std::lock_guard lock(mutex_);
  if (auto open = check_open(); !open.ok()) {
    if (status_ == Status::failed) finish(Status::rolled_back);
    return open;
  }
  auto result = lease_->commit(deadline_);
  finish(result.ok() ? Status::committed : Status::rolled_back);
  return result;
}

void TransactionState::rollback() {
  std::lock_guard lock(mutex_);
  if (status_ == Status::open || status_ == Status::failed) finish(Status::rolled_back);
}

void TransactionState::expire() {
  std::lock_guard lock(mutex_);
  if (status_ == Status::open || status_ == Status::failed) finish(Status::expired);
}

}  // namespace tenon::store
