// Query parameters, read and validated; every refusal names its parameter.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/catalog/api/search_index.hpp"
#include "tenon/http.hpp"

namespace tenon::catalog {

Error bad_parameter(std::string_view name, const std::string& allowed, std::string_view found);

// Absent and empty parameters are nothing. A text longer than `longest` bytes, or one that is not
// UTF-8, is refused.
Result<std::string> text_parameter(const Request& request, std::string_view name,
                                   size_t longest = 200);
Result<std::optional<int64_t>> integer_parameter(const Request& request, std::string_view name,
                                                 int64_t least, int64_t most);
Result<std::optional<bool>> flag_parameter(const Request& request, std::string_view name);
// Decimal text in the currency's minor units.
Result<std::optional<int64_t>> price_parameter(const Request& request, std::string_view name,
                                               const std::string& currency);
// One of `allowed`, as its index.
Result<std::optional<size_t>> choice_parameter(const Request& request, std::string_view name,
                                               const std::vector<std::string>& allowed);
// 1 to 200.
Result<size_t> limit_parameter(const Request& request, size_t otherwise);

// A cursor is opaque text: what list it is of, then the values where the page ended.
std::string make_cursor(std::string_view list, const std::vector<std::string>& values);
// The values; an error that names "cursor" when the text is none of ours, of another list or has
// another number of values. Nothing when absent.
Result<std::optional<std::vector<std::string>>> cursor_parameter(const Request& request,
                                                                 std::string_view list,
                                                                 size_t values);

}  // namespace tenon::catalog
