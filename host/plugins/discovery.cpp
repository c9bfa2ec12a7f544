#include "host/plugins/discovery.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace tenon::plugins {
namespace {

Result<std::vector<std::filesystem::path>> shared_objects(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> files;
  std::error_code failed;
  for (std::filesystem::directory_iterator it(folder, failed), end; !failed && it != end;
       it.increment(failed))
    if (it->path().extension() == ".so" && it->is_regular_file(failed)) files.push_back(it->path());
  if (failed)
    return Error{Code::not_found,
                 fmt::format("{} cannot be read: {}", folder.string(), failed.message())};
  std::sort(files.begin(), files.end());
  return files;
}

bool is_one_of(const std::filesystem::path& folder,
               const std::vector<std::filesystem::path>& others) {
  return std::any_of(others.begin(), others.end(), [&](const auto& other) {
    std::error_code failed;
    return std::filesystem::equivalent(folder, other, failed) && !failed;
  });
}

}  // namespace

Discovery discover(const std::vector<std::filesystem::path>& folders,
                   const std::vector<std::filesystem::path>& own_folders) {
  Discovery out;
  for (const auto& folder : folders) {
    const bool own = is_one_of(folder, own_folders);
    std::error_code unknown;
    out.folders.push_back({folder, std::filesystem::exists(folder, unknown)});
    const auto files = shared_objects(folder);
    if (!files.ok()) {
      out.refused.push_back({folder, files.error().message});
      continue;
    }
    for (const auto& file : *files) {
      auto candidate = inspect(file);
      if (!candidate.ok()) {
        out.refused.push_back({file, candidate.error().message});
        continue;
      }
      const std::string id = candidate->manifest.id;
      const auto [taken, is_new] = out.libraries.emplace(id, std::move(*candidate));
      if (is_new && own) out.own.insert(id);
      if (!is_new)
        out.refused.push_back(
            {file, fmt::format("{} is the library \"{}\", and so is {}, which was found first",
                               file.string(), id, taken->second.file.string())});
    }
  }
  return out;
}

}  // namespace tenon::plugins
