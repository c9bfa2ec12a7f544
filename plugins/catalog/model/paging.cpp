#include "catalog/model/paging.hpp"

#include <algorithm>

namespace tenon::catalog {
namespace {

struct Cursor {
  std::string change;
  std::size_t index = 0;
};

Result<Cursor> cursor_from(const std::string& text) {
  const std::size_t colon = text.find(':');
  const std::string digits = colon == std::string::npos ? "" : text.substr(colon + 1);
  if (digits.empty() || digits.size() > 12 ||
      digits.find_first_not_of("0123456789") != std::string::npos)
    return Error{Code::invalid, "expected the next_cursor of a page, found \"" + text + "\"",
                 "cursor"};
  return Cursor{text.substr(0, colon), std::stoull(digits)};
}

}  // namespace

Result<ProductPage> page_of(const std::vector<boost::json::object>& products, Rows rows,
                            const std::string& change, const ListProducts& query) {
  if (query.limit < 1 || query.limit > 10'000)
    return Error{Code::invalid,
                 "expected a number from 1 to 10000, found " + std::to_string(query.limit),
                 "limit"};
  if (query.cursor) {
    TN_TRY(const Cursor cursor, cursor_from(*query.cursor));
    if (cursor.change != change)
      return Error{Code::conflict, "the products changed since the page before; begin again",
                   "cursor"};
    if (cursor.index < rows.begin || cursor.index > rows.end)
      return Error{Code::invalid, "belongs to another query", "cursor"};
    rows.begin = cursor.index;
  }
  ProductPage page;
  page.change = change;
  const std::size_t stop = std::min(rows.end, rows.begin + static_cast<std::size_t>(query.limit));
  page.products.assign(products.begin() + static_cast<std::ptrdiff_t>(rows.begin),
                       products.begin() + static_cast<std::ptrdiff_t>(stop));
  if (stop < rows.end) page.next_cursor = change + ":" + std::to_string(stop);
  return page;
}

}  // namespace tenon::catalog
