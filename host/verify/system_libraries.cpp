#include "host/verify/system_libraries.hpp"

#include <cstdlib>

#include "host/plugins/elf.hpp"

namespace tenon::verify {
namespace {

namespace fs = std::filesystem;

#if defined(__x86_64__)
constexpr const char* kMultiarch = "x86_64-linux-gnu";
#else
constexpr const char* kMultiarch = "aarch64-linux-gnu";
#endif

std::string with_origin(std::string path, const fs::path& origin) {
  for (const std::string_view word : {"${ORIGIN}", "$ORIGIN"})
    if (const size_t at = path.find(word); at != std::string::npos)
      path.replace(at, word.size(), origin.string());
  return path;
}

// Folders of a list with colons.
void add_list(std::vector<fs::path>& out, const char* list) {
  std::string rest = list ? list : "";
  while (!rest.empty()) {
    const size_t end = std::min(rest.find(':'), rest.size());
    if (end > 0) out.emplace_back(rest.substr(0, end));
    rest.erase(0, end + 1);
  }
}

}  // namespace

SystemLibraries::SystemLibraries(const std::vector<std::string>& search_paths,
                                 const fs::path& origin) {
  for (const auto& path : search_paths) folders_.emplace_back(with_origin(path, origin));
  add_list(folders_, std::getenv("LD_LIBRARY_PATH"));
  for (const char* root : {"/usr/local/lib", "/lib", "/usr/lib"}) {
    folders_.push_back(fs::path(root) / kMultiarch);
    folders_.emplace_back(root);
  }
  folders_.emplace_back("/lib64");
  folders_.emplace_back("/usr/lib64");
}

std::optional<fs::path> SystemLibraries::find(const std::string& name) const {
  std::error_code ignored;
  if (name.find('/') != std::string::npos)
    return fs::exists(name, ignored) ? std::optional<fs::path>(name) : std::nullopt;
  for (const auto& folder : folders_)
    if (fs::exists(folder / name, ignored)) return folder / name;
  return std::nullopt;
}

bool SystemLibraries::add(const std::string& name) {
  if (!seen_.insert(name).second) return true;
  const auto path = find(name);
  if (!path) return false;
  const auto bytes = plugins::read_bytes(*path);
  if (!bytes.ok()) return false;
  const auto file = plugins::ElfFile::open(*bytes, bytes->size(), path->string());
  if (!file.ok()) return false;
  const auto symbols = file->symbols();
  if (symbols.ok())
    for (const auto& symbol : *symbols)
      if (symbol.exported) defined_.emplace(symbol.name);
  if (const auto linkage = read_linkage(*file); linkage.ok())
    for (const auto& needed : linkage->needed)
      if (!add(needed)) missing_.push_back(needed);
  return true;
}

}  // namespace tenon::verify
