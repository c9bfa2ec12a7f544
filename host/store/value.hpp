// Value: one SQL value as both databases know it. A bool is the integer 0 or 1.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace tenon::store {

using Bytes = std::vector<std::uint8_t>;
using Null = std::monostate;

class Value {
 public:
  using Variant = std::variant<Null, std::int64_t, double, std::string, Bytes>;

  Value() = default;
  Value(std::nullptr_t) {}                                      // NOLINT: implicit
  Value(double value) : data_(value) {}                         // NOLINT: implicit
  Value(std::string value) : data_(std::move(value)) {}         // NOLINT: implicit
  Value(std::string_view value) : data_(std::string(value)) {}  // NOLINT: implicit
  Value(const char* value) : data_(std::string(value)) {}       // NOLINT: implicit
  Value(Bytes value) : data_(std::move(value)) {}               // NOLINT: implicit
  template <class T>
  requires std::is_integral_v<T> Value(T value)
      : data_(static_cast<std::int64_t>(value)) {}  // NOLINT: implicit

  bool is_null() const { return data_.index() == 0; }
  // The value if it is of exactly this type, else nullptr.
  const std::int64_t* int64() const { return std::get_if<std::int64_t>(&data_); }
  const double* real() const { return std::get_if<double>(&data_); }
  const std::string* text() const { return std::get_if<std::string>(&data_); }
  const Bytes* bytes() const { return std::get_if<Bytes>(&data_); }

  const Variant& variant() const { return data_; }
  // "null", "int64", "double", "text" or "bytes", for messages.
  std::string_view type_name() const;

  bool operator==(const Value&) const = default;

 private:
  Variant data_;
};

using Params = std::vector<Value>;

}  // namespace tenon::store
