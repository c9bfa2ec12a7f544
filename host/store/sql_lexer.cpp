#include "host/store/sql_lexer.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace tenon::store {

namespace {

constexpr std::size_t kMaxNameLength = 63;  // PostgreSQL cuts longer ones silently
constexpr std::size_t kMaxParameters = 999;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_space(char c) {
  return c == ' ' || (c >= '\t' && c <= '\r' && c != '\v');
}
bool is_word_start(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (c & 0x80) != 0;
}
bool is_word(char c) {
  return is_word_start(c) || is_digit(c);
}

bool is_brace_name(std::string_view name) {
  if (name.empty() || name.size() > kMaxNameLength || is_digit(name[0])) return false;
  for (char c : name) {
    if (!((c >= 'a' && c <= 'z') || is_digit(c) || c == '_')) return false;
  }
  return true;
}

}  // namespace

Error SqlLexer::error(Code code, std::size_t at, std::string message) const {
  std::size_t line = 1;
  std::size_t column = 1;
  for (char c : sql_.substr(0, at)) {
    column = c == '\n' ? 1 : column + 1;
    line += c == '\n' ? 1 : 0;
  }
  return Error{code, std::move(message), fmt::format("sql:{}:{}", line, column)};
}

Result<void> SqlLexer::skip_blank() {
  while (at_ < sql_.size()) {
    if (is_space(sql_[at_])) {
      ++at_;
    } else if (sql_.substr(at_, 2) == "--") {
      std::size_t end = std::min(sql_.find('\n', at_), sql_.size());
      std::size_t cr = sql_.substr(0, end).find('\r', at_);
      if (cr != sql_.npos && cr + 1 != end) {
        return error(Code::invalid, cr, "a carriage return inside a comment: PostgreSQL ends it");
      }
      at_ = end;
    } else if (sql_.substr(at_, 2) == "/*") {
      std::size_t end = sql_.find("*/", at_ + 2);
      if (end == sql_.npos) return error(Code::invalid, at_, "a comment that does not end");
      std::size_t nested = sql_.substr(0, end).find("/*", at_ + 2);
      if (nested != sql_.npos) {
        return error(Code::invalid, nested, "'/*' inside a comment: the databases differ on it");
      }
      at_ = end + 2;
    } else {
      break;
    }
  }
  return {};
}

Result<std::size_t> SqlLexer::end_of_quoted(std::size_t begin, char quote) const {
  for (std::size_t i = begin + 1; i < sql_.size(); ++i) {
    if (sql_[i] != quote) continue;
    if (i + 1 < sql_.size() && sql_[i + 1] == quote) {
      ++i;
    } else {
      return i + 1;
    }
  }
  return error(Code::invalid, begin, fmt::format("a {} that is not closed", quote));
}

Result<SqlToken> SqlLexer::next() {
  TN_CHECK(skip_blank());
  if (at_ >= sql_.size()) return SqlToken{SqlToken::Kind::end, at_, at_, {}, 0, 0};
  char c = sql_[at_];
  if (c == '\'' || c == '"') {
    TN_TRY(std::size_t end, end_of_quoted(at_, c));
    SqlToken token;
    token.kind = c == '"' ? SqlToken::Kind::quoted_name : SqlToken::Kind::text;
    token.begin = at_;
    token.end = end;
    token.name = sql_.substr(at_ + 1, end - at_ - 2);
    at_ = end;
    return token;
  }
  if (is_word_start(c)) return word();
  if (is_digit(c)) return number();
  if (c == '$') return parameter();
  if (c == '{') return braced();
  return symbol();
}

Result<SqlToken> SqlLexer::word() {
  std::size_t end = at_;
  while (end < sql_.size() && is_word(sql_[end])) ++end;
  if (end < sql_.size() && sql_[end] == '$') {
    return error(Code::invalid, end, "'$' inside a name is refused");
  }
  SqlToken token{SqlToken::Kind::word, at_, end, sql_.substr(at_, end - at_), 0, 0};
  if (end < sql_.size() &&
      (sql_[end] == '\'' || sql_.substr(end, 2) == "&'" || sql_.substr(end, 2) == "&\"")) {
    return error(
        Code::invalid, at_,
        fmt::format("{}{}: prefixed literals are refused; use a parameter", token.name, sql_[end]));
  }
  at_ = end;
  return token;
}

Result<SqlToken> SqlLexer::number() {
  std::size_t end = at_;
  // Also takes what is no number (1e, 0x): the database says so.
  while (end < sql_.size() && (is_word(sql_[end]) || sql_[end] == '.')) {
    bool exponent = (sql_[end] | 0x20) == 'e';
    ++end;
    // A sign without a digit may begin a comment.
    bool sign = end + 1 < sql_.size() && (sql_[end] == '+' || sql_[end] == '-');
    if (exponent && sign && is_digit(sql_[end + 1])) ++end;
  }
  if (end < sql_.size() && (sql_[end] == '$' || sql_[end] == '\'')) {
    return error(Code::invalid, end, "a number must be followed by a space or an operator");
  }
  SqlToken token{SqlToken::Kind::number, at_, end, {}, 0, 0};
  at_ = end;
  return token;
}

Result<SqlToken> SqlLexer::parameter() {
  SqlToken token{SqlToken::Kind::parameter, at_, at_ + 1, {}, 0, 0};
  while (token.end < sql_.size() && is_digit(sql_[token.end]) && token.number <= kMaxParameters) {
    token.number = token.number * 10 + static_cast<std::size_t>(sql_[token.end] - '0');
    ++token.end;
  }
  bool ends = token.end == sql_.size() || (!is_word(sql_[token.end]) && sql_[token.end] != '$');
  if (token.number == 0 || token.number > kMaxParameters || !ends || sql_[at_ + 1] == '0') {
    return error(
        Code::invalid, at_,
        fmt::format("'$' begins a parameter, $1 to ${}, and nothing else", kMaxParameters));
  }
  at_ = token.end;
  return token;
}

Result<SqlToken> SqlLexer::braced() {
  std::size_t close =
      sql_.substr(0, std::min(sql_.size(), at_ + kMaxNameLength + 4)).find('}', at_);
  bool bare = at_ + 1 < sql_.size() && sql_[at_ + 1] == '#';
  std::size_t begin = at_ + (bare ? 2 : 1);
  std::string_view name = close == sql_.npos ? "" : sql_.substr(begin, close - begin);
  if (close == sql_.npos || !is_brace_name(name)) {
    return error(Code::invalid, at_,
                 "'{' begins a name of the namespace, {name} or {#name}, of 1 to 63 characters "
                 "a-z, 0-9 and '_'");
  }
  SqlToken token{
      bare ? SqlToken::Kind::bare_name : SqlToken::Kind::table, at_, close + 1, name, 0, 0};
  at_ = close + 1;
  return token;
}

Result<SqlToken> SqlLexer::symbol() {
  char c = sql_[at_];
  char following = at_ + 1 < sql_.size() ? sql_[at_ + 1] : ' ';
  if (c == '\0') return error(Code::invalid, at_, "a NUL byte in the SQL");
  if (c == '?') return error(Code::invalid, at_, "'?' is refused: parameters are $1 to $n");
  if (c == ':' && following == ':') {
    return error(Code::invalid, at_, "'::' is refused: write CAST(value AS type)");
  }
  if (c == ':') return error(Code::invalid, at_, "':' is refused: parameters are $1 to $n");
  if (c == '@' && is_word(following)) {
    return error(Code::invalid, at_, "'@name' is refused: parameters are $1 to $n");
  }
  bool sqlite_quote = dialect_ == Dialect::sqlite && c == '[';
  if (c == '`' || c == '}' || c == '\\' || sqlite_quote || (c < ' ' && !is_space(c))) {
    return error(Code::invalid, at_, fmt::format("the character {:?} is refused here", c));
  }
  SqlToken token{SqlToken::Kind::symbol, at_, at_ + 1, {}, 0, c};
  ++at_;
  return token;
}

}  // namespace tenon::store
