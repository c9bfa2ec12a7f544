// PostgresCopy: an INSERT of many rows at once: COPY, or INSERT .. VALUES of many rows when it has
// an ON CONFLICT. Internal to the store.
#pragma once

#include <pqxx/pqxx>
#include <span>
#include <string>

#include "host/store/store.hpp"

namespace tenon::store {

// Throws what libpqxx throws.
class PostgresCopy {
 public:
  // Both are kept by reference.
  PostgresCopy(pqxx::transaction_base& work, const std::string& ns, const PlainInsert& insert)
      : work_(work), ns_(ns), insert_(insert) {}

  // Inside a transaction: whether the table is one where many rows at once do the same as one
  // after the other. It stays so until the end of the transaction, or of the savepoint around.
  bool lock_and_check();
  // All rows, in their order. Errors: timeout, after which the transaction must be rolled back.
  Result<void> copy(std::span<const Params> rows, Deadline deadline);
  // One statement, made of the one for a single row. The number of changed rows.
  std::int64_t insert(const std::string& sql, std::span<const Params> rows);
  std::size_t rows_of_an_insert() const;

 private:
  std::string table() const;

  pqxx::transaction_base& work_;
  const std::string& ns_;
  const PlainInsert& insert_;
};

}  // namespace tenon::store
