#include "catalog/scorer-related/related_scorer.hpp"

#include <algorithm>

#include "catalog/scoring/rule_scorer.hpp"
#include "catalog/scoring/tagger.hpp"
#include "catalog/text/fold.hpp"

namespace tenon::catalog {
namespace {

class RelatedScorer final : public RuleScorer {
 public:
  RelatedScorer(Model model, text::KeywordSet families, const Rules& rules)
      : RuleScorer(std::move(model), Tagger()), families_(std::move(families)) {
    for (const std::string& word : rules.stop_words) stop_words_.push_back(text::fold_words(word));
    std::sort(stop_words_.begin(), stop_words_.end());
    for (const auto& [name, keywords] : rules.families) family_names_.push_back(name);
  }

  FeatureColumns features(const ProductColumns& products) const override {
    FeatureColumns out;
    out.keys = {key_column(products.category), key_column(products.brand)};
    Interner ids;
    std::vector<std::uint32_t> set;
    for (std::size_t row = 0; row < products.size(); ++row) {
      out.families.push_back(families_of(products, row));
      set.clear();
      for (const auto& token : tokens_of(products, row)) set.push_back(ids(token));
      out.tokens.push_back(set);
    }
    out.symbols = ids.texts();
    return out;
  }

 protected:
  std::vector<std::string> matched(const ProductColumns& products, std::size_t a, std::size_t b,
                                   const Rule& rule) const override {
    std::vector<std::string> out;
    if (rule.same == 1) out.emplace_back(products.category[b]);
    if (rule.same == 2) out.emplace_back(products.brand[b]);
    if (rule.shares) {
      const std::uint64_t shared = families_of(products, a) & families_of(products, b);
      for (std::size_t i = 0; i < family_names_.size(); ++i)
        if (shared >> i & 1) out.push_back(family_names_[i]);
    }
    if (rule.within_percent != 0)
      out.push_back(std::to_string(products.price_minor[a]) + " and " +
                    std::to_string(products.price_minor[b]));
    if (rule.overlap) {
      const auto other = tokens_of(products, b);
      for (auto& token : tokens_of(products, a))
        if (std::find(other.begin(), other.end(), token) != other.end()) out.push_back(token);
    }
    return out;
  }

 private:
  std::uint64_t families_of(const ProductColumns& products, std::size_t row) const {
    return families_.classes_in(text::fold_words(products.category[row]));
  }
  std::vector<std::string> tokens_of(const ProductColumns& products, std::size_t row) const {
    return model_tokens(products.name[row], products.brand[row], stop_words_);
  }

  text::KeywordSet families_;
  std::vector<std::string> family_names_;
  std::vector<std::string> stop_words_;  // folded, ascending
};

}  // namespace

Result<std::unique_ptr<Scorer>> make_related_scorer(const Rules& rules) {
  if (rules.families.size() > 64)
    return Error{Code::invalid, "at most 64 families are allowed", "families"};
  ModelBuilder builder(Kind::related, rules, rules.related);
  Rule category, price, family, brand, name;
  category.same = builder.key("category");
  brand.same = builder.key("brand");
  price.within_percent = rules.price_within_percent;
  family.shares = true;
  name.overlap = true;
  builder.rule("category", category);
  // Without a percentage the rule would have no term and fire for every pair.
  if (rules.price_within_percent > 0) builder.rule("price", price);
  builder.rule("family", family);
  builder.rule("brand", brand);
  builder.rule("name", name);
  std::vector<text::Keyword> keywords;
  std::size_t bit = 0;
  for (const auto& [family_name, words] : rules.families) {
    for (const std::string& word : words) keywords.push_back({word, std::uint64_t{1} << bit});
    ++bit;
  }
  TN_TRY(auto families, text::KeywordSet::make(keywords));
  return std::unique_ptr<Scorer>(
      std::make_unique<RelatedScorer>(builder.model(), std::move(families), rules));
}

}  // namespace tenon::catalog
