// What makes a product better to own: cases, stands, and its own brand's accessories.
#pragma once

#include <memory>

#include "catalog/scoring/rules.hpp"
#include "catalog/scoring/scorer.hpp"
#include "tenon/result.hpp"

namespace tenon::catalog {

Result<std::unique_ptr<Scorer>> make_accessory_scorer(const Rules& rules);

}  // namespace tenon::catalog
