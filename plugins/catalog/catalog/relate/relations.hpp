// The outcome of relating a catalog: for each product its ranked necessities, accessories and
// related products.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "catalog/scoring/model.hpp"

namespace tenon::catalog {

enum class Origin : std::uint8_t { scored, declared, pinned };

struct Relation {
  std::uint32_t product = 0;  // row of B
  // Sum of the points, at most 64 rules of 1000; declared and pinned ones are admitted at 100.
  std::int32_t raw : 24 = 0;
  Origin origin : 8 = Origin::scored;
  // Scored: bit i is the model's rule i. Declared and pinned: index into Overlay::decisions().
  std::uint64_t proof = 0;

  int shown_score() const { return raw < 100 ? raw : 100; }
  bool operator==(const Relation&) const = default;
};

// Relations of every row. Filled by one thread a pool, then read by any. A copy shares the pools.
class Relations {
 public:
  explicit Relations(std::size_t rows = 0) : rows_(rows) {}

  std::size_t size() const { return rows_.size(); }
  std::span<const Relation> of(std::size_t row, Kind kind) const {
    const Row& entry = rows_[row];
    std::size_t begin = entry.begin;
    for (int k = 0; k < static_cast<int>(kind); ++k) begin += entry.counts[k];
    if (entry.counts[static_cast<int>(kind)] == 0) return {};
    return std::span(*pools_[entry.pool]).subspan(begin, entry.counts[static_cast<int>(kind)]);
  }

  void set_pool_count(std::size_t count) { pools_.resize(count); }
  std::size_t pool_count() const { return pools_.size(); }
  // `pool` is filled with these in the order of the calls.
  void set(std::size_t row, std::uint32_t number, std::vector<Relation>& pool,
           const std::array<std::vector<Relation>, kind_count>& kinds) {
    Row& entry = rows_[row];
    entry.pool = number;
    entry.begin = static_cast<std::uint32_t>(pool.size());
    for (int k = 0; k < kind_count; ++k) {
      entry.counts[k] = static_cast<std::uint32_t>(kinds[k].size());
      pool.insert(pool.end(), kinds[k].begin(), kinds[k].end());
    }
  }
  void set_pool(std::uint32_t number, const std::vector<Relation>& pool) {
    pools_[number] = std::make_shared<const std::vector<Relation>>(pool);
  }

 private:
  struct Row {
    std::uint32_t pool = 0;
    std::uint32_t begin = 0;
    std::array<std::uint32_t, kind_count> counts{};
  };
  std::vector<Row> rows_;
  std::vector<std::shared_ptr<const std::vector<Relation>>> pools_;
};

}  // namespace tenon::catalog
