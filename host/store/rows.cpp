#include "host/store/rows.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

namespace tenon::store {

std::string_view Value::type_name() const {
  constexpr std::string_view kNames[] = {"null", "int64", "double", "text", "bytes"};
  return kNames[data_.index()];
}

const Value& Rows::at(std::size_t row, std::size_t column) const {
  if (column >= width()) throw std::out_of_range("Rows::at: no such column");
  return values_.at(row * width() + column);
}

std::span<const Value> Rows::row(std::size_t row) const {
  if (row >= size()) throw std::out_of_range("Rows::row: no such row");
  return std::span(values_).subspan(row * width(), width());
}

Result<const Value*> Rows::find(std::size_t row, std::string_view column) const {
  auto found = std::find(columns_.begin(), columns_.end(), column);
  if (found == columns_.end()) {
    return Error{Code::invalid, fmt::format("the result has no column '{}'; its columns are {}",
                                            column, fmt::join(columns_, ", "))};
  }
  if (row >= size()) {
    return Error{Code::invalid, fmt::format("row {} of a result of {} rows", row, size())};
  }
  return &at(row, static_cast<std::size_t>(found - columns_.begin()));
}

Result<Value> Rows::value(std::size_t row, std::string_view column) const {
  TN_TRY(const Value* found, find(row, column));
  return *found;
}

namespace {

Error wrong_type(std::string_view column, const Value& value, std::string_view wanted) {
  return Error{Code::invalid, fmt::format("column '{}' holds {}, {} was asked for", column,
                                          value.type_name(), wanted)};
}

}  // namespace

Result<std::int64_t> Rows::int64(std::size_t row, std::string_view column) const {
  TN_TRY(const Value* found, find(row, column));
  if (const auto* value = found->int64()) return *value;
  return wrong_type(column, *found, "int64");
}

Result<double> Rows::real(std::size_t row, std::string_view column) const {
  TN_TRY(const Value* found, find(row, column));
  if (const auto* value = found->real()) return *value;
  if (const auto* value = found->int64()) return static_cast<double>(*value);
  return wrong_type(column, *found, "double");
}

Result<std::string> Rows::text(std::size_t row, std::string_view column) const {
  TN_TRY(const Value* found, find(row, column));
  if (const auto* value = found->text()) return *value;
  return wrong_type(column, *found, "text");
}

Result<Bytes> Rows::bytes(std::size_t row, std::string_view column) const {
  TN_TRY(const Value* found, find(row, column));
  if (const auto* value = found->bytes()) return *value;
  return wrong_type(column, *found, "bytes");
}

Result<bool> Rows::boolean(std::size_t row, std::string_view column) const {
  TN_TRY(const Value* found, find(row, column));
  const auto* value = found->int64();
  if (value != nullptr && (*value == 0 || *value == 1)) return *value == 1;
  return wrong_type(column, *found, "bool (0 or 1)");
}

void RowSink::push(Value value) {
  bytes_ += sizeof(Value);
  if (const auto* text = value.text()) bytes_ += text->size();
  if (const auto* bytes = value.bytes()) bytes_ += bytes->size();
  rows_.push(std::move(value));
}

Result<void> RowSink::row_done() {
  if (!streaming()) {
    if (bytes_ <= max_bytes_) return {};
    return Error{
        Code::too_large,
        fmt::format("the result is larger than {} bytes; stream it, or ask for less", max_bytes_)};
  }
  if (rows_.size() < batch_rows_) return {};
  TN_CHECK(callback_(rows_));
  rows_.clear_rows();
  return {};
}

Result<void> RowSink::end() {
  if (!streaming() || rows_.empty()) return {};
  return callback_(rows_);
}

}  // namespace tenon::store
