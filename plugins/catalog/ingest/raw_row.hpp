// One row of a source before any rule has looked at it.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tenon/result.hpp"

namespace tenon::catalog {

enum class Field {
  source_id,
  sku,
  name,
  brand,
  price,
  price_without_vat,
  currency,
  category,
  stock,
  image_url,
  logo_url,
  url,
  description,
  gtin,
  mpn,
};
constexpr size_t kFieldCount = 15;

// The field that a column or member of this name means, in English or Hebrew; nothing for a name
// that means none. Case, spaces, "_" and "-" do not matter.
std::optional<Field> field_of_column(std::string_view name);

struct RawRow {
  size_t position = 0;  // line of a text file, index (from 1) in a JSON list
  std::array<std::string, kFieldCount> values;

  const std::string& operator[](Field field) const { return values[static_cast<size_t>(field)]; }
  std::string& operator[](Field field) { return values[static_cast<size_t>(field)]; }
};

struct RowProblem {
  size_t position = 0;
  std::string detail;
};

struct RawFile {
  std::string brand_hint;  // the file's own statement of its brand, when it makes one
  std::vector<RawRow> rows;
  std::vector<RowProblem> unreadable;  // rows that could not be read at all
};

struct ReadLimits {
  size_t max_file_bytes = 64u << 20;
  size_t max_rows = 2'000'000;
  size_t max_row_bytes = 1u << 20;
  size_t max_depth = 32;
};

// Reads a price list of any supported form, told by its content: JSON ({"products": [...]} or a
// list), JSON Lines, else CSV with a header row. An error only when nothing can be read: too large,
// broken JSON, a CSV without a column for the name.
Result<RawFile> read_rows(std::string_view bytes, const ReadLimits& limits = {});

}  // namespace tenon::catalog
