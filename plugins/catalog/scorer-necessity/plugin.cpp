#include <tenon/catalog/scorer.hpp>
#include <tenon/plugin.hpp>

#include "catalog/scorer-necessity/necessity_config.hpp"
#include "catalog/scorer-necessity/necessity_scorer.hpp"
#include "catalog/scoring/scorer_methods.hpp"

using NecessityPlugin =
    tenon::catalog::ScorerPlugin<tenon::catalog::Kind::necessity, tenon::catalog::NecessityConfig,
                                 &tenon::catalog::make_necessity_scorer>;

TENON_PLUGIN(NecessityPlugin,
             tenon::about("scorer-necessity", "1.0.0",
                          "What a product cannot be used without: power, cables, a mounting, what "
                          "its specifications ask for"),
             tenon::provides_columns(tenon::catalog::kScorerInterface,
                                     tenon::catalog::kScorerVersion,
                                     tenon::column_method<&NecessityPlugin::model>(
                                         "model", "The rules, and all settings in effect"),
                                     tenon::column_method<&NecessityPlugin::features>(
                                         "features", "What the rules read, of every product"),
                                     tenon::column_method<&NecessityPlugin::explain>(
                                         "explain", "What made the rules fire for given pairs")))
