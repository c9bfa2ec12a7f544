// What loading may use and how much it may take. The defaults fit a deployment's configuration.
#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>

namespace tenon::config {

struct Limits {
  std::size_t file_bytes = 4 << 20;     // of one YAML file
  std::size_t secret_bytes = 64 << 10;  // of one ${file:...}
  std::size_t depth = 64;               // maps and lists within each other
  std::size_t nodes = 200'000;          // values of all files together, aliases expanded
  std::size_t text_bytes = 16 << 20;    // of all scalars together, aliases and ${...} expanded
  std::size_t files = 64;               // the first and all that it includes
  std::size_t include_depth = 8;
  std::size_t problems = 100;  // after these, reading and validation stop looking for more
};

// nullopt: the variable is not set.
using Environment = std::function<std::optional<std::string>(const std::string& name)>;

Environment process_environment();

struct LoadOptions {
  Environment environment = process_environment();
  // False refuses include: and ${file:...}, for text that did not come from the operator.
  bool allow_files = true;
  // What relative names in a text without a file (load_text) are relative to.
  std::filesystem::path base_directory = {};
  Limits limits = {};
};

}  // namespace tenon::config
