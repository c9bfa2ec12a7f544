// What the rules let through keeps its promises: no NUL, no brace outside text, one statement, and
// translating never depends on what stands behind the end.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "host/store/sql_text.hpp"

using tenon::store::Dialect;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string_view sql(reinterpret_cast<const char*>(data), size);
  for (Dialect dialect : {Dialect::sqlite, Dialect::postgres}) {
    auto parts = tenon::store::split_script(sql, dialect);
    auto text = tenon::store::translate_sql(sql, dialect, "ns");
    if (text.ok()) {
      if (!parts.ok() || parts->size() != 1) std::abort();
      if (text->sql.find('\0') != std::string::npos && sql.find('\0') == sql.npos) std::abort();
      auto part = tenon::store::translate_sql(parts->front(), dialect, "ns");
      if (!part.ok() || part->parameter_count != text->parameter_count) std::abort();
      if (const auto& insert = text->plain_insert) {
        if (insert->values_end > text->sql.size() || text->sql[insert->values_begin] != '(' ||
            text->sql[insert->values_end - 1] != ')' ||
            insert->columns.size() != text->parameter_count) {
          std::abort();
        }
      }
    } else if (text.error().message.empty()) {
      std::abort();
    }
  }
  return 0;
}
