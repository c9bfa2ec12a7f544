#include "catalog/catalog/build/snapshot.hpp"

namespace tenon::catalog {
namespace {

constexpr size_t kKeptRankings = 256;

}  // namespace

RelateInput Snapshot::relate_input() const {
  return {&columns, inputs_, &overlay};
}

void Snapshot::index_keys() {
  for (uint32_t row = 0; row < products.size(); ++row) {
    by_id_.emplace(products[row].id, row);
    by_sku_[products[row].sku].push_back(row);
  }
  for (const auto& scorer : scorers) inputs_.push_back({&scorer->model(), &scorer->features()});
}

Result<void> Snapshot::open_rankings() {
  TN_TRY(auto plain, PlainRelater::make(relate_input()));
  plain_.emplace(std::move(plain));
  return {};
}

std::optional<uint32_t> Snapshot::row_of_id(std::string_view id) const {
  const auto found = by_id_.find(id);
  if (found == by_id_.end()) return std::nullopt;
  return found->second;
}

const std::vector<uint32_t>& Snapshot::rows_of_sku(const std::string& sku) const {
  static const std::vector<uint32_t> none;
  const auto found = by_sku_.find(sku);
  return found == by_sku_.end() ? none : found->second;
}

std::shared_ptr<const Rankings> Snapshot::rankings_of(uint32_t row) const {
  {
    const std::lock_guard lock(mutex_);
    if (const auto found = recent_.find(row); found != recent_.end()) return found->second;
  }
  auto rankings = std::make_shared<const Rankings>(plain_->relations_of(row, false));
  const std::lock_guard lock(mutex_);
  if (recent_.size() >= kKeptRankings) recent_.clear();
  recent_.emplace(row, rankings);
  return rankings;
}

}  // namespace tenon::catalog
