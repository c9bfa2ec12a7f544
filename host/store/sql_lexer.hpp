// Cuts SQL into tokens that mean the same on SQLite and PostgreSQL; refuses what the two read
// differently, because a text that is read differently cannot be checked.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "host/store/sql_text.hpp"
#include "tenon/result.hpp"

namespace tenon::store {

struct SqlToken {
  enum class Kind { word, quoted_name, text, number, parameter, table, bare_name, symbol, end };

  Kind kind = Kind::end;
  std::size_t begin = 0;  // offsets into the SQL
  std::size_t end = 0;
  std::string_view name;   // of a word (as written), quoted_name, table or bare_name
  std::size_t number = 0;  // of a parameter
  char symbol = 0;
};

class SqlLexer {
 public:
  SqlLexer(std::string_view sql, Dialect dialect) : sql_(sql), dialect_(dialect) {}

  // The next token; white space and comments are skipped. At the end, `end` again and again.
  Result<SqlToken> next();

  Error error(Code code, std::size_t at, std::string message) const;

 private:
  Result<void> skip_blank();
  Result<std::size_t> end_of_quoted(std::size_t begin, char quote) const;
  Result<SqlToken> word();
  Result<SqlToken> number();
  Result<SqlToken> parameter();
  Result<SqlToken> braced();
  Result<SqlToken> symbol();

  std::string_view sql_;
  Dialect dialect_;
  std::size_t at_ = 0;
};

}  // namespace tenon::store
