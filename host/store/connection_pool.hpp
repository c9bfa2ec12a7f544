// ConnectionPool: at most n connections, lent in the order of asking. Internal to the store.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "host/store/connection.hpp"

namespace tenon::store {

class ConnectionPool;

// Gives the connection back at its end.
class Lease {
 public:
  Lease() = default;
  Lease(ConnectionPool& pool, std::unique_ptr<Connection> connection)
      : pool_(&pool), connection_(std::move(connection)) {}
  Lease(Lease&& other) noexcept = default;
  Lease& operator=(Lease&& other) noexcept;
  ~Lease() { release(); }

  void release();
  Connection& operator*() const { return *connection_; }
  Connection* operator->() const { return connection_.get(); }

 private:
  ConnectionPool* pool_ = nullptr;
  std::unique_ptr<Connection> connection_;
};

class ConnectionPool {
 public:
  using Factory = std::function<Result<std::unique_ptr<Connection>>()>;

  ConnectionPool(std::size_t max_connections, Factory factory)
      : max_(max_connections), factory_(std::move(factory)) {}

  // Errors: timeout when none is free by the deadline; unavailable when the database does not
  // answer. After a failure no new connection is tried for a while that doubles each time.
  Result<Lease> acquire(Deadline deadline);

 private:
  friend class Lease;
  struct Waiter {
    std::condition_variable granted;
    bool has_slot = false;
    std::unique_ptr<Connection> connection;  // none: the slot is to be filled
  };

  Result<std::unique_ptr<Connection>> wait_for_slot(Deadline deadline);
  Result<std::unique_ptr<Connection>> connect();
  void give_back(std::unique_ptr<Connection> connection);
  void drop_idle();

  const std::size_t max_;
  const Factory factory_;
  std::mutex mutex_;  // guards what follows
  std::size_t lent_ = 0;
  std::vector<std::unique_ptr<Connection>> idle_;
  std::deque<Waiter*> waiters_;
  std::chrono::milliseconds backoff_{0};
  Deadline next_attempt_{};
};

}  // namespace tenon::store
