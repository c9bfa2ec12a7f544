// Result<T>: a value or an Error. The one way in which tenon's C++ code reports what can fail in
// normal life, in the host and in plugins; exceptions are for broken invariants only.
#pragma once

#include <cstdlib>
#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "tenon/status.h"

namespace tenon {

enum class Code : tn_status {
  invalid = TN_E_INVALID,
  not_found = TN_E_NOT_FOUND,
  conflict = TN_E_CONFLICT,
  unauthenticated = TN_E_UNAUTHENTICATED,
  denied = TN_E_DENIED,
  unsupported = TN_E_UNSUPPORTED,
  unavailable = TN_E_UNAVAILABLE,
  timeout = TN_E_TIMEOUT,
  cancelled = TN_E_CANCELLED,
  limit = TN_E_LIMIT,
  too_large = TN_E_TOO_LARGE,
  internal = TN_E_INTERNAL,
  data_loss = TN_E_DATA_LOSS,
};

// What went wrong, for a person: `message` is a full phrase, `path` says where in the input
// (a JSON path, a file position, a field name) and may be empty.
struct Error {
  Code code = Code::internal;
  std::string message;
  std::string path = {};
};

template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}      // NOLINT: implicit
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}  // NOLINT: implicit

  bool ok() const { return state_.index() == 0; }
  explicit operator bool() const { return ok(); }

  // Taking the value of an error (or the reverse) is a bug in the caller and throws
  // bad_variant_access.
  T& value() & { return std::get<0>(state_); }
  const T& value() const& { return std::get<0>(state_); }
  T&& value() && { return std::get<0>(std::move(state_)); }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::move(*this).value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

  const Error& error() const& { return std::get<1>(state_); }
  Error&& error() && { return std::get<1>(std::move(state_)); }

 private:
  std::variant<T, Error> state_;
};

template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Error error) : error_(std::move(error)) {}  // NOLINT: implicit

  bool ok() const { return !error_; }
  explicit operator bool() const { return ok(); }
  const Error& error() const& { return error_.value(); }
  Error&& error() && { return std::move(error_).value(); }

 private:
  std::optional<Error> error_;
};

}  // namespace tenon

#define TN_CONCAT_(a, b) a##b
#define TN_CONCAT(a, b) TN_CONCAT_(a, b)

// TN_TRY(auto rows, query(...));   declares `rows`, or returns the error to the caller
#define TN_TRY(declaration, expression)                                                           \
  auto TN_CONCAT(tn_try_, __LINE__) = (expression);                                               \
  if (!TN_CONCAT(tn_try_, __LINE__).ok()) return std::move(TN_CONCAT(tn_try_, __LINE__)).error(); \
  declaration = std::move(TN_CONCAT(tn_try_, __LINE__)).value()

// TN_CHECK(store.commit());   returns the error of a Result<void> (or drops the value) to the
// caller
#define TN_CHECK(expression)                                        \
  do {                                                              \
    if (auto tn_check_result = (expression); !tn_check_result.ok()) \
      return std::move(tn_check_result).error();                    \
  } while (false)
