// Reaches what the command line does not: one provider of many, and column interfaces.
#include <tenon/catalog/scorer.hpp>
#include <tenon/catalog/scraper.hpp>
#include <tenon/columns.hpp>
#include <tenon/plugin.hpp>

#include "catalog/scoring/columns_codec.hpp"

namespace tc = tenon::catalog;

struct CallIn {
  std::string interface;
  std::string instance;
  std::string method;
  boost::json::value input;
};
BOOST_DESCRIBE_STRUCT(CallIn, (), (interface, instance, method, input))

struct ScorerIn {
  std::string instance;
};
BOOST_DESCRIBE_STRUCT(ScorerIn, (), (instance))

struct ScorerOut {
  boost::json::value model;
  boost::json::value settings;
};
BOOST_DESCRIBE_STRUCT(ScorerOut, (), (model, settings))

struct ProductIn {
  std::string name;
  std::string brand;
  std::string category;
  std::string universal_category;
  int64_t price = -1;
  std::map<std::string, std::string> specs;
};
BOOST_DESCRIBE_STRUCT(ProductIn, (), (name, brand, category, universal_category, price, specs))

struct PairIn {
  std::string instance;
  ProductIn a;
  ProductIn b;
  uint64_t fired = 0;
};
BOOST_DESCRIBE_STRUCT(PairIn, (), (instance, a, b, fired))

struct Proof {
  std::string id;
  int64_t points = 0;
  std::vector<std::string> matched;
};
BOOST_DESCRIBE_STRUCT(Proof, (), (id, points, matched))

struct PairOut {
  std::vector<uint64_t> flags;
  std::vector<std::vector<uint32_t>> keys;
  std::vector<std::string> symbols;
  std::vector<Proof> proofs;
};
BOOST_DESCRIBE_STRUCT(PairOut, (), (flags, keys, symbols, proofs))

class Probe {
 public:
  explicit Probe(tenon::Host& host) : host_(host) {}

  tenon::Result<boost::json::value> call(tenon::Call& call, const CallIn& in) {
    TN_TRY(const auto method,
           host_.messages().resolve(call, {in.interface, "", in.instance}, in.method));
    TN_TRY(const auto text, method.call_text(call, boost::json::serialize(in.input)));
    return tenon::json::parse(text);
  }
  tenon::Result<ScorerOut> model(tenon::Call& call, const ScorerIn& in) {
    TN_TRY(auto described, model_of(call, in.instance));
    return ScorerOut{tc::model_to_json(described.model), std::move(described.settings)};
  }
  // The features of both products, and the proofs of the rules in `fired`.
  tenon::Result<PairOut> pair(tenon::Call& call, const PairIn& in) {
    TN_TRY(const auto described, model_of(call, in.instance));
    tc::ProductPairs pairs;
    pairs.products.push_back(row_of(in.a));
    pairs.products.push_back(row_of(in.b));
    pairs.fired = {in.fired};
    auto products = tc::products_to_batch(pairs.products);
    TN_TRY(auto answer, ask(call, in.instance, "features", products));
    if (answer.size() != 2)
      return tenon::Error{tenon::Code::invalid, "features are not two batches"};
    const tn_batch rows = answer[0].raw();
    const tn_batch symbols = answer[1].raw();
    TN_TRY(
        const auto features,
        tc::features_from_batches(tenon::Batch(&rows), tenon::Batch(&symbols), described.model, 2));
    auto asked = tc::pairs_to_batch(pairs);
    TN_TRY(auto told, ask(call, in.instance, "explain", asked));
    if (told.size() != 1) return tenon::Error{tenon::Code::invalid, "proofs are not one batch"};
    const tn_batch raw = told[0].raw();
    TN_TRY(const auto proofs, tc::proofs_from_batch(tenon::Batch(&raw), 1));
    PairOut out;
    out.flags = features.flags;
    out.keys = features.keys;
    for (size_t i = 0; i < features.symbols.size(); ++i)
      out.symbols.emplace_back(features.symbols[i]);
    for (const auto& proof : proofs[0])
      out.proofs.push_back({proof.rule, proof.points, proof.matched});
    return out;
  }

 private:
  static tc::ProductRow row_of(const ProductIn& in) {
    tc::ProductRow row{in.name,  "",   in.name, in.brand, in.category, in.universal_category,
                       in.price, true, {}};
    for (const auto& [key, value] : in.specs) row.specs.push_back({key, value});
    return row;
  }
  tenon::Result<std::vector<tenon::BatchBuffer>> ask(tenon::Call& call, const std::string& instance,
                                                     const char* name, tenon::BatchBuffer& input) {
    TN_TRY(const auto method,
           host_.messages().resolve(call, {tc::kScorerInterface, "", instance}, name));
    return tenon::Columns(host_).call(call, method, input);
  }
  tenon::Result<tc::DescribedModel> model_of(tenon::Call& call, const std::string& instance) {
    tenon::BatchBuffer nothing;
    TN_TRY(auto answer, ask(call, instance, "model", nothing));
    if (answer.size() != 1) return tenon::Error{tenon::Code::invalid, "a model is not one batch"};
    const tn_batch raw = answer[0].raw();
    return tc::model_from_batch(tenon::Batch(&raw));
  }

  tenon::Host& host_;
};

TENON_PLUGIN(Probe, tenon::about("provider-probe", "1.0.0", "Calls providers for tests"),
             tenon::needs(tc::kScraperInterface).many().optional(),
             tenon::needs(tc::kScorerInterface).many().optional(),
             tenon::provides("test.probe/1", "1.0.0", tenon::method<&Probe::call>("call"),
                             tenon::method<&Probe::model>("model"),
                             tenon::method<&Probe::pair>("pair")))
