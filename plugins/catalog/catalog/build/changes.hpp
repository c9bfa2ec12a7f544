// What a build changed: the products of the last good build, kept in a file as id and state.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "tenon/result.hpp"

namespace tenon::catalog {

using ProductStates = std::map<std::string, uint64_t>;  // by id

// Equal documents have equal states.
uint64_t state_of(std::string_view document);

struct Changes {
  std::vector<std::string> added;  // ids, sorted
  std::vector<std::string> removed;
  std::vector<std::string> changed;
};

// Compares with what the file holds (nothing when it is missing or damaged) and replaces it.
Result<Changes> replace_states(const std::filesystem::path& file, const ProductStates& now);

}  // namespace tenon::catalog
