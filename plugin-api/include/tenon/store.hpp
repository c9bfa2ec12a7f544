// The store for C++ plugins: SQL with $1 parameters on {table} names, typed rows,
// transactions.
#pragma once

#include "tenon/host.hpp"
#include "tenon/store.h"

namespace tenon {

// One value of a row or parameter.
using SqlValue = std::variant<std::monostate, int64_t, double, std::string, std::vector<uint8_t>>;

// The rows of one statement, decoded.
class Rows {
 public:
  // Decodes the bytes of store.h; refuses any that are not whole.
  static Result<Rows> decode(std::string_view data) {
    Rows rows;
    Reader reader{data};
    uint32_t columns = 0;
    if (!reader.take(columns) || columns > 4096) return broken();
    for (uint32_t i = 0; i < columns; ++i) {
      std::string_view name;
      if (!reader.take_text(name)) return broken();
      rows.columns_.emplace_back(name);
    }
    while (!reader.rest.empty()) {
      for (uint32_t i = 0; i < columns; ++i)
        if (!reader.take_value(rows.values_.emplace_back())) return broken();
      if (columns == 0) return broken();
    }
    return rows;
  }

  const std::vector<std::string>& columns() const { return columns_; }
  size_t size() const { return columns_.empty() ? 0 : values_.size() / columns_.size(); }
  bool empty() const { return values_.empty(); }

  const SqlValue& at(size_t row, size_t column) const {
    return values_[row * columns_.size() + column];
  }
  bool is_null(size_t row, size_t column) const {
    return std::holds_alternative<std::monostate>(at(row, column));
  }
  // The value as text or number; the zero value when it is null or of another kind.
  std::string_view text(size_t row, size_t column) const {
    const auto* text = std::get_if<std::string>(&at(row, column));
    return text ? std::string_view(*text) : std::string_view();
  }
  int64_t integer(size_t row, size_t column) const {
    const auto* number = std::get_if<int64_t>(&at(row, column));
    return number ? *number : 0;
  }
  double real(size_t row, size_t column) const {
    if (const auto* number = std::get_if<double>(&at(row, column))) return *number;
    return static_cast<double>(integer(row, column));
  }

 private:
  struct Reader {
    std::string_view rest;
    template <class T>
    bool take(T& out) {
      if (rest.size() < sizeof(T)) return false;
      std::memcpy(&out, rest.data(), sizeof(T));
      rest.remove_prefix(sizeof(T));
      return true;
    }
    bool take_text(std::string_view& out) {
      uint32_t size = 0;
      if (!take(size) || rest.size() < size) return false;
      out = rest.substr(0, size);
      rest.remove_prefix(size);
      return true;
    }
    bool take_value(SqlValue& out) {
      uint8_t type = 0;
      std::string_view data;
      if (!take(type)) return false;
      switch (type) {
        case TN_SQL_NULL:
          return true;
        case TN_SQL_INT:
          return take(out.emplace<int64_t>());
        case TN_SQL_REAL:
          return take(out.emplace<double>());
        case TN_SQL_TEXT:
          if (!take_text(data)) return false;
          out.emplace<std::string>(data);
          return true;
        case TN_SQL_BYTES:
          if (!take_text(data)) return false;
          out.emplace<std::vector<uint8_t>>(data.begin(), data.end());
          return true;
        default:
          return false;
      }
    }
  };
  static Error broken() { return {Code::data_loss, "the store's answer is not a whole result"}; }

  std::vector<std::string> columns_;
  std::vector<SqlValue> values_;
};

struct Migration {
  uint32_t version;
  std::string_view name;
  std::string_view sqlite;
  std::string_view postgres = {};  // empty: the same
};

// A statement's parameters, borrowed from the values it is made of.
class SqlParams {
 public:
  template <class... T>
  explicit SqlParams(const T&... values) : raw_{make(values)...} {}

  const tn_sql_value* data() const { return raw_.data(); }
  size_t size() const { return raw_.size(); }

  static tn_sql_value make(std::nullptr_t) { return {}; }
  static tn_sql_value make(std::string_view text) { return {TN_SQL_TEXT, 0, 0, 0, bytes(text)}; }
  static tn_sql_value make(tn_bytes data) { return {TN_SQL_BYTES, 0, 0, 0, data}; }
  static tn_sql_value make(std::floating_point auto value) {
    return {TN_SQL_REAL, 0, 0, value, {}};
  }
  static tn_sql_value make(std::integral auto value) {
    return {TN_SQL_INT, 0, static_cast<int64_t>(value), 0, {}};
  }
  template <class T>
  static tn_sql_value make(const std::optional<T>& value) {
    return value ? make(*value) : make(nullptr);
  }

 private:
  std::vector<tn_sql_value> raw_;
};

class Store {
 public:
  explicit Store(const Host& host)
      : ctx_(host.raw().ctx), table_(host_table<tn_host_store>(host.raw(), TN_STORE_ID)) {}

  // [control] Brings the namespace to the newest step; belongs into start.
  Result<void> migrate(const Call& call, std::span<const Migration> steps) const {
    if (!table_) return missing_table(TN_STORE_ID);
    std::vector<tn_migration> raw;
    for (const Migration& step : steps)
      raw.push_back({step.version, 0, view(step.name), view(step.sqlite), view(step.postgres)});
    return call.invoke(
        [&](const tn_call* c) { return table_->migrate(ctx_, c, raw.data(), raw.size()); });
  }

  // store.query(call, "SELECT name FROM {people} WHERE age > $1", 30)
  template <class... T>
  Result<Rows> query(const Call& call, std::string_view sql, const T&... values) const {
    return query_in(call, 0, sql, SqlParams(values...), nullptr);
  }
  // Returns the number of changed rows.
  template <class... T>
  Result<uint64_t> execute(const Call& call, std::string_view sql, const T&... values) const {
    uint64_t affected = 0;
    TN_CHECK(query_in(call, 0, sql, SqlParams(values...), &affected));
    return affected;
  }

  // A transaction: rolled back unless committed. Used by one thread, within the call that began it.
  class Transaction {
   public:
    Transaction(const Store& store, const Call& call, tn_tx handle)
        : store_(store), call_(call), handle_(handle) {}
    Transaction(Transaction&& other) noexcept
        : store_(other.store_), call_(other.call_), handle_(std::exchange(other.handle_, 0)) {}
    Transaction& operator=(Transaction&&) = delete;
    ~Transaction() {
      if (handle_) (void)end(store_.table_->rollback);
    }

    template <class... T>
    Result<Rows> query(std::string_view sql, const T&... values) {
      return store_.query_in(call_, handle_, sql, SqlParams(values...), nullptr);
    }
    template <class... T>
    Result<uint64_t> execute(std::string_view sql, const T&... values) {
      uint64_t affected = 0;
      TN_CHECK(store_.query_in(call_, handle_, sql, SqlParams(values...), &affected));
      return affected;
    }
    // One statement for many rows; `values` is row-major.
    Result<void> execute_many(std::string_view sql, std::span<const tn_sql_value> values,
                              size_t per_row) {
      return call_.invoke([&](const tn_call* c) {
        return store_.table_->execute_many(store_.ctx_, c, handle_, view(sql), values.data(),
                                           per_row, per_row ? values.size() / per_row : 0);
      });
    }
    Result<void> commit() { return end(store_.table_->commit); }

   private:
    template <class Function>
    Result<void> end(Function function) {
      const tn_tx handle = std::exchange(handle_, 0);
      return call_.invoke([&](const tn_call* c) { return function(store_.ctx_, c, handle); });
    }
    const Store& store_;
    const Call& call_;
    tn_tx handle_;
  };

  // `call` and this store must outlive the transaction. mode: TN_TX_READ or TN_TX_WRITE.
  Result<Transaction> begin(const Call& call, uint32_t mode = TN_TX_WRITE) const {
    if (!table_) return missing_table(TN_STORE_ID);
    tn_tx handle = 0;
    TN_CHECK(call.invoke([&](const tn_call* c) { return table_->begin(ctx_, c, mode, &handle); }));
    return Transaction(*this, call, handle);
  }

 private:
  Result<Rows> query_in(const Call& call, tn_tx tx, std::string_view sql, const SqlParams& params,
                        uint64_t* affected) const {
    if (!table_) return missing_table(TN_STORE_ID);
    StringSink rows;
    TN_CHECK(call.invoke([&](const tn_call* c) {
      return table_->query(ctx_, c, tx, view(sql), params.data(), params.size(), rows.get(),
                           affected);
    }));
    return Rows::decode(rows.text());
  }
  void* ctx_;
  const tn_host_store* table_;
};

}  // namespace tenon
