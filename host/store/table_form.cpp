#include "host/store/table_form.hpp"

#include "tenon/views.hpp"

namespace tenon::store {
namespace {

Result<Value> value_of(const tn_sql_value& raw) {
  switch (raw.type) {
    case TN_SQL_NULL:
      return Value(nullptr);
    case TN_SQL_INT:
      return Value(raw.integer);
    case TN_SQL_REAL:
      return Value(raw.real);
    case TN_SQL_TEXT:
      return Value(chars(raw.bytes));
    case TN_SQL_BYTES: {
      const auto* data = static_cast<const std::uint8_t*>(raw.bytes.data);
      return Value(Bytes(data, data + raw.bytes.size));
    }
    default:
      return Error{Code::invalid, "parameter type " + std::to_string(raw.type) + " is unknown"};
  }
}

class RowEncoder {
 public:
  explicit RowEncoder(const Rows& rows) {
    number(static_cast<std::uint32_t>(rows.width()));
    for (const auto& name : rows.columns()) text(name);
    for (std::size_t row = 0; row < rows.size(); ++row)
      for (const auto& value : rows.row(row)) cell(value);
  }
  std::string take() { return std::move(out_); }

 private:
  template <class T>
  void number(T value) {
    out_.append(reinterpret_cast<const char*>(&value), sizeof(value));
  }
  void text(std::string_view data) {
    number(static_cast<std::uint32_t>(data.size()));
    out_.append(data);
  }
  void cell(const Value& value) {
    if (value.is_null()) {
      number<std::uint8_t>(TN_SQL_NULL);
    } else if (const auto* integer = value.int64()) {
      number<std::uint8_t>(TN_SQL_INT);
      number(*integer);
    } else if (const auto* real = value.real()) {
      number<std::uint8_t>(TN_SQL_REAL);
      number(*real);
    } else if (const auto* words = value.text()) {
      number<std::uint8_t>(TN_SQL_TEXT);
      text(*words);
    } else if (const auto* data = value.bytes()) {
      number<std::uint8_t>(TN_SQL_BYTES);
      text({reinterpret_cast<const char*>(data->data()), data->size()});
    }
  }
  std::string out_;
};

}  // namespace

Result<Params> params_of(const tn_sql_value* values, std::uint64_t count) {
  Params params;
  params.reserve(count);
  for (std::uint64_t i = 0; i < count; ++i) {
    auto value = value_of(values[i]);
    if (!value.ok())
      return Error{Code::invalid, value.error().message, "$" + std::to_string(i + 1)};
    params.push_back(std::move(*value));
  }
  return params;
}

Result<std::vector<Params>> param_rows_of(const tn_sql_value* values, std::uint64_t per_row,
                                          std::uint64_t rows) {
  std::vector<Params> out;
  out.reserve(rows);
  for (std::uint64_t row = 0; row < rows; ++row) {
    TN_TRY(auto params, params_of(values + row * per_row, per_row));
    out.push_back(std::move(params));
  }
  return out;
}

std::vector<Migration> migrations_of(const tn_migration* steps, std::uint64_t count) {
  std::vector<Migration> migrations;
  for (std::uint64_t i = 0; i < count; ++i) {
    Migration& migration = migrations.emplace_back();
    migration.version = steps[i].version;
    migration.name = view(steps[i].name);
    const bool shared = steps[i].postgres.size == 0;
    (shared ? migration.sql : migration.sqlite) = view(steps[i].sqlite);
    migration.postgres = view(steps[i].postgres);
  }
  return migrations;
}

std::string encode_rows(const Rows& rows) {
  return RowEncoder(rows).take();
}

}  // namespace tenon::store
