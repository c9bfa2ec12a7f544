#include "host/store/plain_insert.hpp"

#include <algorithm>
#include <utility>

namespace tenon::store {

namespace {

using Kind = SqlToken::Kind;

bool is_word(const SqlToken& token, std::string_view wanted) {
  auto same = [](char a, char b) { return (a >= 'a' && a <= 'z' ? a - 'a' + 'A' : a) == b; };
  return token.kind == Kind::word && std::ranges::equal(token.name, wanted, same);
}

bool is_symbol(const SqlToken& token, char wanted) {
  return token.kind == Kind::symbol && token.symbol == wanted;
}

}  // namespace

void PlainInsertRule::see(const SqlToken& token, std::string_view written, std::size_t at,
                          std::size_t end) {
  step_ = next(token, written, at, end);
}

PlainInsertRule::Step PlainInsertRule::next(const SqlToken& token, std::string_view written,
                                            std::size_t at, std::size_t end) {
  auto when = [](bool expected, Step step) { return expected ? step : Step::other; };
  switch (step_) {
    case Step::insert:
      return when(is_word(token, "INSERT"), Step::into);
    case Step::into:
      return when(is_word(token, "INTO"), Step::table);
    case Step::table:
      result_.table = token.name;
      return when(token.kind == Kind::table, Step::open_columns);
    case Step::open_columns:
      return when(is_symbol(token, '('), Step::column);
    case Step::column:
      result_.columns.emplace_back(written);
      return when(token.kind == Kind::word || token.kind == Kind::quoted_name, Step::after_column);
    case Step::after_column:
      return is_symbol(token, ',') ? Step::column : when(is_symbol(token, ')'), Step::values);
    case Step::values:
      return when(is_word(token, "VALUES"), Step::open_values);
    case Step::open_values:
      result_.values_begin = at;
      return when(is_symbol(token, '('), Step::value);
    case Step::value:
      return when(token.kind == Kind::parameter && token.number == ++values_, Step::after_value);
    case Step::after_value:
      return after_value(token, end);
    case Step::tail:
      result_.has_conflict_clause = true;
      return when(is_word(token, "ON"), Step::conflict);
    case Step::conflict:
      // A query sees the rows before it, RETURNING gives rows and a parameter differs by row.
      return when(token.kind != Kind::parameter && !is_word(token, "SELECT") &&
                      !is_word(token, "VALUES") && !is_word(token, "TABLE") &&
                      !is_word(token, "RETURNING"),
                  Step::conflict);
    case Step::other:
      break;
  }
  return Step::other;
}

PlainInsertRule::Step PlainInsertRule::after_value(const SqlToken& token, std::size_t end) {
  if (is_symbol(token, ',')) return Step::value;
  result_.values_end = end;
  return is_symbol(token, ')') && values_ == result_.columns.size() ? Step::tail : Step::other;
}

std::optional<PlainInsert> PlainInsertRule::take() {
  if (step_ != Step::tail && step_ != Step::conflict) return std::nullopt;
  return std::move(result_);
}

}  // namespace tenon::store
