#include "host/http/router.hpp"

#include <stdexcept>
#include <utility>

namespace tenon::http {

Router::Router() : shared_(RouteTable::build({}).value()), current_(shared_.get()) {}

void Router::replace(std::shared_ptr<const RouteTable> table) {
  if (!table) throw std::invalid_argument("Router::replace: no table");
  const std::lock_guard lock(mutex_);
  current_.store(table.get());
  retired_.push_back(std::exchange(shared_, std::move(table)));
}

bool Router::drain(std::chrono::milliseconds timeout, const Pinned* own) {
  std::vector<std::shared_ptr<const RouteTable>> old;
  {
    const std::lock_guard lock(mutex_);
    old.swap(retired_);
  }
  const auto deadline = std::chrono::steady_clock::now() + timeout;
  const bool drained = pins_.wait(deadline, own != nullptr ? &own->pin_ : nullptr);
  const std::lock_guard lock(mutex_);
  for (auto& table : old) {
    if (!drained || (own != nullptr && own->table_ == table.get())) {
      retired_.push_back(std::move(table));
    }
  }
  return drained;
}

std::shared_ptr<const RouteTable> Router::table() const {
  const std::lock_guard lock(mutex_);
  return shared_;
}

}  // namespace tenon::http
