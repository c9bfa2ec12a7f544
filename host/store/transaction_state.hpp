// What a Transaction holds, and the thread that ends transactions whose deadline has passed.
// Internal to the store.
#pragma once

#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <thread>

#include "host/store/connection.hpp"
#include "host/store/connection_pool.hpp"

namespace tenon::store {

// Rolls back open transactions at their deadline, so that a caller that hangs does not keep the
// only writer of SQLite or a connection of PostgreSQL. Must outlive the transactions.
class TransactionReaper {
 public:
  TransactionReaper() : thread_([this](std::stop_token stop) { run(stop); }) {}

  std::uint64_t watch(std::weak_ptr<TransactionState> state, Deadline deadline);
  void forget(std::uint64_t id, Deadline deadline);

 private:
  void run(const std::stop_token& stop);

  std::mutex mutex_;  // guards what follows
  std::condition_variable_any changed_;
  std::map<std::pair<Deadline, std::uint64_t>, std::weak_ptr<TransactionState>> open_;
  std::uint64_t next_id_ = 1;
  std::jthread thread_;
};

class TransactionState : public std::enable_shared_from_this<TransactionState> {
 public:
  TransactionState(Lease lease, StatementCatalog& catalog, TransactionReaper& reaper,
                   std::string ns, Deadline deadline, std::size_t max_result_bytes);
  void start_watch();

  // `ns` other than the transaction's own is for the host's own tables.
  Result<std::int64_t> run(std::string_view ns, std::string_view sql, const Params& params,
                           RowSink* sink);
  Result<std::int64_t> run_many(std::string_view sql, const std::vector<Params>& rows);
  Result<void> lock_migrations();
  Result<void> commit();
  void rollback();
  void expire();

  const std::string& ns() const { return ns_; }
  RowSink collector() const { return RowSink::collect(max_result_bytes_); }

 private:
  enum class Status { open, failed, committed, rolled_back, expired };

  // Both need mutex_.
  Result<void> check_open();
  void finish(Status status);

  StatementCatalog& catalog_;
  TransactionReaper& reaper_;
  const std::string ns_;
  const Deadline deadline_;
  const std::size_t max_result_bytes_;
  std::mutex mutex_;  // guards what follows; held while a statement runs
  Lease lease_;
  Status status_ = Status::open;
  std::uint64_t watch_id_ = 0;
};

}  // namespace tenon::store
