// PlainInsertRule: recognises INSERT INTO {t} (a, b) VALUES ($1, $2), with or without ON CONFLICT,
// among the tokens of a statement. Internal to the store.
#pragma once

#include <optional>
#include <string_view>

#include "host/store/sql_lexer.hpp"
#include "host/store/sql_text.hpp"

namespace tenon::store {

class PlainInsertRule {
 public:
  // Every token of the statement in turn; `written` is its text, `at` where it begins in the
  // translated SQL and `end` where it ends there.
  void see(const SqlToken& token, std::string_view written, std::size_t at, std::size_t end);
  // After the last one: none when the statement is another.
  std::optional<PlainInsert> take();

 private:
  enum class Step {
    insert,
    into,
    table,
    open_columns,
    column,
    after_column,
    values,
    open_values,
    value,
    after_value,
    tail,
    conflict,
    other
  };
  Step next(const SqlToken& token, std::string_view written, std::size_t at, std::size_t end);
  Step after_value(const SqlToken& token, std::size_t end);

  Step step_ = Step::insert;
  std::size_t values_ = 0;
  PlainInsert result_;
};

}  // namespace tenon::store
