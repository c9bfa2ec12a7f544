#include "host/verify/system_libraries.hpp"

#include <algorithm>
#include <cstdlib>
#include <fstream>

#include "host/plugins/elf.hpp"

namespace tenon::verify {
namespace {

namespace fs = std::filesystem;

#if defined(__x86_64__)
constexpr const char* kMultiarch = "x86_64-linux-gnu";
#else
constexpr const char* kMultiarch = "aarch64-linux-gnu";
#endif

// Folders of a list with colons.
void add_list(std::vector<fs::path>& out, const char* list) {
  std::string rest = list ? list : "";
  while (!rest.empty()) {
    const size_t end = std::min(rest.find(':'), rest.size());
    if (end > 0) out.emplace_back(rest.substr(0, end));
    rest.erase(0, end + 1);
  }
}

// Folders that administrators and packages have added for the loader.
void add_configured(std::vector<fs::path>& out) {
  std::error_code failed;
  for (const auto& entry : fs::directory_iterator("/etc/ld.so.conf.d", failed)) {
    std::ifstream lines(entry.path());
    for (std::string line; std::getline(lines, line);)
      if (line.starts_with('/')) out.emplace_back(line);
  }
}

}  // namespace

SystemLibraries::SystemLibraries() {
  add_list(folders_, std::getenv("LD_LIBRARY_PATH"));
  add_configured(folders_);
  for (const char* root : {"/lib", "/usr/lib", "/usr/local/lib"}) {
    folders_.push_back(fs::path(root) / kMultiarch);
    folders_.emplace_back(root);
  }
  folders_.emplace_back("/lib64");
  folders_.emplace_back("/usr/lib64");
}

std::optional<std::string> SystemLibraries::find(const std::string& name) const {
  std::vector<fs::path> places = {name};
  if (name.find('/') == std::string::npos) {
    places.clear();
    for (const auto& folder : folders_) places.push_back(folder / name);
  }
  std::error_code ignored;
  for (const auto& place : places) {
    if (!fs::is_regular_file(place, ignored)) continue;
    auto bytes = plugins::read_bytes(place);
    // As the loader does, one for another machine is passed by.
    if (bytes.ok() && plugins::ElfFile::open(*bytes, bytes->size(), name).ok())
      return std::move(*bytes);
  }
  return std::nullopt;
}

bool SystemLibraries::add(const std::string& name) {
  if (!seen_.insert(name).second) return true;
  const auto bytes = find(name);
  if (!bytes) return false;
  const auto file = plugins::ElfFile::open(*bytes, bytes->size(), name);
  if (const auto symbols = file->symbols(); symbols.ok())
    for (const auto& symbol : *symbols)
      if (symbol.exported) defined_.emplace(symbol.name);
  if (const auto linkage = read_linkage(*file); linkage.ok())
    for (const auto& needed : linkage->needed)
      if (!add(needed)) missing_.push_back(needed);
  return true;
}

}  // namespace tenon::verify
