// @NAME@: tenon.catalog.scorer/1 with one rule. Everything is columns: no call for each product.
#include <algorithm>
#include <cctype>
#include <tenon/catalog/scorer.hpp>
#include <tenon/columns.hpp>
#include <tenon/plugin.hpp>
#include <unordered_map>

using tenon::Batch;
using tenon::BatchBuffer;
using tenon::BatchOut;
using tenon::Call;
using tenon::Result;

namespace {

constexpr uint64_t kAccessoryFlag = 1;  // bit 0: "accessory"
constexpr int kPoints = 80;

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return out;
}

}  // namespace

class @CLASS@ {
 public:
  struct Config {
    std::vector<std::string> words = {"case"};
    static constexpr tenon::Field fields[] = {
        {.name = "words", .description = "What accessories are called, in lower case"}};
    BOOST_DESCRIBE_CLASS(Config, (), (words), (), ())
  };
  @CLASS@(tenon::Host&, const Config& config) : config_(config) {}

  // The rules, for the catalog's indexes: B has the flag, and A and B share the key "brand".
  Result<void> model(Call&, const Batch&, BatchOut& out) {
    const boost::json::object model{
        {"kind", "accessory"},
        {"threshold", 0},
        {"limit", 12},
        {"flags", {"accessory"}},
        {"keys", {"brand"}},
        {"rules", boost::json::array{{{"id", "same_brand_accessory"},
                                      {"points", kPoints},
                                      {"b", {"accessory"}},
                                      {"same", {"brand"}}}}}};
    BatchBuffer answer(1);
    answer.text("model", std::vector{boost::json::serialize(model)});
    answer.text("settings", std::vector{tenon::json::encode(config_)});
    return out.write(answer);
  }

  // What the rules read, of every product. Ids of keys hold within this answer; 0 is "none".
  Result<void> features(Call&, const Batch& in, BatchOut& out) {
    TN_TRY(const auto names, in.text("name"));
    TN_TRY(const auto brands, in.text("brand"));
    std::vector<uint64_t> flags(in.rows());
    std::vector<uint32_t> brand_ids(in.rows());
    std::unordered_map<std::string, uint32_t> ids;
    for (size_t row = 0; row < in.rows(); ++row) {
      if (!word_of(text_at(names, row)).empty()) flags[row] = kAccessoryFlag;
      const std::string brand = lower(text_at(brands, row));
      if (!brand.empty())
        brand_ids[row] = ids.emplace(brand, static_cast<uint32_t>(ids.size() + 1)).first->second;
    }
    BatchBuffer answer(in.rows());
    answer.flat<uint64_t>("flags", flags);
    answer.flat<uint32_t>("key.brand", brand_ids);
    // Features that this model does not use are there and empty.
    answer.flat<uint64_t>("families", std::vector<uint64_t>(in.rows()));
    const std::vector<uint64_t> none(in.rows() + 1);
    for (const char* name : {"tokens", "needs", "provides"})
      answer.ragged<uint32_t>(name, {}, none);
    TN_CHECK(out.write(answer));
    BatchBuffer symbols(0);
    symbols.text("symbol", {});
    return out.write(symbols);
  }

  // Why the rules fired for given pairs, for people.
  Result<void> explain(Call&, const Batch& in, BatchOut& out) {
    TN_TRY(const auto names, in.text("b.name"));
    TN_TRY(const auto brands, in.text("b.brand"));
    TN_TRY(const auto fired, in.flat<uint64_t>("fired"));
    std::vector<std::string> proofs;
    for (size_t row = 0; row < in.rows(); ++row) {
      boost::json::array proof;
      if (fired[row] & 1)
        proof.push_back({{"id", "same_brand_accessory"},
                         {"points", kPoints},
                         {"matched", {word_of(text_at(names, row)), text_at(brands, row)}}});
      proofs.push_back(boost::json::serialize(proof));
    }
    BatchBuffer answer(in.rows());
    answer.text("proof", proofs);
    return out.write(answer);
  }

 private:
  // The word that makes a name one of an accessory; empty: none does.
  std::string word_of(std::string_view name) const {
    const std::string folded = lower(name);
    for (const std::string& word : config_.words)
      if (folded.find(word) != std::string::npos) return word;
    return "";
  }
  const Config config_;
};

TENON_PLUGIN(@CLASS@, tenon::about("@NAME@", "0.1.0", "Accessories of the same brand"),
             tenon::provides_columns(
                 tenon::catalog::kScorerInterface, tenon::catalog::kScorerVersion,
                 tenon::column_method<&@CLASS@::model>("model", "The rules"),
                 tenon::column_method<&@CLASS@::features>("features", "What the rules read"),
                 tenon::column_method<&@CLASS@::explain>("explain", "Why the rules fired")))
