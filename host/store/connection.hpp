// Connection: one connection of one database, used by one thread at a time. Internal to the store.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>

#include "host/store/store.hpp"

namespace tenon::store {

// SQL that passed the rules, for one namespace. Connections key their prepared statements by `id`.
struct Statement {
  std::uint64_t id = 0;
  std::string ns;
  SqlText text;
};
using StatementPtr = std::shared_ptr<const Statement>;

// Remembers translated SQL, so that a text is read once. Bounded; thread-safe.
class StatementCatalog {
 public:
  explicit StatementCatalog(Dialect dialect) : dialect_(dialect) {}
  Result<StatementPtr> get(std::string_view ns, std::string_view sql);

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const {
      return std::hash<std::string_view>{}(text);
    }
  };
  using BySql = std::unordered_map<std::string, StatementPtr, Hash, std::equal_to<>>;

  Dialect dialect_;
  std::mutex mutex_;  // guards what follows
  std::unordered_map<std::string, BySql, Hash, std::equal_to<>> by_namespace_;
  std::size_t size_ = 0;
  std::uint64_t next_id_ = 1;
};

// What both drivers refuse in parameters: a wrong count, NUL or bad UTF-8 in text, NaN, infinity.
Result<void> check_params(const Statement& statement, const Params& params);

class Connection {
 public:
  virtual ~Connection() = default;

  // Rows go to `sink` when there is one. The result is the count of changed rows.
  virtual Result<std::int64_t> run(const Statement& statement, const Params& params,
                                   Deadline deadline, RowSink* sink) = 0;
  virtual Result<std::int64_t> run_many(const Statement& statement, std::span<const Params> rows,
                                        Deadline deadline);
  virtual Result<void> begin(Mode mode, Deadline deadline) = 0;
  virtual Result<void> commit(Deadline deadline) = 0;
  // Afterwards no transaction is open, or the connection is not usable.
  virtual void rollback() = 0;
  virtual bool in_transaction() const = 0;
  // Makes concurrent migrations wait for each other until the end of the transaction.
  virtual Result<void> lock_migrations(Deadline deadline) = 0;
  virtual bool usable() = 0;
};

}  // namespace tenon::store
