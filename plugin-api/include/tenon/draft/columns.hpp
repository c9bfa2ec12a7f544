// DRAFT. Batches of columns for C++ plugins: typed views on the way in, owned buffers on the way
// out.
#pragma once

#include <algorithm>
#include <deque>
#include <span>

#include "tenon/draft/column.h"
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
    if (column->offsets || column->count != raw_->rows)
      return wrong(name, "is not one element a row");
    return std::span(static_cast<const T*>(column->data), column->count);
  }
  template <class T>
  Result<Ragged<T>> ragged(std::string_view name) const {
    TN_TRY(const tn_column* column, find<T>(name));
    if (!column->offsets) return wrong(name, "has no offsets");
    // rows + 1 of the largest number is 0: no offsets to look at.
    const std::span offsets(column->offsets, raw_->rows + 1);
    if (offsets.empty() || offsets.front() != 0 || offsets.back() > column->count ||
        !std::is_sorted(offsets.begin(), offsets.end()))
      return wrong(name, "has offsets that do not ascend within its data");
    return Ragged<T>{std::span(static_cast<const T*>(column->data), column->count), offsets};
  }

 private:
  static Error wrong(std::string_view name, std::string_view why) {
    return {Code::invalid, "column " + std::string(name) + " " + std::string(why),
            std::string(name)};
  }
  template <class T>
  Result<const tn_column*> find(std::string_view name) const {
    for (const tn_column& column : std::span(raw_->columns, raw_->column_count)) {
      if (view(column.name) != name) continue;
      if (column.type != column_type<T>()) return wrong(name, "has another element type");
      if (column.count && !column.data) return wrong(name, "has no data");
      if (reinterpret_cast<uintptr_t>(column.data) % alignof(T))
        return wrong(name, "has data that is not aligned");
      return &column;
    }
    return wrong(name, "is missing");
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
  // A copy of a borrowed batch whose shape has been checked by nobody: offsets are copied only
  // where they exist.
  static BatchBuffer copy(const tn_batch& batch) {
    BatchBuffer out(batch.rows);
    for (uint32_t i = 0; i < batch.column_count; ++i) {
      const tn_column& column = batch.columns[i];
      out.add_raw(view(column.name), column.type, column.data, column.count, size_of(column.type),
                  column.offsets);
    }
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

  static size_t size_of(uint32_t type) {
    switch (type) {
      case TN_U8:
        return 1;
      case TN_I32:
      case TN_U32:
        return 4;
      default:
        return 8;
    }
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
    std::vector<BatchBuffer> out;
    const tn_batch raw = input.raw();
    const tn_batch_sink sink{sizeof(tn_batch_sink), 0, &out, &Columns::take};
    TN_CHECK(call.invoke(
        [&](const tn_call* c) { return table_->call(ctx_, c, method.handle(), &raw, &sink); }));
    return out;
  }

 private:
  static tn_status TN_ABI take(void* ctx, const tn_batch* batch) noexcept {
    try {
      static_cast<std::vector<BatchBuffer>*>(ctx)->push_back(BatchBuffer::copy(*batch));
      return TN_OK;
    } catch (...) {
      return TN_E_LIMIT;
    }
  }
  void* ctx_;
  const tn_host_column* table_;
};

}  // namespace tenon
