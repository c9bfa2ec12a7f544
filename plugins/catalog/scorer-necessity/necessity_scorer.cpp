#include "catalog/scorer-necessity/necessity_scorer.hpp"

#include <algorithm>

#include "catalog/scoring/rule_scorer.hpp"
#include "catalog/scoring/tagger.hpp"

namespace tenon::catalog {
namespace {

class NecessityScorer final : public RuleScorer {
 public:
  NecessityScorer(Model model, Tagger tagger, const Rules& rules)
      : RuleScorer(std::move(model), std::move(tagger)), specs_(rules.specs) {}

  FeatureColumns features(const ProductColumns& products) const override {
    FeatureColumns out;
    out.flags = flag_column(products);
    Interner ids;
    std::vector<std::string> needs, provides;
    std::vector<std::uint32_t> set;
    const auto push = [&](const std::vector<std::string>& texts, SetColumn& column) {
      set.clear();
      for (const std::string& text : texts) set.push_back(ids(text));
      column.push_back(set);
    };
    for (std::size_t row = 0; row < products.size(); ++row) {
      specs_.read(products, row, needs, provides);
      push(needs, out.needs);
      push(provides, out.provides);
    }
    out.symbols = ids.texts();
    return out;
  }

 protected:
  std::vector<std::string> matched(const ProductColumns& products, std::size_t a, std::size_t b,
                                   const Rule& rule) const override {
    if (!rule.provides) return flag_matches(products, a, b, rule);
    std::vector<std::string> needs, provides, unused, out;
    specs_.read(products, a, needs, unused);
    specs_.read(products, b, unused, provides);
    for (const std::string& need : needs)
      if (std::find(provides.begin(), provides.end(), need) != provides.end() &&
          std::find(out.begin(), out.end(), need) == out.end())
        out.push_back(need);
    return out;
  }

 private:
  SpecReader specs_;
};

}  // namespace

Result<std::unique_ptr<Scorer>> make_necessity_scorer(const Rules& rules) {
  ModelBuilder builder(Kind::necessity, rules, rules.necessity);
  const auto consumes = builder.class_flag("consumes_power");
  const auto audio = builder.class_flag("audio");
  const auto needs_mounting = builder.class_flag("needs_mounting");
  const auto power = builder.word_flag("power");
  const auto cable = builder.word_flag("cable");
  const auto mounting = builder.word_flag("mounting");
  builder.pair_rule("power", consumes, power);
  builder.pair_rule("cable", audio, cable);
  builder.pair_rule("mounting", needs_mounting, mounting);
  Rule spec;
  spec.provides = true;
  builder.rule("spec", spec);
  TN_TRY(auto tagger, builder.tagger());
  return std::unique_ptr<Scorer>(
      std::make_unique<NecessityScorer>(builder.model(), std::move(tagger), rules));
}

}  // namespace tenon::catalog
