// Pages of products, as sources and scrapers serve them.
#pragma once

#include <cstddef>
#include <string>
#include <tenon/catalog/source.hpp>
#include <vector>

#include "tenon/result.hpp"

namespace tenon::catalog {

struct Rows {
  std::size_t begin = 0;
  std::size_t end = 0;
};

// The page of `query` out of `rows` of all products; `query.brand` is the caller's to look at. A
// cursor holds for the products of one `change` only.
Result<ProductPage> page_of(const std::vector<boost::json::object>& products, Rows rows,
                            const std::string& change, const ListProducts& query);

}  // namespace tenon::catalog
