// PostgresParams: parameters as libpqxx wants them, pointers to text, null for NULL. Internal to
// the store.
#pragma once

#include <optional>
#include <pqxx/pqxx>
#include <span>
#include <string>
#include <vector>

#include "host/store/postgres_values.hpp"

namespace tenon::store {

class PostgresParams {
 public:
  // Of all rows, one after the other.
  explicit PostgresParams(std::span<const Params> rows) {
    if (!rows.empty()) texts_.reserve(rows.size() * rows.front().size());
    for (const Params& params : rows) {
      for (const Value& value : params) texts_.push_back(to_postgres(value));
    }
    for (const auto& text : texts_) pointers_.push_back(text ? text->c_str() : nullptr);
  }
  auto dynamic() const { return pqxx::prepare::make_dynamic_params(pointers_); }

 private:
  std::vector<std::optional<std::string>> texts_;
  std::vector<const char*> pointers_;
};

}  // namespace tenon::store
