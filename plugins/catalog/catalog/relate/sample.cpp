#include "catalog/catalog/relate/sample.hpp"

#include <algorithm>
#include <random>

#include "catalog/catalog/relate/workers.hpp"

namespace tenon::catalog {
namespace {

bool agrees(const Relations& relations, std::uint32_t row,
            const std::array<std::vector<Relation>, kind_count>& plain) {
  for (int k = 0; k < kind_count; ++k)
    if (!std::ranges::equal(relations.of(row, static_cast<Kind>(k)), plain[k])) return false;
  return true;
}

}  // namespace

Result<void> check_sample(const RelateInput& input, const RelateOptions& options,
                          RelateOutcome& outcome) {
  const std::size_t rows = input.products->size();
  const std::size_t wanted = std::min(options.sample, rows);
  if (wanted == 0) return {};
  TN_TRY(const auto plain, PlainRelater::make(input));
  std::mt19937_64 random(options.seed);
  std::vector<std::uint32_t> chosen(wanted);
  for (auto& row : chosen) row = static_cast<std::uint32_t>(random() % rows);
  std::vector<std::uint8_t> same(wanted);
  run_parallel(wanted, options.threads, [&](std::size_t i) {
    same[i] = agrees(outcome.relations, chosen[i], plain.relations_of(chosen[i], true)) ? 1 : 0;
  });
  outcome.sampled = wanted;
  for (std::size_t i = 0; i < wanted; ++i)
    if (same[i] == 0) outcome.differing.push_back(chosen[i]);
  return {};
}

}  // namespace tenon::catalog
