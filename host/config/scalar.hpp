// YAML 1.2 core schema: what a plain (unquoted) scalar means.
//
//   null    (empty)  ~  null  Null  NULL
//   bool    true True TRUE false False FALSE        (yes, no, on, off are strings)
//   int     [-+]?[0-9]+   0o[0-7]+   0x[0-9a-fA-F]+  (so 007 is seven, 0o10 is eight)
//   float   [-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?
//   string  everything else
//
// Infinity and not-a-number cannot be said in JSON and are refused, and so is an integer that
// does not fit in 64 bits: it would lose digits without a word.
#pragma once

#include <string_view>

#include "host/config/node.hpp"
#include "tenon/result.hpp"

namespace tenon::config {

Result<Node::Value> resolve_plain_scalar(std::string_view text);

}  // namespace tenon::config
