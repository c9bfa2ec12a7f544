// The methods of tenon.catalog.scorer/1 over a Scorer.
#pragma once

#include <memory>

#include "catalog/scoring/columns_codec.hpp"
#include "catalog/scoring/scorer_config.hpp"

namespace tenon::catalog {

// Immutable once `set` is called; the methods may then be called from any thread.
class ScorerMethods {
 public:
  Result<void> model(Call& call, const Batch& in, BatchOut& out);
  Result<void> features(Call& call, const Batch& in, BatchOut& out);
  Result<void> explain(Call& call, const Batch& in, BatchOut& out);

 protected:
  void set(std::unique_ptr<Scorer> scorer, boost::json::value settings);

 private:
  std::unique_ptr<Scorer> scorer_;
  boost::json::value settings_;
};

// A scorer as a plugin: configured by the described struct `Settings`, made by `make` of Rules.
template <Kind kind, class Settings, auto make>
class ScorerPlugin : public ScorerMethods {
 public:
  using Config = Settings;

  ScorerPlugin(Host&, const Config& config) : config_(config) {}
  Result<void> start(Call&) {
    TN_TRY(const Rules rules, rules_from_settings(kind, json::to_value(config_)));
    TN_TRY(auto scorer, make(rules));
    TN_TRY(auto settings, effective_settings<Config>(kind, rules));
    set(std::move(scorer), std::move(settings));
    return {};
  }

 private:
  Config config_;
};

}  // namespace tenon::catalog
