#include "host/store/postgres_copy.hpp"

#include <fmt/format.h>

#include "host/store/postgres_params.hpp"
#include "host/store/postgres_values.hpp"

namespace tenon::store {

namespace {

// The protocol numbers parameters with 16 bits; more rows at once save little.
constexpr std::size_t kMaxParameters = 65'535;
constexpr std::size_t kMaxInsertRows = 500;

// A few at a time: the deadline is looked at between.
constexpr std::size_t kRowsOfABlock = 64;

void append_field(std::string& text, const Value& value) {
  const auto field = to_postgres(value);
  if (!field) {
    text += "\\N";
    return;
  }
  for (char c : *field) {
    switch (c) {
      case '\\':
        text += "\\\\";
        break;
      case '\t':
        text += "\\t";
        break;
      case '\n':
        text += "\\n";
        break;
      case '\r':
        text += "\\r";
        break;
      default:
        text += c;
    }
  }
}

struct Block {
  std::span<const Params> rows;
};

// pqxx::stream_to asks for the text of what is put into it by this name. Its own version needs the
// number of columns when compiled. The last row's end is added there.
template <class Escaper>
std::string separated_list(const std::string& separator, const Block& block, const Escaper&) {
  std::string text;
  for (const Params& params : block.rows) {
    if (&params != &block.rows.front()) text += '\n';
    for (const Value& value : params) {
      if (&value != &params.front()) text += separator;
      append_field(text, value);
    }
  }
  return text;
}

std::string values_of(std::size_t rows, std::size_t width) {
  std::string values;
  for (std::size_t i = 0; i < rows * width; ++i) {
    const char* before = i == 0 ? "(" : i % width == 0 ? "), (" : ", ";
    fmt::format_to(std::back_inserter(values), "{}${}", before, i + 1);
  }
  return values + ")";
}

}  // namespace

std::string PostgresCopy::table() const {
  return fmt::format("{}.{}", work_.quote_name(ns_), work_.quote_name(insert_.table));
}

bool PostgresCopy::lock_and_check() {
  std::vector<std::string> columns;
  for (const std::string& column : insert_.columns) {
    columns.push_back(fmt::format("(parse_ident({}))[1]", work_.quote(column)));
  }
  // Triggers, rules and a reference of the table to itself see the rows before; views and
  // partitions have rules and triggers elsewhere; COPY writes columns that are generated always.
  auto checked = work_.exec(fmt::format(
      "LOCK TABLE {0} IN ROW EXCLUSIVE MODE;"
      "SELECT c.relkind = 'r' AND NOT c.relhasrules"
      " AND NOT EXISTS (SELECT FROM pg_trigger t WHERE t.tgrelid = c.oid AND NOT t.tgisinternal)"
      " AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conrelid = c.oid"
      " AND k.confrelid = c.oid)"
      " AND NOT EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid"
      " AND a.attidentity = 'a' AND a.attname = ANY (ARRAY[{2}]::name[]))"
      " FROM pg_class c WHERE c.oid = {1}::regclass",
      table(), work_.quote(table()), fmt::join(columns, ", ")));
  return checked.size() == 1 && checked[0][0].as<bool>();
}

Result<void> PostgresCopy::copy(std::span<const Params> rows, Deadline deadline) {
  pqxx::stream_to stream(work_, table(), insert_.columns);
  while (!rows.empty()) {
    if (std::chrono::steady_clock::now() >= deadline) {
      stream.complete();
      return Error{Code::timeout, "the deadline passed while rows were copied"};
    }
    auto block = rows.first(std::min(kRowsOfABlock, rows.size()));
    stream << Block{block};
    rows = rows.subspan(block.size());
  }
  stream.complete();
  return {};
}

std::size_t PostgresCopy::rows_of_an_insert() const {
  return std::min(kMaxInsertRows, kMaxParameters / insert_.columns.size());
}

std::int64_t PostgresCopy::insert(const std::string& sql, std::span<const Params> rows) {
  const std::string_view one_row = sql;
  auto result = work_.exec_params(fmt::format("{}{}{}", one_row.substr(0, insert_.values_begin),
                                              values_of(rows.size(), insert_.columns.size()),
                                              one_row.substr(insert_.values_end)),
                                  PostgresParams(rows).dynamic());
  return static_cast<std::int64_t>(result.affected_rows());
}

}  // namespace tenon::store
