// The `format` keyword: which formats are checked, and how.
//
//   checked      date-time date time duration email hostname ipv4 ipv6 uri uri-reference uuid regex
//   annotations  password binary byte int32 int64 float double (accepted, nothing is checked)
//   paths        tenon-read-path tenon-write-path (accepted; see Schema::paths)
//
// A format that is in neither list is refused when a schema is compiled: a mistyped name would
// otherwise check nothing without a word.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "tenon/result.hpp"

namespace tenon::config {

enum class PathUse { read, write };

struct Format {
  std::string expected;                         // "an IPv4 address such as 192.0.2.1"
  std::function<bool(std::string_view)> check;  // empty for annotations; any thread
  std::optional<PathUse> path = {};             // the text names files
};

Result<Format> make_format(const std::string& name);

}  // namespace tenon::config
