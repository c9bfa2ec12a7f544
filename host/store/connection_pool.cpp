#include "host/store/connection_pool.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace tenon::store {

using std::chrono::milliseconds;

namespace {
constexpr milliseconds kFirstBackoff{50};
constexpr milliseconds kMaxBackoff{2000};
}  // namespace

Lease& Lease::operator=(Lease&& other) noexcept {
  release();
  pool_ = other.pool_;
  connection_ = std::move(other.connection_);
  return *this;
}

void Lease::release() {
  if (connection_ != nullptr) pool_->give_back(std::move(connection_));
}

Result<Lease> ConnectionPool::acquire(Deadline deadline) {
  TN_TRY(std::unique_ptr<Connection> connection, wait_for_slot(deadline));
  if (connection != nullptr && !connection->usable()) {
    connection.reset();
    drop_idle();
  }
  if (connection == nullptr) {
    auto made = connect();
    if (!made.ok()) {
      give_back(nullptr);
      return std::move(made).error();
    }
    connection = std::move(made).value();
  }
  return Lease(*this, std::move(connection));
}

Result<std::unique_ptr<Connection>> ConnectionPool::wait_for_slot(Deadline deadline) {
  std::unique_lock lock(mutex_);
  if (lent_ < max_ && waiters_.empty()) {
    ++lent_;
    std::unique_ptr<Connection> connection;
    if (!idle_.empty()) {
      connection = std::move(idle_.back());
      idle_.pop_back();
    }
    return connection;
  }
  Waiter waiter;
  waiters_.push_back(&waiter);
  waiter.granted.wait_until(lock, deadline, [&] { return waiter.has_slot; });
  if (waiter.has_slot) return std::move(waiter.connection);
  std::erase(waiters_, &waiter);
  return Error{Code::timeout, fmt::format("no database connection became free in time; all {} are "
                                          "in use and {} callers wait",
                                          max_, waiters_.size())};
}

Result<std::unique_ptr<Connection>> ConnectionPool::connect() {
  {
    std::lock_guard lock(mutex_);
    if (std::chrono::steady_clock::now() < next_attempt_) {
      return Error{Code::unavailable,
                   fmt::format("the database did not answer; the next attempt is within {} ms",
                               backoff_.count())};
    }
  }
  auto made = factory_();
  std::lock_guard lock(mutex_);
  if (made.ok()) {
    backoff_ = milliseconds(0);
  } else {
    backoff_ = std::clamp(backoff_ * 2, kFirstBackoff, kMaxBackoff);
    next_attempt_ = std::chrono::steady_clock::now() + backoff_;
  }
  return made;
}

void ConnectionPool::give_back(std::unique_ptr<Connection> connection) {
  if (connection != nullptr && !connection->usable()) {
    connection.reset();
    drop_idle();
  }
  std::lock_guard lock(mutex_);
  if (!waiters_.empty()) {
    Waiter* next = waiters_.front();
    waiters_.pop_front();
    next->connection = std::move(connection);
    next->has_slot = true;
    next->granted.notify_one();
    return;
  }
  --lent_;
  if (connection != nullptr) idle_.push_back(std::move(connection));
}

void ConnectionPool::drop_idle() {
  // When one connection has died, the others of that server have most likely died with it.
  std::vector<std::unique_ptr<Connection>> dropped;
  std::lock_guard lock(mutex_);
  dropped.swap(idle_);
}

}  // namespace tenon::store
