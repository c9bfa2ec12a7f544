#include "catalog/catalog/build/changes.hpp"

#include <charconv>
#include <fstream>

namespace tenon::catalog {
namespace {

ProductStates read_states(const std::filesystem::path& path) {
  ProductStates out;
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    const size_t tab = line.find('\t');
    if (tab == line.npos) continue;
    uint64_t state = 0;
    std::from_chars(line.data() + tab + 1, line.data() + line.size(), state, 16);
    out[line.substr(0, tab)] = state;
  }
  return out;
}

Result<void> write_states(const std::filesystem::path& path, const ProductStates& states) {
  std::filesystem::path fresh = path;
  fresh += ".new";
  {
    std::ofstream file(fresh, std::ios::trunc);
    for (const auto& [id, state] : states) {
      char digits[16];
      const auto end = std::to_chars(digits, digits + sizeof digits, state, 16).ptr;
      file << id << '\t' << std::string_view(digits, static_cast<size_t>(end - digits)) << '\n';
    }
    if (!file.flush()) return Error{Code::unavailable, "cannot write", fresh.string()};
  }
  std::error_code error;
  std::filesystem::rename(fresh, path, error);
  if (error) return Error{Code::unavailable, "cannot rename: " + error.message(), path.string()};
  return {};
}

}  // namespace

uint64_t state_of(std::string_view document) {
  uint64_t hash = 0xcbf29ce484222325ULL;  // FNV-1a
  for (const unsigned char byte : document) hash = (hash ^ byte) * 0x100000001b3ULL;
  return hash;
}

Result<Changes> replace_states(const std::filesystem::path& file, const ProductStates& now) {
  const ProductStates before = read_states(file);
  Changes out;
  for (const auto& [id, state] : now) {
    const auto known = before.find(id);
    if (known == before.end())
      out.added.push_back(id);
    else if (known->second != state)
      out.changed.push_back(id);
  }
  for (const auto& [id, state] : before)
    if (!now.contains(id)) out.removed.push_back(id);
  if (before != now) TN_CHECK(write_states(file, now));
  return out;
}

}  // namespace tenon::catalog
