// Batches of columns for C++ plugins: typed views on the way in, owned buffers on the way
// out.
#pragma once

#include <algorithm>
#include <deque>
#include <limits>
#include <span>

#include "tenon/column.h"
#include "tenon/host.hpp"

namespace tenon {

template <class T>
constexpr uint32_t column_type() {
  if constexpr (std::is_same_v<T, uint8_t>) return TN_U8;
  if constexpr (std::is_same_v<T, int32_t>) return TN_I32;
  if constexpr (std::is_same_v<T, uint32_t>) return TN_U32;
  if constexpr (std::is_same_v<T, int64_t>) return TN_I64;
  if constexpr (std::is_same_v<T, uint64_t>) return TN_U64;
  if constexpr (std::is_same_v<T, double>) return TN_F64;
}

// Bytes of one element; 0: there is no such type.
constexpr uint64_t column_element_bytes(uint32_t type) {
  switch (type) {
    case TN_U8:
      return 1;
    case TN_I32:
    case TN_U32:
      return 4;
    case TN_I64:
    case TN_U64:
    case TN_F64:
      return 8;
    default:
      return 0;
  }
}

namespace detail {

inline Error bad_column(std::string_view name, const std::string& why) {
  return {Code::invalid, "column " + std::string(name) + " " + why, std::string(name)};
}
inline Error bad_row(std::string_view name, uint64_t row, const std::string& why) {
  return {Code::invalid, "column " + std::string(name) + " row " + std::to_string(row) + " " + why,
          std::string(name) + "[" + std::to_string(row) + "]"};
}

inline Result<void> check_offsets(const tn_column& column, uint64_t rows) {
  const std::string_view name = view(column.name);
  if (reinterpret_cast<uintptr_t>(column.offsets) % alignof(uint64_t))
    return bad_column(name, "has offsets that are not aligned");
  // rows + 1 of the largest number is 0.
  if (rows >= std::numeric_limits<uint64_t>::max() / sizeof(uint64_t))
    return bad_column(name, "has more offsets than fit into memory");
  const std::span offsets(column.offsets, rows + 1);
  if (offsets.front() != 0)
    return bad_row(name, 0, "begins at element " + std::to_string(offsets.front()) + ", not at 0");
  for (uint64_t row = 0; row < rows; ++row)
    if (offsets[row + 1] < offsets[row] || offsets[row + 1] > column.count)
      return bad_row(name, row,
                     "spans the elements " + std::to_string(offsets[row]) + " to " +
                         std::to_string(offsets[row + 1]) + " of " + std::to_string(column.count));
  return {};
}

inline Result<void> check_column(const tn_column& column, uint64_t rows) {
  const std::string_view name = view(column.name);
  const uint64_t element = column_element_bytes(column.type);
  if (element == 0)
    return bad_column(name, "has the unknown element type " + std::to_string(column.type));
  if (column.count > std::numeric_limits<ptrdiff_t>::max() / element)
    return bad_column(
        name, "has " + std::to_string(column.count) + " elements, more than fit into memory");
  if (column.count && !column.data) return bad_column(name, "has no data");
  if (reinterpret_cast<uintptr_t>(column.data) % element)
    return bad_column(name, "has data that is not aligned");
  if (column.offsets) return check_offsets(column, rows);
  if (column.count != rows)
    return bad_column(name, "has " + std::to_string(column.count) + " elements in a batch of " +
                                std::to_string(rows) + " rows");
  return {};
}

// The first byte that is not part of UTF-8, or the size: the table of the Unicode standard, 3.9.
inline size_t utf8_prefix_size(std::string_view text) {
  size_t at = 0;
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(text[i]); };
  while (at < text.size()) {
    // Most text is ASCII: eight bytes at a time.
    uint64_t eight = 0x80;
    if (text.size() - at >= sizeof eight) std::memcpy(&eight, text.data() + at, sizeof eight);
    if ((eight & 0x8080808080808080) == 0) {
      at += sizeof eight;
      continue;
    }
    const unsigned char first = byte(at);
    if (first < 0x80) {
      ++at;
      continue;
    }
    const size_t more = first >= 0xF0 ? 3 : first >= 0xE0 ? 2 : 1;
    if (first < 0xC2 || first > 0xF4 || text.size() - at <= more) return at;
    const unsigned char second = byte(at + 1);
    // Overlong forms, surrogates, and what lies above U+10FFFF.
    const unsigned char low = first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80;
    const unsigned char high = first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : 0xBF;
    if (second < low || second > high) return at;
    for (size_t i = 2; i <= more; ++i)
      if ((byte(at + i) & 0xC0) != 0x80) return at;
    at += more + 1;
  }
  return at;
}

}  // namespace detail

// All that a reader of a batch relies on: known types, data and offsets that are there and aligned,
// flat columns with one element a row, offsets that ascend from 0 within the data, names in UTF-8
// that occur once. The error names column and row. Looks at every offset and at no element: whether
// a column is text is known to the interface alone (Batch::text).
inline Result<void> check_batch(const tn_batch& batch) {
  if (batch.struct_size < sizeof(tn_batch))
    return Error{Code::invalid,
                 "a batch of " + std::to_string(batch.struct_size) + " bytes is none of version 1"};
  if (batch.column_count > TN_COLUMNS_MAX)
    return Error{Code::invalid, "a batch has " + std::to_string(batch.column_count) +
                                    " columns; at most " + std::to_string(TN_COLUMNS_MAX) +
                                    " are allowed"};
  if (batch.column_count && !batch.columns)
    return Error{Code::invalid,
                 "a batch has no columns where it counts " + std::to_string(batch.column_count)};
  const std::span columns(batch.columns, batch.column_count);
  for (size_t i = 0; i < columns.size(); ++i) {
    const std::string_view name = view(columns[i].name);
    if (!name.data() && !name.empty())
      return Error{Code::invalid, "column " + std::to_string(i) + " has no name"};
    if (detail::utf8_prefix_size(name) != name.size())
      return Error{Code::invalid, "column " + std::to_string(i) + " has a name that is not UTF-8"};
    for (size_t before = 0; before < i; ++before)
      if (view(columns[before].name) == name) return detail::bad_column(name, "is there twice");
    TN_CHECK(detail::check_column(columns[i], batch.rows));
  }
  return {};
}

// A ragged column: row i is data[offsets[i]] to data[offsets[i + 1]].
template <class T>
struct Ragged {
  std::span<const T> data;
  std::span<const uint64_t> offsets;

  size_t rows() const { return offsets.size() - 1; }
  std::span<const T> operator[](size_t row) const {
    return data.subspan(offsets[row], offsets[row + 1] - offsets[row]);
  }
};

// Text of a row of a ragged column of bytes.
inline std::string_view text_at(const Ragged<uint8_t>& column, size_t row) {
  const auto cell = column[row];
  return {reinterpret_cast<const char*>(cell.data()), cell.size()};
}

// A borrowed batch. Every accessor checks name, type and shape, so that what is behind it is safe
// to index.
class Batch {
 public:
  explicit Batch(const tn_batch* raw) : raw_(raw) {}

  size_t rows() const { return raw_->rows; }

  template <class T>
  Result<std::span<const T>> flat(std::string_view name) const {
    TN_TRY(const tn_column* column, find<T>(name));
    if (column->offsets) return detail::bad_column(name, "is not one element a row");
    TN_CHECK(detail::check_column(*column, raw_->rows));
    return std::span(static_cast<const T*>(column->data), column->count);
  }
  template <class T>
  Result<Ragged<T>> ragged(std::string_view name) const {
    TN_TRY(const tn_column* column, find<T>(name));
    if (!column->offsets) return detail::bad_column(name, "has no offsets");
    TN_CHECK(detail::check_column(*column, raw_->rows));
    return Ragged<T>{std::span(static_cast<const T*>(column->data), column->count),
                     std::span(column->offsets, raw_->rows + 1)};
  }
  // A ragged column of bytes whose rows are UTF-8.
  Result<Ragged<uint8_t>> text(std::string_view name) const {
    TN_TRY(const auto column, ragged<uint8_t>(name));
    for (size_t row = 0; row < column.rows(); ++row) {
      const std::string_view cell = text_at(column, row);
      if (const size_t good = detail::utf8_prefix_size(cell); good != cell.size())
        return detail::bad_row(name, row, "is not UTF-8 at byte " + std::to_string(good));
    }
    return column;
  }

 private:
  template <class T>
  Result<const tn_column*> find(std::string_view name) const {
    for (const tn_column& column : std::span(raw_->columns, raw_->column_count)) {
      if (view(column.name) != name) continue;
      if (column.type != column_type<T>())
        return detail::bad_column(name, "has another element type");
      return &column;
    }
    return detail::bad_column(name, "is missing");
  }
  const tn_batch* raw_;
};

// A batch that owns its columns.
class BatchBuffer {
 public:
  explicit BatchBuffer(size_t rows = 0) : rows_(rows) {}

  size_t rows() const { return rows_; }
  template <class T>
  void flat(std::string_view name, std::span<const T> data) {
    add<T>(name, data, {});
  }
  template <class T>
  void ragged(std::string_view name, std::span<const T> data, std::span<const uint64_t> offsets) {
    add<T>(name, data, offsets);
  }
  // A ragged column of texts, one a row.
  void text(std::string_view name, std::span<const std::string> texts) {
    std::string all;
    std::vector<uint64_t> offsets = {0};
    for (const std::string& one : texts) {
      all += one;
      offsets.push_back(all.size());
    }
    ragged<uint8_t>(name, {reinterpret_cast<const uint8_t*>(all.data()), all.size()}, offsets);
  }
  // A copy of a borrowed batch, once its shape has been checked.
  static Result<BatchBuffer> copy(const tn_batch& batch) {
    TN_CHECK(check_batch(batch));
    BatchBuffer out(batch.rows);
    for (const tn_column& column : std::span(batch.columns, batch.column_count))
      out.add_raw(view(column.name), column.type, column.data, column.count,
                  column_element_bytes(column.type), column.offsets);
    return out;
  }

  // Valid until this buffer changes.
  tn_batch raw() {
    columns_.clear();
    for (const Owned& owned : owned_) {
      columns_.push_back({view(owned.name), owned.type, 0, owned.words.data(), owned.count,
                          owned.ragged ? owned.offsets.data() : nullptr});
    }
    return {sizeof(tn_batch), static_cast<uint32_t>(columns_.size()), columns_.data(), rows_};
  }

 private:
  struct Owned {
    std::string name;
    uint32_t type;
    uint64_t count;
    bool ragged;
    std::vector<uint64_t> words;  // the elements; words keep them aligned
    std::vector<uint64_t> offsets;
  };
  template <class T>
  void add(std::string_view name, std::span<const T> data, std::span<const uint64_t> offsets) {
    add_raw(name, column_type<T>(), data.data(), data.size(), sizeof(T),
            offsets.empty() ? nullptr : offsets.data());
  }
  void add_raw(std::string_view name, uint32_t type, const void* data, uint64_t count,
               size_t element, const uint64_t* offsets) {
    Owned& owned =
        owned_.emplace_back(Owned{std::string(name), type, count, offsets != nullptr, {}, {}});
    owned.words.resize((count * element + 7) / 8);
    if (count) std::memcpy(owned.words.data(), data, count * element);
    if (offsets) owned.offsets.assign(offsets, offsets + rows_ + 1);
  }
  uint64_t rows_;
  std::deque<Owned> owned_;
  std::vector<tn_column> columns_;
};

// Where a column method puts its batches.
class BatchOut {
 public:
  explicit BatchOut(const tn_batch_sink* sink) : sink_(sink) {}
  Result<void> write(BatchBuffer& batch) {
    const tn_batch raw = batch.raw();
    const tn_status status = sink_->write(sink_->ctx, &raw);
    if (status != TN_OK)
      return Error{static_cast<Code>(status), "the caller did not take the batch"};
    return {};
  }

 private:
  const tn_batch_sink* sink_;
};

// Calls column methods of other plugins.
class Columns {
 public:
  explicit Columns(const Host& host)
      : ctx_(host.raw().ctx), table_(host_table<tn_host_column>(host.raw(), TN_COLUMN_ID)) {}

  Result<std::vector<BatchBuffer>> call(const Call& call, const Method& method,
                                        BatchBuffer& input) const {
    if (!table_) return missing_table(TN_COLUMN_ID);
    Taken taken;
    const tn_batch raw = input.raw();
    const tn_batch_sink sink{sizeof(tn_batch_sink), 0, &taken, &Columns::take};
    const auto done = call.invoke(
        [&](const tn_call* c) { return table_->call(ctx_, c, method.handle(), &raw, &sink); });
    if (taken.refused) return *taken.refused;
    TN_CHECK(done);
    return std::move(taken.batches);
  }

 private:
  struct Taken {
    std::vector<BatchBuffer> batches;
    std::optional<Error> refused;  // why a batch was not taken; the provider learns the status only
  };
  static tn_status TN_ABI take(void* ctx, const tn_batch* batch) noexcept {
    try {
      auto& taken = *static_cast<Taken*>(ctx);
      auto copy = BatchBuffer::copy(*batch);
      if (!copy.ok()) {
        taken.refused = copy.error();
        return static_cast<tn_status>(copy.error().code);
      }
      taken.batches.push_back(std::move(*copy));
      return TN_OK;
    } catch (...) {
      return TN_E_LIMIT;
    }
  }
  void* ctx_;
  const tn_host_column* table_;
};

}  // namespace tenon
