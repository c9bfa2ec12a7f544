// Where something was written: a file, a line and a column.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <tuple>

namespace tenon::config {

// A file (or text) that was read. `order` counts files in the order in which they were read.
struct Source {
  std::string name;
  std::uint32_t order = 0;
};

// A position. `line` and `column` count from 1, columns in code points; 0 means unknown (a value
// that stands in no file, for example one that came as JSON).
struct Mark {
  std::shared_ptr<const Source> source;
  std::uint32_t line = 0;
  std::uint32_t column = 0;

  bool known() const { return line != 0; }
  const std::string& file() const {
    static const std::string none;
    return source ? source->name : none;
  }
  std::uint32_t order() const { return source ? source->order : 0; }

  // "file:line:column", or "" where the position is unknown.
  std::string to_string() const {
    if (!known()) return file();
    return file() + ":" + std::to_string(line) + ":" + std::to_string(column);
  }
};

inline bool before(const Mark& a, const Mark& b) {
  return std::make_tuple(a.order(), std::cref(a.file()), a.line, a.column) <
         std::make_tuple(b.order(), std::cref(b.file()), b.line, b.column);
}

}  // namespace tenon::config
