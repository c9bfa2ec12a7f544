// What a buyer may compare a product with: its category, family, brand, price and model name.
#pragma once

#include <memory>

#include "catalog/scoring/rules.hpp"
#include "catalog/scoring/scorer.hpp"
#include "tenon/result.hpp"

namespace tenon::catalog {

Result<std::unique_ptr<Scorer>> make_related_scorer(const Rules& rules);

}  // namespace tenon::catalog
