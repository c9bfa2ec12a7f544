// The parts of a scorer that the shipped ones share.
#pragma once

#include <bit>

#include "catalog/scoring/rules.hpp"
#include "catalog/scoring/scorer.hpp"
#include "catalog/scoring/tagger.hpp"

namespace tenon::catalog {

// Collects flags, keys and rules; rules with 0 points are left out.
class ModelBuilder {
 public:
  ModelBuilder(Kind kind, const Rules& rules, const KindRules& settings)
      : rules_(rules), settings_(settings) {
    model_.kind = kind;
    model_.threshold = settings.threshold;
    model_.limit = settings.limit;
  }

  // Each returns the bit of a new flag or key.
  std::uint64_t class_flag(const std::string& name) {
    const CategoryClass& from = rules_.classes.at(name);
    sources_.push_back({{}, from.original, from.universal});
    return flag(name);
  }
  std::uint64_t word_flag(const std::string& name) {
    sources_.push_back({rules_.words.at(name), {}, {}});
    return flag(name + "_word");
  }
  std::uint32_t key(const std::string& name) {
    model_.keys.push_back(name);
    return std::uint32_t{1} << (model_.keys.size() - 1);
  }
  void rule(const std::string& id, Rule rule) {
    rule.id = id;
    rule.points = settings_.points.at(id);
    if (rule.points > 0) model_.rules.push_back(std::move(rule));
  }
  void pair_rule(const std::string& id, std::uint64_t a, std::uint64_t b) {
    Rule pair;
    pair.a_flags = a;
    pair.b_flags = b;
    rule(id, pair);
  }
  Model model() const { return model_; }
  Result<Tagger> tagger() const { return Tagger::make(sources_); }

 private:
  std::uint64_t flag(const std::string& name) {
    model_.flags.push_back(name);
    return std::uint64_t{1} << (model_.flags.size() - 1);
  }
  const Rules& rules_;
  const KindRules& settings_;
  Model model_;
  std::vector<FlagSource> sources_;
};

class RuleScorer : public Scorer {
 public:
  RuleScorer(Model model, Tagger tagger) : model_(std::move(model)), tagger_(std::move(tagger)) {}
  const Model& model() const override { return model_; }
  std::vector<RuleProof> explain(const ProductColumns& products, std::size_t a, std::size_t b,
                                 std::uint64_t fired) const override {
    std::vector<RuleProof> out;
    for (; fired != 0; fired &= fired - 1) {
      const Rule& rule = model_.rules.at(static_cast<std::size_t>(std::countr_zero(fired)));
      out.push_back({rule.id, rule.points, matched(products, a, b, rule)});
    }
    return out;
  }

 protected:
  virtual std::vector<std::string> matched(const ProductColumns& products, std::size_t a,
                                           std::size_t b, const Rule& rule) const = 0;
  std::vector<std::uint64_t> flag_column(const ProductColumns& products) const {
    std::vector<std::uint64_t> out(products.size());
    for (std::size_t row = 0; row < out.size(); ++row) out[row] = tagger_.flags(products, row);
    return out;
  }
  // The keywords of B, then those of A's category.
  std::vector<std::string> flag_matches(const ProductColumns& products, std::size_t a,
                                        std::size_t b, const Rule& rule) const {
    auto out = tagger_.matched(products, b, rule.b_flags);
    const auto of_a = tagger_.matched(products, a, rule.a_flags);
    out.insert(out.end(), of_a.begin(), of_a.end());
    return out;
  }

 private:
  Model model_;
  Tagger tagger_;
};

}  // namespace tenon::catalog
