#include "catalog/catalog/relate/random_catalog.hpp"

#include <cmath>

namespace tenon::catalog {
namespace {

enum Flag {
  power_user,
  audio,
  needs_mounting,
  instrument,
  power,
  cable,
  mounting,
  case_,
  stand,
  accessories,
  flag_count
};
constexpr std::uint64_t bit(Flag flag) {
  return std::uint64_t{1} << flag;
}

Model empty_model(Kind kind, int threshold, int limit) {
  return {kind,
          threshold,
          limit,
          {"power_user", "audio", "needs_mounting", "instrument", "power", "cable", "mounting",
           "case", "stand", "accessories"},
          {"category", "brand"},
          {}};
}

Rule flag_rule(const char* id, int points, std::uint64_t a, std::uint64_t b) {
  Rule rule{id, points};
  rule.a_flags = a;
  rule.b_flags = b;
  return rule;
}

class Source {
 public:
  Source(const Shape& shape, std::mt19937_64& random) : shape_(shape), random_(random) {}
  bool chance(double share) { return std::uniform_real_distribution<>()(random_) < share; }
  std::uint32_t below(std::uint32_t count) {
    if (!shape_.skewed) return static_cast<std::uint32_t>(random_() % count);
    const double u = std::uniform_real_distribution<>()(random_);
    return std::min(count - 1, static_cast<std::uint32_t>(std::pow(count + 1.0, u)) - 1);
  }

 private:
  const Shape& shape_;
  std::mt19937_64& random_;
};

}  // namespace

std::vector<Model> default_models() {
  Model necessity = empty_model(Kind::necessity, 60, 5);
  necessity.rules = {flag_rule("power", 70, bit(power_user), bit(power)),
                     flag_rule("cable", 50, bit(audio), bit(cable)),
                     flag_rule("mounting", 60, bit(needs_mounting), bit(mounting))};
  Rule spec{"spec", 40};
  spec.provides = true;
  necessity.rules.push_back(spec);
  Model accessory = empty_model(Kind::accessory, 60, 8);
  accessory.rules = {flag_rule("case", 70, bit(instrument), bit(case_)),
                     flag_rule("stand", 60, bit(needs_mounting), bit(stand)),
                     flag_rule("brand_accessory", 40, 0, bit(accessories))};
  accessory.rules[2].same = 2;
  Model related = empty_model(Kind::related, 70, 6);
  Rule category{"category", 50}, price{"price", 30}, family{"family", 40}, brand{"brand", 40},
      name{"name", 30};
  category.same = 1;
  price.within_percent = 50;
  family.shares = true;
  brand.same = 2;
  name.overlap = true;
  related.rules = {category, price, family, brand, name};
  return {necessity, accessory, related};
}

std::vector<Model> random_models(std::mt19937_64& random) {
  std::vector<Model> out;
  for (const Kind kind : {Kind::necessity, Kind::accessory, Kind::related}) {
    if (random() % 8 == 0) continue;
    Model model =
        empty_model(kind, static_cast<int>(random() % 90), static_cast<int>(random() % 8));
    const int percent = static_cast<int>(1 + random() % 100);
    for (std::uint64_t i = 0, count = random() % 7; i < count; ++i) {
      Rule rule{"rule" + std::to_string(i), static_cast<int>(1 + random() % 8) * 10};
      if (random() % 3 == 0) rule.a_flags = bit(static_cast<Flag>(random() % flag_count));
      if (random() % 3 == 0) rule.b_flags = bit(static_cast<Flag>(random() % flag_count));
      if (random() % 3 == 0) rule.same = static_cast<std::uint32_t>(random() % 4);
      rule.shares = random() % 5 == 0;
      rule.overlap = random() % 5 == 0;
      rule.provides = random() % 5 == 0;
      if (random() % 5 == 0) rule.within_percent = percent;
      model.rules.push_back(rule);
    }
    out.push_back(model);
  }
  return out;
}

RandomCatalog random_catalog(const Shape& shape, std::vector<Model> models,
                             std::mt19937_64& random) {
  RandomCatalog out;
  out.models = std::move(models);
  Source source(shape, random);
  FeatureColumns f;
  f.keys.resize(2);
  std::vector<std::uint64_t> families_of(shape.categories + 1);
  for (std::uint32_t c = 1; c <= shape.categories && shape.families > 0; ++c) {
    families_of[c] = std::uint64_t{1} << random() % shape.families;
    if (random() % 4 == 0) families_of[c] |= std::uint64_t{1} << random() % shape.families;
  }
  std::vector<std::uint64_t> flags_of(shape.categories + 1);
  for (std::uint64_t& flags : flags_of)
    if (shape.flags_by_category)
      flags = random() % 4 != 0 ? random() % (bit(instrument) << 1)
                                : bit(static_cast<Flag>(power + random() % 6));
  std::vector<std::uint32_t> set;
  const auto random_set = [&](bool some) {
    set.clear();
    for (std::uint64_t n = some ? 1 + random() % 2 : 0; n > 0; --n)
      set.push_back(source.below(shape.spec_values));
  };
  for (std::size_t i = 0; i < shape.products; ++i) {
    ProductRow product;
    product.id = "p" + std::to_string(i);
    product.sku = "S" + std::to_string(random() % (2 * shape.products));
    if (!source.chance(shape.unknown_price_share))
      product.price_minor =
          static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(shape.prices)) * 100;
    product.in_stock = source.chance(shape.in_stock_share);
    out.products.push_back(product);

    std::uint64_t flags = 0;
    for (int flag = 0; flag < flag_count; ++flag)
      if (source.chance(shape.flag_share)) flags |= std::uint64_t{1} << flag;
    // One in twenty has no category or no brand at all.
    f.keys[0].push_back(
        shape.categories > 1 && random() % 20 == 0 ? 0 : 1 + source.below(shape.categories));
    f.keys[1].push_back(shape.brands > 1 && random() % 20 == 0 ? 0
                                                               : 1 + source.below(shape.brands));
    f.flags.push_back(flags | flags_of[f.keys[0].back()]);
    f.families.push_back(families_of[f.keys[0].back()]);
    set.clear();
    const std::uint32_t spread = shape.most_tokens - shape.least_tokens + 1;
    for (std::uint64_t n = shape.least_tokens + random() % spread; n > 0; --n)
      set.push_back(1 + source.below(shape.vocabulary));
    if (shape.common_token) set.push_back(0);
    if (shape.unique_token) set.push_back(static_cast<std::uint32_t>(1 + shape.vocabulary + i));
    f.tokens.push_back(set);
    random_set(source.chance(shape.spec_share));
    f.needs.push_back(set);
    random_set(source.chance(shape.spec_share));
    f.provides.push_back(set);
  }
  out.features.assign(out.models.size(), f);
  std::vector<Decision> decisions;
  for (std::size_t i = 0; i < shape.decisions && shape.products > 0; ++i)
    decisions.push_back({static_cast<std::uint32_t>(random() % shape.products),
                         static_cast<std::uint32_t>(random() % shape.products),
                         static_cast<Ruling>(random() % 3),
                         static_cast<Kind>(random() % 3),
                         {}});
  out.overlay = Overlay(std::move(decisions));
  return out;
}

}  // namespace tenon::catalog
