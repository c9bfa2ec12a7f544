#include "host/plugins/transactions.hpp"

#include <fmt/format.h>

#include <vector>

namespace tenon::plugins {

uint64_t Transactions::add(const std::string& instance, uint64_t call_id,
                           store::Transaction transaction) {
  std::lock_guard lock(mutex_);
  const uint64_t handle = next_++;
  open_.emplace(handle, Open{instance, call_id,
                             std::make_shared<store::Transaction>(std::move(transaction))});
  count_.store(open_.size(), std::memory_order_relaxed);
  return handle;
}

Result<std::shared_ptr<store::Transaction>> Transactions::find(const std::string& instance,
                                                               uint64_t handle) const {
  std::lock_guard lock(mutex_);
  const auto found = open_.find(handle);
  if (found == open_.end() || found->second.instance != instance)
    return Error{Code::invalid, fmt::format("there is no open transaction {}", handle)};
  return found->second.transaction;
}

void Transactions::remove(const std::string& instance, uint64_t handle) {
  std::lock_guard lock(mutex_);
  const auto found = open_.find(handle);
  if (found == open_.end() || found->second.instance != instance) return;
  open_.erase(found);
  count_.store(open_.size(), std::memory_order_relaxed);
}

template <class Matches>
void Transactions::roll_back(Matches matches) {
  std::vector<std::shared_ptr<store::Transaction>> ended;
  {
    std::lock_guard lock(mutex_);
    for (auto it = open_.begin(); it != open_.end();) {
      if (!matches(it->second)) {
        ++it;
        continue;
      }
      ended.push_back(std::move(it->second.transaction));
      it = open_.erase(it);
    }
    count_.store(open_.size(), std::memory_order_relaxed);
  }
  for (const auto& transaction : ended) transaction->rollback();
}

void Transactions::end_call(uint64_t call_id) {
  // The call's own transactions were counted by its own threads, so a stale zero cannot hide them.
  if (count_.load(std::memory_order_relaxed) == 0) return;
  roll_back([&](const Open& open) { return open.call_id == call_id; });
}

void Transactions::end_instance(const std::string& instance) {
  roll_back([&](const Open& open) { return open.instance == instance; });
}

}  // namespace tenon::plugins
