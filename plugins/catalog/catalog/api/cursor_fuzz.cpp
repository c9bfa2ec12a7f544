// Any bytes as the query of a page: its cursor is refused with its name, or has the values asked
// for, and these make a cursor that reads back the same.
#include <cstdlib>

#include "catalog/catalog/api/parameters.hpp"

using namespace tenon;
using namespace tenon::catalog;

namespace {

Result<std::optional<std::vector<std::string>>> read(const std::string& query, size_t values) {
  tn_http_request raw = {};
  raw.struct_size = sizeof raw;
  raw.query = view(query);
  return cursor_parameter(Request(nullptr, &raw, nullptr), "products", values);
}

void require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const size_t values = data[0] % 4;
  const std::string text(reinterpret_cast<const char*>(data) + 1, size - 1);
  const auto found = read("cursor=" + text, values);
  if (!found.ok()) {
    require(found.error().code == Code::invalid && found.error().path == "cursor");
  } else if (*found) {
    require((*found)->size() == values);
    const auto again = read("limit=5&cursor=" + make_cursor("products", **found), values);
    require(again.ok() && *again && **again == **found);
    require(!read("cursor=" + make_cursor("brands", **found), values).ok());
  }
  return 0;
}
