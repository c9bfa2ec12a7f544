#include "host/store/connection.hpp"

#include <fmt/format.h>

#include <cmath>

namespace tenon::store {

namespace {

constexpr std::size_t kMaxCatalog = 4096;

// The position of the first byte that is not UTF-8, or npos.
std::size_t find_bad_utf8(std::string_view text) {
  std::size_t i = 0;
  auto continues = [&](std::size_t at) {
    return at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80;
  };
  while (i < text.size()) {
    auto c = static_cast<unsigned char>(text[i]);
    if (c < 0x80) {
      ++i;
      continue;
    }
    std::size_t length = c >= 0xF0 ? 4 : c >= 0xE0 ? 3 : 2;
    if (c < 0xC2 || c > 0xF4) return i;
    for (std::size_t k = 1; k < length; ++k) {
      if (!continues(i + k)) return i;
    }
    auto second = static_cast<unsigned char>(text[i + 1]);
    bool overlong = (c == 0xE0 && second < 0xA0) || (c == 0xF0 && second < 0x90);
    bool surrogate = c == 0xED && second >= 0xA0;
    bool too_high = c == 0xF4 && second >= 0x90;
    if (overlong || surrogate || too_high) return i;
    i += length;
  }
  return text.npos;
}

}  // namespace

Result<StatementPtr> StatementCatalog::get(std::string_view ns, std::string_view sql) {
  {
    std::lock_guard lock(mutex_);
    if (auto by_sql = by_namespace_.find(ns); by_sql != by_namespace_.end()) {
      if (auto found = by_sql->second.find(sql); found != by_sql->second.end()) {
        return found->second;
      }
    }
  }
  TN_TRY(SqlText text, translate_sql(sql, dialect_, ns));
  std::lock_guard lock(mutex_);
  if (size_ >= kMaxCatalog) {
    by_namespace_.clear();
    size_ = 0;
  }
  auto statement =
      std::make_shared<const Statement>(Statement{next_id_++, std::string(ns), std::move(text)});
  auto [entry, added] = by_namespace_[std::string(ns)].emplace(std::string(sql), statement);
  if (added) ++size_;
  return entry->second;
}

Result<void> check_params(const Statement& statement, const Params& params) {
  if (params.size() != statement.text.parameter_count) {
    return Error{Code::invalid, fmt::format("{} parameters were given, the SQL has {}",
                                            params.size(), statement.text.parameter_count)};
  }
  for (std::size_t i = 0; i < params.size(); ++i) {
    auto refuse = [&](std::string_view what) {
      return Error{Code::invalid, fmt::format("parameter ${}: {}", i + 1, what)};
    };
    if (const auto* text = params[i].text()) {
      if (text->find('\0') != text->npos) return refuse("text with a NUL; pass it as bytes");
      std::size_t bad = find_bad_utf8(*text);
      if (bad != text->npos) {
        return refuse(fmt::format("text that is not UTF-8 at byte {}; pass it as bytes", bad));
      }
    }
    if (const auto* real = params[i].real(); real != nullptr && !std::isfinite(*real)) {
      return refuse("NaN and infinity are refused: SQLite cannot store them");
    }
  }
  return {};
}

Result<std::int64_t> Connection::run_many(const Statement& statement, std::span<const Params> rows,
                                          Deadline deadline) {
  std::int64_t affected = 0;
  for (const Params& params : rows) {
    TN_TRY(std::int64_t changed, run(statement, params, deadline, nullptr));
    affected += changed;
  }
  return affected;
}

}  // namespace tenon::store
