// One YAML text to a tree of located nodes.
//
// Built on yaml-cpp's event interface, because the node interface loses what an operator needs:
// duplicate keys are refused naming both places, aliases are expanded (bounded) and carry the
// place where the alias stands, merge keys (<<) are expanded, a second document, a tag that is not
// of the core schema and an unterminated quote are refused. Depth is bounded before yaml-cpp
// recurses further.
#pragma once

#include <filesystem>
#include <memory>
#include <string_view>

#include "host/config/load_options.hpp"
#include "host/config/node.hpp"
#include "host/config/problem.hpp"

namespace tenon::config {

// What all files of one document share.
struct Budget {
  std::size_t nodes = 0;
  std::size_t text_bytes = 0;
};

// The root is null for an empty text. After a syntax error it is marked broken.
Node read_yaml(std::string_view bytes, std::shared_ptr<const Source> source,
               const std::filesystem::path& directory, const LoadOptions& options, Budget& budget,
               Problems& problems);

}  // namespace tenon::config
