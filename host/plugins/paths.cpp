#include "host/plugins/paths.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <deque>

namespace tenon::plugins {
namespace {

namespace fs = std::filesystem;

constexpr int kMaxLinks = 40;  // as the kernel's
constexpr size_t kMaxLength = 4096;

Error bad(Code code, const fs::path& path, std::string_view what) {
  return {code, fmt::format("{} {}", path.string(), what), path.string()};
}

}  // namespace

Result<fs::path> real_path(const fs::path& path) {
  if (path.native().size() >= kMaxLength)
    return Error{Code::limit, "the path is longer than 4095 bytes"};
  if (path.native().find('\0') != std::string::npos)
    return Error{Code::invalid, "the path has a NUL byte"};
  if (!path.is_absolute()) return bad(Code::invalid, path, "is no absolute path");
  const fs::path asked = path.relative_path();
  std::deque<fs::path> rest(asked.begin(), asked.end());
  fs::path place = "/";
  bool exists = true;
  for (int links = 0; !rest.empty();) {
    const fs::path part = std::move(rest.front());
    rest.pop_front();
    if (part.empty() || part == ".") continue;
    if (part == "..") {
      if (!exists) return bad(Code::invalid, path, "has a .. behind a part that does not exist");
      place = place.parent_path();
      continue;
    }
    fs::path next = place / part;
    std::error_code failed;
    const auto status = exists ? fs::symlink_status(next, failed) : fs::file_status();
    if (failed && status.type() != fs::file_type::not_found)
      return bad(Code::unavailable, next, "cannot be looked at: " + failed.message());
    if (!exists || status.type() == fs::file_type::not_found) {
      exists = false;
      place = std::move(next);
      continue;
    }
    if (status.type() != fs::file_type::symlink) {
      place = std::move(next);
      continue;
    }
    if (++links > kMaxLinks) return bad(Code::limit, path, "goes through too many links");
    const fs::path target = fs::read_symlink(next, failed);
    if (failed) return bad(Code::unavailable, next, "cannot be read: " + failed.message());
    if (target.is_absolute()) place = "/";
    const fs::path parts = target.relative_path();
    rest.insert(rest.begin(), parts.begin(), parts.end());
  }
  return place;
}

bool lies_in(const fs::path& path, const fs::path& folder) {
  return std::mismatch(folder.begin(), folder.end(), path.begin(), path.end()).first ==
         folder.end();
}

}  // namespace tenon::plugins
