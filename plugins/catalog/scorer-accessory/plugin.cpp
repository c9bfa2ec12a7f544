#include <tenon/catalog/scorer.hpp>
#include <tenon/plugin.hpp>

#include "catalog/scorer-accessory/accessory_config.hpp"
#include "catalog/scorer-accessory/accessory_scorer.hpp"
#include "catalog/scoring/scorer_methods.hpp"

using AccessoryPlugin =
    tenon::catalog::ScorerPlugin<tenon::catalog::Kind::accessory, tenon::catalog::AccessoryConfig,
                                 &tenon::catalog::make_accessory_scorer>;

TENON_PLUGIN(
    AccessoryPlugin,
    tenon::about("scorer-accessory", "1.0.0",
                 "What makes a product better to own: cases, stands, its brand's accessories"),
    tenon::provides_columns(
        tenon::catalog::kScorerInterface, tenon::catalog::kScorerVersion,
        tenon::column_method<&AccessoryPlugin::model>("model",
                                                      "The rules, and all settings in effect"),
        tenon::column_method<&AccessoryPlugin::features>("features",
                                                         "What the rules read, of every product"),
        tenon::column_method<&AccessoryPlugin::explain>(
            "explain", "What made the rules fire for given pairs")))
