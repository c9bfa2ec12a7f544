#include "host/store/sql_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vector>

#include "host/store/plain_insert.hpp"
#include "host/store/sql_lexer.hpp"

namespace tenon::store {

namespace {

using Kind = SqlToken::Kind;

constexpr std::size_t kMaxNamespaceLength = 40;
constexpr std::size_t kMaxSqlBytes = 1 << 20;
constexpr std::size_t kMaxDepth = 200;

std::string upper(std::string_view word) {
  std::string result(word);
  for (char& c : result) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return result;
}

template <std::size_t N>
bool one_of(std::string_view word, const std::array<std::string_view, N>& words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

// Functions of PostgreSQL and SQLite that reach outside the namespace without naming a table.
constexpr std::array<std::string_view, 12> kRefusedNames = {
    "SET_CONFIG",      "CURRENT_SETTING", "QUERY_TO_XML",   "QUERY_TO_XMLSCHEMA",
    "TABLE_TO_XML",    "CURSOR_TO_XML",   "LO_IMPORT",      "LO_EXPORT",
    "DATABASE_TO_XML", "SCHEMA_TO_XML",   "LOAD_EXTENSION", "QUERY_TO_XML_AND_XMLSCHEMA"};
constexpr std::array<std::string_view, 4> kRefusedPrefixes = {"SQLITE_", "PG_", "DBLINK",
                                                              "PRAGMA_"};

constexpr std::array<std::string_view, 10> kStatements = {
    "SELECT", "VALUES", "WITH", "EXPLAIN", "INSERT", "UPDATE", "DELETE", "CREATE", "ALTER", "DROP"};
constexpr std::array<std::string_view, 8> kObjects = {"TABLE",   "INDEX",   "UNIQUE",   "VIEW",
                                                      "TRIGGER", "VIRTUAL", "SEQUENCE", "TYPE"};

constexpr std::array<std::string_view, 5> kNamesATable = {"JOIN", "INTO", "UPDATE", "TABLE",
                                                          "REFERENCES"};
constexpr std::array<std::string_view, 6> kBeforeTable = {"ONLY", "LATERAL", "IF",
                                                          "NOT",  "EXISTS",  "OR"};
constexpr std::array<std::string_view, 13> kEndsFrom = {
    "WHERE",  "SET",   "GROUP",     "ORDER",  "HAVING", "LIMIT",    "SELECT",
    "VALUES", "UNION", "RETURNING", "WINDOW", "EXCEPT", "INTERSECT"};

// Follows the tokens of one statement closely enough to know where the name of a table stands, and
// refuses one that carries a schema. It need not understand the rest: what it does not know, the
// SQLite authorizer and the empty search_path of PostgreSQL stop.
class TableRule {
 public:
  // An empty string, or why the token is refused. `after` is the character behind the token.
  std::string see(const SqlToken& token, bool dot_follows) {
    if (frames_.size() > kMaxDepth) return "parentheses nested too deeply";
    std::string word = token.kind == Kind::word ? upper(token.name) : std::string();
    if (statement_.empty()) statement_ = word;
    if (second_.empty() && statement_ != word) second_ = word;
    bool first = std::exchange(frames_.back().first, false);
    std::string problem;
    if (token.kind == Kind::symbol) {
      see_symbol(token.symbol);
    } else if (token.kind == Kind::word) {
      problem = see_word(word, first, dot_follows);
    } else {
      problem = see_name(dot_follows);
    }
    previous_ = std::move(word);
    return problem;
  }

 private:
  struct Frame {
    bool query = false;    // FROM begins a list of tables here
    bool in_from = false;  // a comma is followed by a table
    bool expect = false;   // the next name is a table
    bool first = true;
  };

  void see_symbol(char symbol) {
    if (symbol == '(') {
      bool expect = frames_.back().expect;
      frames_.back().expect = false;
      frames_.push_back(Frame{expect, expect, expect, true});
    } else if (symbol == ')') {
      if (frames_.size() > 1) frames_.pop_back();
    } else if (symbol == ',' && frames_.back().in_from) {
      frames_.back().expect = true;
    }
  }

  std::string see_word(const std::string& word, bool first, bool dot_follows) {
    Frame& frame = frames_.back();
    bool opens = word == "SELECT" || word == "WITH" || word == "VALUES";
    if ((first && opens) || frames_.size() == 1) frame.query = true;
    if (one_of(word, kNamesATable) && !dot_follows) {
      frame.expect = true;
    } else if ((word == "FROM" && previous_ != "DISTINCT" && frame.query) ||
               (word == "USING" && frame.query)) {
      frame.expect = frame.in_from = true;
    } else if (word == "ON" &&
               (second_ == "INDEX" || second_ == "UNIQUE" || second_ == "TRIGGER")) {
      frame.expect = true;
    } else if (word == "ON") {
      frame.expect = false;
    } else if (one_of(word, kEndsFrom)) {
      frame.expect = frame.in_from = false;
    } else if (!(frame.expect && one_of(word, kBeforeTable))) {
      return see_name(dot_follows);
    }
    return {};
  }

  std::string see_name(bool dot_follows) {
    bool table = std::exchange(frames_.back().expect, false);
    if (table && dot_follows) {
      return "a table with a schema before its name is refused; write {name}";
    }
    return {};
  }

  std::vector<Frame> frames_{Frame{}};
  std::string statement_;
  std::string second_;
  std::string previous_;
};

// Why a name may not occur in a scope's SQL, or an empty string.
std::string refused_name(std::string_view name) {
  if (name.find("__") != name.npos) {
    return fmt::format("the name '{}' contains '__', which separates a namespace from its tables",
                       name);
  }
  std::string word = upper(name);
  for (std::string_view prefix : kRefusedPrefixes) {
    if (word.starts_with(prefix)) {
      return fmt::format("the name '{}' is refused: names that begin with {} are the database's",
                         name, prefix);
    }
  }
  if (one_of(word, kRefusedNames)) return fmt::format("the function '{}' is refused", name);
  return {};
}

// Whether a ';' ends the statement: not inside BEGIN .. END of a SQLite trigger, where CASE .. END
// may be nested.
class BodyRule {
 public:
  void see(const SqlToken& token) {
    if (token.kind != Kind::word) return;
    std::string word = upper(token.name);
    ++words_;
    if (words_ == 1) create_ = word == "CREATE";
    if (words_ == 2) trigger_ = create_ && word == "TRIGGER";
    if (!trigger_) return;
    if ((word == "BEGIN" && depth_ == 0) || (word == "CASE" && depth_ > 0)) ++depth_;
    if (word == "END" && depth_ > 0) --depth_;
  }
  bool inside() const { return depth_ > 0; }

 private:
  std::size_t words_ = 0;
  std::size_t depth_ = 0;
  bool create_ = false;
  bool trigger_ = false;
};

class Translator {
 public:
  Translator(std::string_view sql, Dialect dialect, std::string_view ns)
      : sql_(sql), dialect_(dialect), ns_(ns), lexer_(sql, dialect) {}

  Result<SqlText> run() {
    TN_TRY(SqlToken token, lexer_.next());
    TN_CHECK(check_start(token));
    while (token.kind != Kind::end) {
      TN_TRY(SqlToken following, lexer_.next());
      if (token.kind == Kind::symbol && token.symbol == ';') {
        if (following.kind == Kind::end) break;
        if (!body_.inside()) {
          return lexer_.error(Code::invalid, following.begin,
                              "a second statement; one call runs one statement");
        }
      }
      body_.see(token);
      TN_CHECK(check(token, following));
      render(token);
      token = following;
    }
    return finish();
  }

 private:
  Result<void> check_start(const SqlToken& token) {
    std::string word = upper(token.name);
    if (token.kind == Kind::end) return Error{Code::invalid, "the SQL is empty", "sql:1:1"};
    if (token.kind != Kind::word || !one_of(word, kStatements)) {
      return lexer_.error(Code::denied, token.begin,
                          fmt::format("a statement that begins with '{}' is refused; it may begin "
                                      "with {}",
                                      sql_.substr(token.begin, token.end - token.begin),
                                      fmt::join(kStatements, ", ")));
    }
    schema_ = word == "CREATE" || word == "ALTER" || word == "DROP";
    result_.kind = schema_ ? StatementKind::schema
                   : (word == "INSERT" || word == "UPDATE" || word == "DELETE")
                       ? StatementKind::write
                       : StatementKind::read;
    maybe_write_ = word == "WITH" || word == "EXPLAIN";
    return {};
  }

  Result<void> check(const SqlToken& token, const SqlToken& following) {
    bool dot = following.kind == Kind::symbol && following.symbol == '.';
    if (token.kind == Kind::word || token.kind == Kind::quoted_name) {
      if (auto problem = refused_name(token.name); !problem.empty()) {
        return lexer_.error(Code::denied, token.begin, std::move(problem));
      }
    }
    if (token.kind == Kind::word) TN_CHECK(check_word(token));
    if (token.kind == Kind::parameter) see_parameter(token.number);
    if (auto problem = tables_.see(token, dot); !problem.empty()) {
      return lexer_.error(Code::denied, token.begin, std::move(problem));
    }
    return {};
  }

  Result<void> check_word(const SqlToken& token) {
    std::string word = upper(token.name);
    ++words_;
    if (words_ == 2 && schema_ && !one_of(word, kObjects)) {
      return lexer_.error(Code::denied, token.begin,
                          fmt::format("'{}' is refused here; allowed are {}", token.name,
                                      fmt::join(kObjects, ", ")));
    }
    bool writes = word == "INSERT" || word == "UPDATE" || word == "DELETE";
    // EXPLAIN ANALYZE runs what it explains.
    if (maybe_write_ && writes) result_.kind = StatementKind::write;
    if (maybe_write_ && words_ == 2 && (word == "CREATE" || word == "ALTER" || word == "DROP")) {
      return lexer_.error(Code::denied, token.begin, "only queries are explained");
    }
    return {};
  }

  void see_parameter(std::size_t number) {
    if (seen_.size() < number) seen_.resize(number);
    seen_[number - 1] = true;
  }

  void render(const SqlToken& token) {
    result_.sql.append(sql_.substr(copied_, token.begin - copied_));
    copied_ = token.end;
    std::size_t at = result_.sql.size();
    std::string_view written = sql_.substr(token.begin, token.end - token.begin);
    append(token, written);
    plain_insert_.see(token, written, at, result_.sql.size());
  }

  void append(const SqlToken& token, std::string_view written) {
    bool sqlite = dialect_ == Dialect::sqlite;
    if (token.kind == Kind::table || token.kind == Kind::bare_name) {
      if (sqlite) {
        result_.sql += fmt::format("\"{}__{}\"", ns_, token.name);
      } else if (token.kind == Kind::table) {
        result_.sql += fmt::format("\"{}\".\"{}\"", ns_, token.name);
      } else {
        result_.sql += fmt::format("\"{}\"", token.name);
      }
    } else if (token.kind == Kind::parameter && sqlite) {
      // SQLite numbers $1 by its first appearance, ?1 by its digits.
      result_.sql += fmt::format("?{}", token.number);
    } else {
      result_.sql.append(written);
    }
  }

  Result<SqlText> finish() {
    for (std::size_t i = 0; i < seen_.size(); ++i) {
      if (!seen_[i]) {
        return Error{
            Code::invalid,
            fmt::format("the parameter ${} is missing: ${} is the highest", i + 1, seen_.size()),
            "sql"};
      }
    }
    result_.parameter_count = seen_.size();
    result_.plain_insert = plain_insert_.take();
    return std::move(result_);
  }

  std::string_view sql_;
  Dialect dialect_;
  std::string_view ns_;
  SqlLexer lexer_;
  TableRule tables_;
  BodyRule body_;
  PlainInsertRule plain_insert_;
  SqlText result_;
  std::vector<bool> seen_;
  std::size_t copied_ = 0;
  std::size_t words_ = 0;
  bool schema_ = false;
  bool maybe_write_ = false;
};

}  // namespace

Result<void> check_namespace(std::string_view ns) {
  constexpr std::array<std::string_view, 3> kReserved = {"public", "main", "temp"};
  bool ok = !ns.empty() && ns.size() <= kMaxNamespaceLength && ns[0] >= 'a' && ns[0] <= 'z' &&
            ns.back() != '_' && ns.find("__") == ns.npos && !one_of(ns, kReserved) &&
            !ns.starts_with("pg_") && !ns.starts_with("sqlite") && ns != "information_schema";
  for (char c : ns) ok = ok && ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_');
  if (ok) return {};
  return Error{Code::invalid,
               fmt::format("'{}' is no namespace: 1 to {} of a-z, 0-9 and single '_', beginning "
                           "with a letter, not ending with '_', and no name of a database's own",
                           ns, kMaxNamespaceLength)};
}

Result<SqlText> translate_sql(std::string_view sql, Dialect dialect, std::string_view ns) {
  if (sql.size() > kMaxSqlBytes) {
    return Error{Code::too_large,
                 fmt::format("{} bytes of SQL; at most {}", sql.size(), kMaxSqlBytes)};
  }
  return Translator(sql, dialect, ns).run();
}

Result<std::vector<std::string_view>> split_script(std::string_view script, Dialect dialect) {
  SqlLexer lexer(script, dialect);
  std::vector<std::string_view> statements;
  BodyRule body;
  std::size_t begin = script.npos;
  std::size_t end = 0;
  while (true) {
    TN_TRY(SqlToken token, lexer.next());
    bool separator = token.kind == Kind::symbol && token.symbol == ';' && !body.inside();
    if (separator || token.kind == Kind::end) {
      if (begin != script.npos) statements.push_back(script.substr(begin, end - begin));
      begin = script.npos;
      body = {};
      if (token.kind == Kind::end) return statements;
      continue;
    }
    body.see(token);
    if (begin == script.npos) begin = token.begin;
    end = token.end;
  }
}

}  // namespace tenon::store
