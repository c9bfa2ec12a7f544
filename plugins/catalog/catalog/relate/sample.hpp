// A check of a result against the plain way.
#pragma once

#include "catalog/catalog/relate/relate.hpp"

namespace tenon::catalog {

// Compares options.sample products, chosen by options.seed; notes them and those that differ.
Result<void> check_sample(const RelateInput& input, const RelateOptions& options,
                          RelateOutcome& outcome);

}  // namespace tenon::catalog
