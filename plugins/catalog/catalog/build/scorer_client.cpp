#include "catalog/catalog/build/scorer_client.hpp"

#include "catalog/scoring/columns_codec.hpp"
#include "tenon/catalog/scorer.hpp"

namespace tenon::catalog {
namespace {

constexpr size_t kPairsACall = 4096;

// The batch that a scorer was to answer with.
Result<tn_batch> nth(std::vector<BatchBuffer>& batches, size_t index) {
  if (index >= batches.size())
    return Error{Code::invalid, "answered with " + std::to_string(batches.size()) + " batches"};
  return batches[index].raw();
}

Error about(const std::string& instance, Error error) {
  error.message = instance + ": " + error.message;
  return error;
}

}  // namespace

Result<std::shared_ptr<ScorerClient>> ScorerClient::open(const Host& host, const Call& call,
                                                         const std::string& instance) {
  const Selector selector{kScorerInterface, {}, instance};
  const Messages messages = host.messages();
  TN_TRY(Method model, messages.resolve(call, selector, "model"));
  TN_TRY(Method features, messages.resolve(call, selector, "features"));
  TN_TRY(Method explain, messages.resolve(call, selector, "explain"));
  std::shared_ptr<ScorerClient> client(
      new ScorerClient(host, instance, std::move(model), std::move(features), std::move(explain)));
  BatchBuffer nothing(0);
  auto answer = client->columns_.call(call, client->model_method_, nothing);
  if (!answer.ok()) return about(instance, answer.error());
  TN_TRY(const tn_batch raw, nth(*answer, 0));
  auto described = model_from_batch(Batch(&raw));
  if (!described.ok()) return about(instance, described.error());
  client->model_ = std::move(described->model);
  client->settings_ = std::move(described->settings);
  return client;
}

Result<void> ScorerClient::compute(const Call& call, const ProductColumns& products) {
  BatchBuffer input = products_to_batch(products);
  auto answer = columns_.call(call, features_method_, input);
  if (!answer.ok()) return about(instance_, answer.error());
  TN_TRY(const tn_batch rows, nth(*answer, 0));
  TN_TRY(const tn_batch symbols, nth(*answer, 1));
  auto features = features_from_batches(Batch(&rows), Batch(&symbols), model_, products.size());
  if (!features.ok()) return about(instance_, features.error());
  features_ = std::move(*features);
  return {};
}

Result<std::vector<boost::json::array>> ScorerClient::explain(
    const Call& call, const ProductColumns& products, const std::vector<FiredPair>& pairs) const {
  std::vector<boost::json::array> out;
  out.reserve(pairs.size());
  for (size_t begin = 0; begin < pairs.size(); begin += kPairsACall) {
    ProductPairs asked;
    for (size_t i = begin; i < std::min(pairs.size(), begin + kPairsACall); ++i) {
      asked.products.push_back(products, pairs[i].a);
      asked.products.push_back(products, pairs[i].b);
      asked.fired.push_back(pairs[i].fired);
    }
    BatchBuffer input = pairs_to_batch(asked);
    auto answer = columns_.call(call, explain_method_, input);
    if (!answer.ok()) return about(instance_, answer.error());
    TN_TRY(const tn_batch raw, nth(*answer, 0));
    auto proofs = proofs_from_batch(Batch(&raw), asked.fired.size());
    if (!proofs.ok()) return about(instance_, proofs.error());
    for (const auto& rules : *proofs) {
      boost::json::array& list = out.emplace_back();
      for (const auto& proof : rules)
        list.push_back(boost::json::object{{"id", proof.rule},
                                           {"points", proof.points},
                                           {"matched", json::to_value(proof.matched)}});
    }
  }
  return out;
}

}  // namespace tenon::catalog
