#include "catalog/catalog/relate/plan.hpp"

#include <algorithm>
#include <map>
#include <tuple>

#include "catalog/catalog/relate/id_map.hpp"

namespace tenon::catalog {
namespace {

// Terms of all kinds get one numbering; terms over equal columns are one term, so that "same brand"
// in one kind implies "same brand" in another.
struct Terms {
  enum class Type : std::uint8_t { same, shares, overlap, within, provides };
  struct Term {
    Type type;
    Kind kind;          // whose columns
    std::uint32_t key;  // of same: the column; of within: the percentage
  };
  std::vector<Term> all;
  // For each kind and rule, the mask of its terms.
  std::array<std::vector<std::uint32_t>, kind_count> of_rule;
  // For each kind, its term bits and, per bit, that kind's own key column.
  std::array<std::uint32_t, kind_count> of_kind{};
  std::array<std::map<std::uint32_t, std::uint32_t>, kind_count> key_of_bit;
};

bool equal(const SetColumn& x, const SetColumn& y) {
  return x.offsets == y.offsets && x.ids == y.ids;
}

bool same_term(const PairRules& rules, const Terms::Term& x, const Terms::Term& y) {
  if (x.type != y.type) return false;
  const FeatureColumns& fx = rules.features(x.kind);
  const FeatureColumns& fy = rules.features(y.kind);
  switch (x.type) {
    case Terms::Type::same:
      return fx.keys[x.key] == fy.keys[y.key];
    case Terms::Type::shares:
      return fx.families == fy.families;
    case Terms::Type::overlap:
      return equal(fx.tokens, fy.tokens);
    case Terms::Type::within:
      return x.key == y.key;
    case Terms::Type::provides:
      break;
  }
  return equal(fx.needs, fy.needs) && equal(fx.provides, fy.provides);
}

Result<std::uint32_t> term_bit(const PairRules& rules, Terms& terms, const Terms::Term& term) {
  std::uint32_t i = 0;
  while (i < terms.all.size() && !same_term(rules, terms.all[i], term)) ++i;
  if (i == Plan::most_terms)
    return Error{Code::invalid, "the scorers' rules have more than " + std::to_string(i) +
                                    " different terms (same key, family, overlap, price window, "
                                    "provides), which is the most allowed"};
  if (i == terms.all.size()) terms.all.push_back(term);
  const std::uint32_t bit = std::uint32_t{1} << i;
  terms.of_kind[static_cast<int>(term.kind)] |= bit;
  if (term.type == Terms::Type::same)
    terms.key_of_bit[static_cast<int>(term.kind)].emplace(i, term.key);
  return bit;
}

Result<Terms> terms_of(const PairRules& rules) {
  Terms terms;
  for (int k = 0; k < kind_count; ++k) {
    const Kind kind = static_cast<Kind>(k);
    if (!rules.has(kind)) continue;
    for (const Rule& rule : rules.model(kind).rules) {
      std::vector<Terms::Term> wanted;
      for (std::uint32_t i = 0; i < rules.features(kind).keys.size(); ++i)
        if (rule.same >> i & 1) wanted.push_back({Terms::Type::same, kind, i});
      if (rule.shares) wanted.push_back({Terms::Type::shares, kind, 0});
      if (rule.overlap) wanted.push_back({Terms::Type::overlap, kind, 0});
      if (rule.within_percent != 0)
        wanted.push_back(
            {Terms::Type::within, kind, static_cast<std::uint32_t>(rule.within_percent)});
      if (rule.provides) wanted.push_back({Terms::Type::provides, kind, 0});
      std::uint32_t mask = 0;
      for (const Terms::Term& term : wanted) {
        TN_TRY(const std::uint32_t bit, term_bit(rules, terms, term));
        mask |= bit;
      }
      terms.of_rule[k].push_back(mask);
    }
  }
  return terms;
}

using ClassFlags = std::array<std::uint64_t, kind_count>;

// Numbers the combinations of flags that rules ask of one side.
std::vector<std::uint32_t> classify(const PairRules& rules, std::uint64_t Rule::*side,
                                    std::vector<ClassFlags>& classes) {
  std::vector<std::uint32_t> out(rules.size(), 0);
  for (int k = 0; k < kind_count; ++k) {
    if (!rules.has(static_cast<Kind>(k))) continue;
    std::uint64_t mask = 0;
    for (const Rule& rule : rules.model(static_cast<Kind>(k)).rules) mask |= rule.*side;
    if (mask == 0) continue;
    const auto& flags = rules.features(static_cast<Kind>(k)).flags;
    IdMap values, pairs;
    for (std::size_t row = 0; row < out.size(); ++row) {
      const std::uint64_t value = values.intern(flags[row] & mask);
      out[row] = pairs.intern(std::uint64_t{out[row]} << 32 | value);
    }
  }
  for (std::size_t row = 0; row < out.size(); ++row) {
    if (out[row] < classes.size()) continue;
    ClassFlags& flags = classes.emplace_back();
    for (int k = 0; k < kind_count; ++k)
      if (rules.has(static_cast<Kind>(k)) && !rules.features(static_cast<Kind>(k)).flags.empty())
        flags[k] = rules.features(static_cast<Kind>(k)).flags[row];
  }
  return out;
}

PairScore score_of(const PairRules& rules, const Terms& terms, int kind, const ClassFlags& a,
                   const ClassFlags& b, std::uint32_t held) {
  PairScore out;
  if (!rules.has(static_cast<Kind>(kind))) return out;
  const auto& model = rules.model(static_cast<Kind>(kind));
  for (std::size_t i = 0; i < model.rules.size(); ++i) {
    const Rule& rule = model.rules[i];
    const std::uint32_t mask = terms.of_rule[kind][i];
    if ((a[kind] & rule.a_flags) == rule.a_flags && (b[kind] & rule.b_flags) == rule.b_flags &&
        (held & mask) == mask) {
      out.raw += rule.points;
      out.fired |= std::uint64_t{1} << i;
    }
  }
  return out;
}

class Builder {
 public:
  Builder(const PairRules& rules, Terms terms, Plan& plan)
      : rules_(rules), plan_(plan), terms_(std::move(terms)) {
    plan.a_class = classify(rules, &Rule::a_flags, a_classes_);
    plan.b_class = classify(rules, &Rule::b_flags, b_classes_);
    for (auto& streams : plan.streams) streams.resize(a_classes_.size());
  }

  Result<void> build() {
    TN_CHECK(check_size());
    for (std::size_t a = 0; a < a_classes_.size(); ++a) {
      tabulate(a);
      for (int k = 0; k < kind_count; ++k)
        if (rules_.has(static_cast<Kind>(k))) add_streams(k, a);
    }
    return {};
  }

 private:
  using Place = std::tuple<int, std::uint32_t, bool, Window>;
  struct OfClass {
    std::vector<Stream::Use> use;
    std::vector<std::uint64_t> fired;
  };
  using Found = std::map<Place, OfClass, std::greater<>>;

  Result<void> check_size() const {
    const std::uint64_t combinations =
        static_cast<std::uint64_t>(a_classes_.size()) * b_classes_.size() << terms_.all.size();
    if (combinations <= Plan::most_combinations) return {};
    return Error{Code::invalid,
                 "the flags that the scorers' rules ask of products split this catalog into " +
                     std::to_string(a_classes_.size()) + " classes of products looked at and " +
                     std::to_string(b_classes_.size()) + " of candidates; with " +
                     std::to_string(terms_.all.size()) + " terms that makes " +
                     std::to_string(combinations) + " combinations, of which at most " +
                     std::to_string(Plan::most_combinations) +
                     " are allowed: let rules ask for fewer different flags"};
  }

  // Scores of the A-class with every B-class for every set of the kind's terms.
  void tabulate(std::size_t a) {
    for (int k = 0; k < kind_count; ++k) {
      if (!rules_.has(static_cast<Kind>(k))) continue;
      const std::uint32_t mine = terms_.of_kind[k];
      auto& table = scores_[k];
      table.resize(b_classes_.size() << terms_.all.size());
      for (std::size_t b = 0; b < b_classes_.size(); ++b)
        for (std::uint32_t held = mine;; held = (held - 1) & mine) {
          table[b << terms_.all.size() | held] =
              score_of(rules_, terms_, k, a_classes_[a], b_classes_[b], held);
          if (held == 0) break;
        }
    }
  }
  const PairScore& score(int kind, std::size_t b, std::uint32_t held) const {
    return scores_[kind][b << terms_.all.size() | (held & terms_.of_kind[kind])];
  }

  void add_streams(int kind, std::size_t a) {
    Found found;
    const std::uint32_t mine = terms_.of_kind[kind];
    for (std::size_t b = 0; b < b_classes_.size(); ++b)
      for (std::uint32_t held = mine;; held = (held - 1) & mine) {
        add_stream(kind, b, held, found);
        if (held == 0) break;
      }
    for (auto& [place, of_class] : found) {
      const auto [score, index, overlap, window] = place;
      const std::uint32_t set = class_set_of(of_class.use);
      plan_.streams[kind][a].push_back(
          {score, index, overlap, window, std::move(of_class.use), std::move(of_class.fired), set});
    }
  }

  std::uint32_t class_set_of(const std::vector<Stream::Use>& use) {
    std::vector<std::uint8_t> set(use.size());
    for (std::size_t b = 0; b < use.size(); ++b) set[b] = use[b] != Stream::no;
    const auto next = static_cast<std::uint32_t>(plan_.class_sets.size());
    const auto [entry, added] = class_sets_.emplace(set, next);
    if (added) plan_.class_sets.push_back(std::move(set));
    return entry->second;
  }

  void add_stream(int kind, std::size_t b, std::uint32_t held, Found& found) {
    const auto score = [&](int k, std::uint32_t terms) { return this->score(k, b, terms).raw; };
    const int mine = score(kind, held);
    if (mine <= rules_.model(static_cast<Kind>(kind)).threshold) return;
    // A term that adds nothing here would only repeat the stream without it.
    for (std::uint32_t rest = held; rest != 0; rest &= rest - 1)
      if (score(kind, held & ~(rest & -rest)) == mine) return;
    Stream::Use use = Stream::yes;
    for (int higher = 0; higher < kind; ++higher) {
      if (!rules_.has(static_cast<Kind>(higher))) continue;
      const int threshold = rules_.model(static_cast<Kind>(higher)).threshold;
      if (score(higher, held) > threshold) return;
      if (score(higher, ~std::uint32_t{0}) > threshold) use = Stream::check;
    }
    IndexKey key;
    bool overlap = false;
    Window window = Window::any;
    for (std::uint32_t i = 0; i < terms_.all.size(); ++i) {
      const std::uint32_t bit = std::uint32_t{1} << i;
      const auto type = terms_.all[i].type;
      if (type == Terms::Type::within && (terms_.of_kind[kind] & bit) != 0)
        window = (held & bit) != 0                ? Window::inside
                 : score(kind, held | bit) > mine ? Window::outside
                                                  : Window::any;
      if ((held & bit) == 0) continue;
      if (type == Terms::Type::same)
        key.same |= std::uint32_t{1} << terms_.key_of_bit[kind].at(i);
      else if (type == Terms::Type::shares)
        key.shares = true;
      else if (type == Terms::Type::provides)
        key.provides = true;
      else if (type == Terms::Type::overlap)
        overlap = true;
    }
    OfClass& of_class = found[{mine, index_of(kind, key), overlap, window}];
    of_class.use.resize(b_classes_.size(), Stream::no);
    of_class.fired.resize(b_classes_.size());
    of_class.use[b] = use;
    of_class.fired[b] = this->score(kind, b, held).fired;
  }

  std::uint32_t index_of(int kind, const IndexKey& key) {
    auto& indexes = plan_.indexes[kind];
    const auto found = std::find(indexes.begin(), indexes.end(), key);
    if (found != indexes.end()) return static_cast<std::uint32_t>(found - indexes.begin());
    indexes.push_back(key);
    return static_cast<std::uint32_t>(indexes.size() - 1);
  }

  const PairRules& rules_;
  Plan& plan_;
  const Terms terms_;
  std::vector<ClassFlags> a_classes_;
  std::vector<ClassFlags> b_classes_;
  std::map<std::vector<std::uint8_t>, std::uint32_t> class_sets_;
  std::array<std::vector<PairScore>, kind_count> scores_;  // [B-class][set of terms]
};

std::vector<std::uint32_t> reordered(const std::vector<std::uint32_t>& column,
                                     std::span<const std::uint32_t> order) {
  std::vector<std::uint32_t> out;
  out.reserve(order.size());
  for (const std::uint32_t at : order) out.push_back(column[at]);
  return out;
}

}  // namespace

Result<Plan> Plan::make(const PairRules& rules) {
  TN_TRY(Terms terms, terms_of(rules));
  Plan out;
  TN_CHECK(Builder(rules, std::move(terms), out).build());
  return out;
}

Plan::Plan(const Plan& other, std::span<const std::uint32_t> order)
    : a_class(reordered(other.a_class, order)),
      b_class(reordered(other.b_class, order)),
      class_sets(other.class_sets),
      indexes(other.indexes),
      streams(other.streams) {}

}  // namespace tenon::catalog
