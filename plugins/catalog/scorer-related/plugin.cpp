#include <tenon/catalog/scorer.hpp>
#include <tenon/plugin.hpp>

#include "catalog/scorer-related/related_config.hpp"
#include "catalog/scorer-related/related_scorer.hpp"
#include "catalog/scoring/scorer_methods.hpp"

using RelatedPlugin =
    tenon::catalog::ScorerPlugin<tenon::catalog::Kind::related, tenon::catalog::RelatedConfig,
                                 &tenon::catalog::make_related_scorer>;

TENON_PLUGIN(
    RelatedPlugin,
    tenon::about("scorer-related", "1.0.0", "What a buyer may compare a product with"),
    tenon::provides_columns(
        tenon::catalog::kScorerInterface, tenon::catalog::kScorerVersion,
        tenon::column_method<&RelatedPlugin::model>("model",
                                                    "The rules, and all settings in effect"),
        tenon::column_method<&RelatedPlugin::features>("features",
                                                       "What the rules read, of every product"),
        tenon::column_method<&RelatedPlugin::explain>("explain",
                                                      "What made the rules fire for given pairs")))
