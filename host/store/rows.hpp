// Rows: the result of a query, held in memory; RowSink: where a driver puts rows.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "host/store/value.hpp"
#include "tenon/result.hpp"

namespace tenon::store {

class Rows {
 public:
  std::size_t size() const { return width() == 0 ? 0 : values_.size() / width(); }
  bool empty() const { return values_.empty(); }
  std::size_t width() const { return columns_.size(); }
  const std::vector<std::string>& columns() const { return columns_; }

  // The row and column must exist; the names below report a missing one instead.
  const Value& at(std::size_t row, std::size_t column) const;
  std::span<const Value> row(std::size_t row) const;

  // Typed access by column name. Errors: invalid when there is no such row or column, or when the
  // value is of another type (NULL included). real() also takes an int64.
  Result<Value> value(std::size_t row, std::string_view column) const;
  Result<std::int64_t> int64(std::size_t row, std::string_view column) const;
  Result<double> real(std::size_t row, std::string_view column) const;
  Result<std::string> text(std::size_t row, std::string_view column) const;
  Result<Bytes> bytes(std::size_t row, std::string_view column) const;
  Result<bool> boolean(std::size_t row, std::string_view column) const;

  // For drivers.
  void set_columns(std::vector<std::string> columns) { columns_ = std::move(columns); }
  void push(Value value) { values_.push_back(std::move(value)); }
  void clear_rows() { values_.clear(); }

 private:
  Result<const Value*> find(std::size_t row, std::string_view column) const;

  std::vector<std::string> columns_;
  std::vector<Value> values_;  // row after row
};

// Called with at most the agreed number of rows; an error ends the query and is its result.
using BatchCallback = std::function<Result<void>(const Rows& batch)>;

// Collects rows up to a size in bytes, or hands them on in batches.
class RowSink {
 public:
  static RowSink collect(std::size_t max_bytes) { return RowSink(max_bytes, 0, {}); }
  static RowSink stream(std::size_t batch_rows, BatchCallback callback) {
    return RowSink(0, batch_rows, std::move(callback));
  }

  bool streaming() const { return batch_rows_ != 0; }
  std::size_t batch_rows() const { return batch_rows_; }

  void columns(std::vector<std::string> names) { rows_.set_columns(std::move(names)); }
  void push(Value value);
  Result<void> row_done();
  Result<void> end();
  RowSink emptied() const { return RowSink(max_bytes_, batch_rows_, callback_); }
  Rows take() { return std::move(rows_); }

 private:
  RowSink(std::size_t max_bytes, std::size_t batch_rows, BatchCallback callback)
      : max_bytes_(max_bytes), batch_rows_(batch_rows), callback_(std::move(callback)) {}

  std::size_t max_bytes_;
  std::size_t batch_rows_;
  BatchCallback callback_;
  Rows rows_;
  std::size_t bytes_ = 0;
};

}  // namespace tenon::store
