// The rows of the store's wire form: whatever arrives is decoded whole or refused.
#include <cstdlib>

#include "tenon/store.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto rows = tenon::Rows::decode({reinterpret_cast<const char*>(data), size});
  if (!rows.ok()) return 0;
  // What is accepted is rectangular, and every cell is at least one byte of the input.
  const size_t cells = rows->size() * rows->columns().size();
  if (cells > size) std::abort();
  for (size_t row = 0; row < rows->size(); ++row)
    for (size_t column = 0; column < rows->columns().size(); ++column)
      if (rows->is_null(row, column) && !rows->text(row, column).empty()) std::abort();
  return 0;
}
