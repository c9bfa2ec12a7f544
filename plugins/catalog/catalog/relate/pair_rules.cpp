#include "catalog/catalog/relate/pair_rules.hpp"

#include <bit>

#include "catalog/catalog/relate/workers.hpp"

namespace tenon::catalog {
namespace {

template <class T>
Result<std::vector<T>> reorder(const std::vector<T>& column, std::span<const std::uint32_t> order,
                               bool used, const char* name) {
  if (!used) return std::vector<T>{};
  if (column.size() != order.size())
    return Error{Code::invalid, std::string("column ") + name + " has " +
                                    std::to_string(column.size()) + " rows, the catalog has " +
                                    std::to_string(order.size())};
  std::vector<T> out(order.size());
  for (std::size_t i = 0; i < order.size(); ++i) out[i] = column[order[i]];
  return out;
}

Result<SetColumn> reorder(const SetColumn& column, std::span<const std::uint32_t> order, bool used,
                          const char* name) {
  if (!used) return SetColumn{};
  if (column.offsets.size() != order.size() + 1)
    return Error{Code::invalid, std::string("column ") + name + " has " +
                                    std::to_string(column.offsets.size() - 1) +
                                    " rows, the catalog has " + std::to_string(order.size())};
  SetColumn out;
  out.offsets.reserve(order.size() + 1);
  out.ids.reserve(column.ids.size());
  for (const std::uint32_t row : order) {
    const auto set = column[row];
    out.ids.insert(out.ids.end(), set.begin(), set.end());
    out.offsets.push_back(static_cast<std::uint32_t>(out.ids.size()));
  }
  return out;
}

bool uses(const Model& model, bool Rule::*term) {
  for (const Rule& rule : model.rules)
    if (rule.*term) return true;
  return false;
}

std::size_t shared_count(std::span<const std::uint32_t> a, std::span<const std::uint32_t> b) {
  std::size_t shared = 0;
  for (std::size_t i = 0, j = 0; i < a.size() && j < b.size();) {
    shared += a[i] == b[j];
    const bool advance_a = a[i] <= b[j];
    j += b[j] <= a[i];
    i += advance_a;
  }
  return shared;
}

std::uint64_t token_bit(std::uint32_t token) {
  return std::uint64_t{1} << (token * 0x9E3779B1u >> 26);
}

}  // namespace

bool tokens_overlap(std::span<const std::uint32_t> a, std::span<const std::uint32_t> b) {
  if (a.empty() || b.empty()) return false;
  return 2 * shared_count(a, b) >= std::min(a.size(), b.size());
}

bool sets_meet(std::span<const std::uint32_t> a, std::span<const std::uint32_t> b) {
  for (std::size_t i = 0, j = 0; i < a.size() && j < b.size();) {
    if (a[i] == b[j]) return true;
    (a[i] < b[j] ? i : j) += 1;
  }
  return false;
}

bool price_within(std::int64_t a, std::int64_t b, int percent) {
  if (a < 0 || b < 0) return false;
  const auto high = std::max(a, b);
  const auto low = std::min(a, b);
  return static_cast<__int128>(high - low) * 100 <= static_cast<__int128>(high) * percent;
}

Result<void> PairRules::OneKind::fill(const FeatureColumns& from,
                                      std::span<const std::uint32_t> order) {
  TN_TRY(features.flags, reorder(from.flags, order, !model.flags.empty(), "flags"));
  if (from.keys.size() != model.keys.size())
    return Error{Code::invalid, "a model's key columns differ in number from its keys"};
  for (const auto& key : from.keys) {
    TN_TRY(auto column, reorder(key, order, true, "keys"));
    features.keys.push_back(std::move(column));
  }
  TN_TRY(features.families, reorder(from.families, order, uses(model, &Rule::shares), "families"));
  TN_TRY(features.tokens, reorder(from.tokens, order, uses(model, &Rule::overlap), "tokens"));
  TN_TRY(features.needs, reorder(from.needs, order, uses(model, &Rule::provides), "needs"));
  TN_TRY(features.provides,
         reorder(from.provides, order, uses(model, &Rule::provides), "provides"));
  if (features.tokens.empty()) return {};
  sketches.reserve(order.size());
  for (std::size_t row = 0; row < order.size(); ++row) {
    TokenSketch sketch;
    for (const std::uint32_t token : features.tokens[row]) sketch.bits |= token_bit(token);
    sketch.size = static_cast<std::uint32_t>(features.tokens[row].size());
    sketch.hidden = sketch.size - static_cast<std::uint32_t>(std::popcount(sketch.bits));
    sketches.push_back(sketch);
  }
  return {};
}

Result<PairRules> PairRules::make(std::span<const ScorerInput> scorers,
                                  std::span<const std::int64_t> price_minor,
                                  std::span<const std::uint32_t> order, unsigned threads) {
  PairRules out;
  out.price_.reserve(order.size());
  for (const std::uint32_t row : order) out.price_.push_back(price_minor[row]);
  for (const ScorerInput& scorer : scorers) {
    const Model& model = *scorer.model;
    TN_CHECK(check_model(model));
    auto& slot = out.kinds_[static_cast<int>(model.kind)];
    if (slot)
      return Error{Code::conflict, std::string("two rule models of kind ") + to_string(model.kind)};
    slot.emplace().model = model;
  }
  std::array<Result<void>, kind_count> filled;
  run_parallel(scorers.size(), threads, [&](std::size_t i) {
    const auto kind = static_cast<std::size_t>(scorers[i].model->kind);
    filled[kind] = out.kinds_[kind]->fill(*scorers[i].features, order);
  });
  for (const auto& result : filled) TN_CHECK(result);
  return out;
}

PairScore PairRules::score(Kind kind, std::uint32_t a, std::uint32_t b) const {
  const OneKind& one = *kinds_[static_cast<int>(kind)];
  const FeatureColumns& f = one.features;
  const std::uint64_t a_flags = f.flags.empty() ? 0 : f.flags[a];
  const std::uint64_t b_flags = f.flags.empty() ? 0 : f.flags[b];
  PairScore out;
  for (std::size_t i = 0; i < one.model.rules.size(); ++i) {
    const Rule& rule = one.model.rules[i];
    if ((a_flags & rule.a_flags) != rule.a_flags || (b_flags & rule.b_flags) != rule.b_flags)
      continue;
    bool fires = true;
    for (std::uint32_t keys = rule.same; keys != 0 && fires; keys &= keys - 1) {
      const auto& key = f.keys[static_cast<std::size_t>(std::countr_zero(keys))];
      fires = key[a] != 0 && key[a] == key[b];
    }
    if (!fires || (rule.shares && (f.families[a] & f.families[b]) == 0)) continue;
    if (rule.within_percent != 0 && !price_within(price_[a], price_[b], rule.within_percent))
      continue;
    if (rule.provides && !sets_meet(f.needs[a], f.provides[b])) continue;
    if (rule.overlap && !overlap(kind, a, b)) continue;
    out.raw += rule.points;
    out.fired |= std::uint64_t{1} << i;
  }
  return out;
}

}  // namespace tenon::catalog
