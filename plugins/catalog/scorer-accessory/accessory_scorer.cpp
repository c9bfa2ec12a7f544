#include "catalog/scorer-accessory/accessory_scorer.hpp"

#include "catalog/scoring/rule_scorer.hpp"
#include "catalog/scoring/tagger.hpp"

namespace tenon::catalog {
namespace {

class AccessoryScorer final : public RuleScorer {
 public:
  using RuleScorer::RuleScorer;

  FeatureColumns features(const ProductColumns& products) const override {
    FeatureColumns out;
    out.flags = flag_column(products);
    out.keys.push_back(key_column(products.brand));
    return out;
  }

 protected:
  std::vector<std::string> matched(const ProductColumns& products, std::size_t a, std::size_t b,
                                   const Rule& rule) const override {
    auto out = flag_matches(products, a, b, rule);
    if (rule.same != 0) out.emplace_back(products.brand[b]);
    return out;
  }
};

}  // namespace

Result<std::unique_ptr<Scorer>> make_accessory_scorer(const Rules& rules) {
  ModelBuilder builder(Kind::accessory, rules, rules.accessory);
  const auto instrument = builder.class_flag("instrument");
  const auto needs_mounting = builder.class_flag("needs_mounting");
  const auto cases = builder.word_flag("case");
  const auto stand = builder.word_flag("stand");
  const auto accessories = builder.class_flag("accessories");
  builder.pair_rule("case", instrument, cases);
  builder.pair_rule("stand", needs_mounting, stand);
  Rule brand;
  brand.same = builder.key("brand");
  brand.b_flags = accessories;
  builder.rule("brand_accessory", brand);
  TN_TRY(auto tagger, builder.tagger());
  return std::unique_ptr<Scorer>(
      std::make_unique<AccessoryScorer>(builder.model(), std::move(tagger)));
}

}  // namespace tenon::catalog
