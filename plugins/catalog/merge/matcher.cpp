#include "catalog/merge/matcher.hpp"

#include <algorithm>
#include <cmath>
#include <unordered_map>
#include <unordered_set>

#include "catalog/merge/model_name.hpp"
#include "catalog/text/fold.hpp"

namespace tenon::catalog {
namespace {

// An identifier without its punctuation: "AX-12 B" and "ax12b" are one.
std::string bare(std::string_view id) {
  std::string out = text::fold_words(id);
  std::erase(out, ' ');
  return out;
}

struct Record {
  ModelName model;
  std::string brand;
  std::string gtin;
  std::string mpn;
  std::string sku;
  std::vector<std::string> codes;
  double weight = 0;  // of all its words
};

Record record_of(const Product& product) {
  Record record;
  record.model = model_name(product.name, product.brand.empty() ? product.brand_id : product.brand);
  record.brand = text::fold_words(product.brand_id.empty() ? product.brand : product.brand_id);
  record.gtin = bare(product.gtin);
  // Leading zeros separate a 12-digit code from the same one written with 13 or 14.
  record.gtin.erase(0, std::min(record.gtin.find_first_not_of('0'), record.gtin.size()));
  record.mpn = bare(product.mpn);
  record.sku = bare(product.sku);
  record.codes = model_codes(record.model);
  return record;
}

class Matcher {
 public:
  Matcher(const std::vector<Product>& commercial, const std::vector<Product>& official,
          const MatchOptions& options)
      : options_(options) {
    for (const auto& product : commercial) left_.push_back(record_of(product));
    for (const auto& product : official) right_.push_back(record_of(product));
    weigh_words();
    for (size_t i = 0; i < right_.size(); ++i)
      for (auto& key : keys_of(right_[i])) index_[key].push_back(i);
  }

  std::vector<Match> candidates() {
    std::vector<Match> out;
    std::unordered_set<size_t> seen;
    for (size_t i = 0; i < left_.size(); ++i) {
      seen.clear();
      for (const auto& key : keys_of(left_[i])) {
        auto bucket = index_.find(key);
        if (bucket == index_.end() || bucket->second.size() > options_.max_bucket) continue;
        for (size_t j : bucket->second) {
          if (!seen.insert(j).second || !may_share_brand(left_[i], right_[j])) continue;
          Match match = score(i, j);
          if (match.confidence >= options_.review) out.push_back(std::move(match));
        }
      }
    }
    return out;
  }

 private:
  static std::vector<std::string> keys_of(const Record& record) {
    std::vector<std::string> keys;
    if (!record.gtin.empty()) keys.push_back("g:" + record.gtin);
    for (const std::string* id : {&record.mpn, &record.sku})
      if (!id->empty()) keys.push_back("i:" + *id);
    if (!record.model.key.empty()) keys.push_back("m:" + record.model.key);
    for (const auto& code : record.codes) keys.push_back("c:" + code);
    for (const auto& word : record.model.words) keys.push_back("w:" + word);
    std::sort(keys.begin(), keys.end());
    keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
    return keys;
  }

  // A word is worth the more the fewer records hold it.
  void weigh_words() {
    std::unordered_map<std::string, size_t> counts;
    for (auto* side : {&left_, &right_})
      for (const auto& record : *side) {
        std::unordered_set<std::string> once(record.model.words.begin(), record.model.words.end());
        for (const auto& word : once) ++counts[word];
      }
    double all = static_cast<double>(left_.size() + right_.size());
    for (const auto& [word, count] : counts)
      weights_[word] = std::log(1.0 + all / static_cast<double>(count));
    for (auto* side : {&left_, &right_})
      for (auto& record : *side)
        for (const auto& word : record.model.words) record.weight += weights_[word];
  }

  bool may_share_brand(const Record& a, const Record& b) const {
    return !options_.same_brand || a.brand.empty() || b.brand.empty() || a.brand == b.brand;
  }

  Match score(size_t i, size_t j) const {
    const Record& a = left_[i];
    const Record& b = right_[j];
    Match match{i, j, 0, {}};
    auto is = [&](int confidence, std::string reason) {
      match.confidence = confidence;
      match.reason = std::move(reason);
      return match;
    };
    if (!a.gtin.empty() && a.gtin == b.gtin) return is(100, "same GTIN");
    if (!a.gtin.empty() && !b.gtin.empty()) return is(0, "different GTIN");
    if (!a.mpn.empty() && a.mpn == b.mpn) return is(98, "same MPN");
    if (!a.sku.empty() && (a.sku == b.mpn || a.sku == b.sku)) return is(96, "same SKU");
    if (!b.sku.empty() && b.sku == a.mpn) return is(96, "same SKU");
    if (a.model.generation != b.model.generation)
      return is(shared_weight(a, b) >= 0.5 ? 30 : 0, "different generation");
    if (!a.model.key.empty() && a.model.key == b.model.key) return same_key(a, b, is);
    return by_words(a, b, is);
  }

  template <class Is>
  static Match same_key(const Record& a, const Record& b, Is&& is) {
    if (a.model.bundle != b.model.bundle) return is(70, "same model name, one is a bundle");
    if (a.model.colours == b.model.colours) return is(95, "same model name");
    if (a.model.colours.empty() || b.model.colours.empty())
      return is(90, "same model name, one names a colour");
    return is(60, "same model name in another colour");
  }

  template <class Is>
  Match by_words(const Record& a, const Record& b, Is&& is) const {
    double share = shared_weight(a, b);
    std::string code;
    for (const auto& one : a.codes)
      if (code.empty() && one.size() >= 2 &&
          std::find(b.codes.begin(), b.codes.end(), one) != b.codes.end())
        code = one;
    bool other_code = code.empty() && !a.codes.empty() && !b.codes.empty();
    int confidence = static_cast<int>(share * 85);
    // "GE-7" and "GE-7 Equalizer": the model in full, then what kind of thing it is.
    if (is_model_with_description(a, b, code))
      return is(84, "same model " + code + ", one name goes on");
    bool long_code = code.size() >= 4;
    if (!code.empty()) confidence += long_code ? 30 : 10;
    if (other_code) confidence -= 35;
    if (a.model.bundle != b.model.bundle) confidence -= 15;
    if (!a.model.colours.empty() && !b.model.colours.empty() && a.model.colours != b.model.colours)
      confidence -= 20;
    std::string reason = std::to_string(static_cast<int>(share * 100)) + " of 100 of the words";
    if (!code.empty()) reason += ", code " + code;
    if (other_code) reason += ", different codes";
    return is(std::clamp(confidence, 0, 94), std::move(reason));
  }

  static bool is_model_with_description(const Record& a, const Record& b, const std::string& code) {
    if (a.brand.empty() || a.brand != b.brand || code.size() < 3) return false;
    if (code.find_first_not_of("0123456789") == code.npos || a.model.bundle != b.model.bundle)
      return false;
    if (!a.model.colours.empty() && !b.model.colours.empty() && a.model.colours != b.model.colours)
      return false;
    const auto& shorter =
        a.model.words.size() <= b.model.words.size() ? a.model.words : b.model.words;
    const auto& longer =
        a.model.words.size() <= b.model.words.size() ? b.model.words : a.model.words;
    if (!std::equal(shorter.begin(), shorter.end(), longer.begin())) return false;
    auto has_digit = [](const std::string& word) {
      return word.find_first_of("0123456789") != word.npos;
    };
    return std::none_of(longer.begin() + static_cast<long>(shorter.size()), longer.end(),
                        has_digit);
  }

  // Share of the smaller name's weight that both have, drawn towards the larger one's: 0 to 1.
  double shared_weight(const Record& a, const Record& b) const {
    std::unordered_map<std::string_view, int> have;
    for (const auto& word : a.model.words) ++have[word];
    double both = 0;
    for (const auto& word : b.model.words)
      if (auto found = have.find(word); found != have.end() && found->second-- > 0)
        both += weights_.at(word);
    double all = a.weight + b.weight - both;
    double small = std::min(a.weight, b.weight);
    if (all <= 0 || small <= 0) return 0;
    return 0.6 * (both / all) + 0.4 * (both / small);
  }

  const MatchOptions& options_;
  std::vector<Record> left_;
  std::vector<Record> right_;
  std::unordered_map<std::string, double> weights_;
  std::unordered_map<std::string, std::vector<size_t>> index_;
};

}  // namespace

std::string review_key(const Product& commercial, const Product& official) {
  return commercial.id + '|' + official.id;
}

MatchResult match_products(const std::vector<Product>& commercial,
                           const std::vector<Product>& official, const MatchOptions& options,
                           const ReviewDecisions& decisions) {
  std::vector<Match> candidates = Matcher(commercial, official, options).candidates();
  constexpr int kDecided = 1000;
  std::erase_if(candidates, [&](Match& match) {
    auto decision =
        decisions.find(review_key(commercial[match.commercial], official[match.official]));
    if (decision == decisions.end()) return false;
    match.confidence = kDecided;
    match.reason = "accepted in review";
    return !decision->second;
  });
  std::sort(candidates.begin(), candidates.end(), [](const Match& a, const Match& b) {
    if (a.confidence != b.confidence) return a.confidence > b.confidence;
    return std::tie(a.commercial, a.official) < std::tie(b.commercial, b.official);
  });
  MatchResult result;
  std::vector<bool> left(commercial.size());
  std::vector<bool> right(official.size());
  for (auto& match : candidates) {
    if (left[match.commercial] || right[match.official]) continue;
    if (match.confidence < options.accept) {
      result.review.push_back(std::move(match));
      continue;
    }
    left[match.commercial] = right[match.official] = true;
    match.confidence = std::min(match.confidence, 100);
    result.accepted.push_back(std::move(match));
  }
  std::erase_if(result.review, [&](const Match& match) {
    return left[match.commercial] || right[match.official];
  });
  std::sort(result.accepted.begin(), result.accepted.end(),
            [](const Match& a, const Match& b) { return a.commercial < b.commercial; });
  return result;
}

}  // namespace tenon::catalog
