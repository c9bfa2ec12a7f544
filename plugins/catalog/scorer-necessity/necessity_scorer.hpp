// What a product cannot be used without: power, cables, a mounting, and what its specs ask for.
#pragma once

#include <memory>

#include "catalog/scoring/rules.hpp"
#include "catalog/scoring/scorer.hpp"
#include "tenon/result.hpp"

namespace tenon::catalog {

Result<std::unique_ptr<Scorer>> make_necessity_scorer(const Rules& rules);

}  // namespace tenon::catalog
