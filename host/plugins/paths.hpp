// Where a path really leads: links followed, `.` and `..` gone.
#pragma once

#include <filesystem>

#include "tenon/result.hpp"

namespace tenon::plugins {

// The place that opening the absolute `path` would reach now, whether something is there or not.
// Links are followed as the kernel does, also one that leads to nothing. Behind the first part that
// does not exist no `..` is taken: where that leads shows only when the part is there. Errors:
// invalid (relative, empty, has a NUL, a `..` behind nothing), limit (too many links, too long),
// unavailable (a folder on the way cannot be looked into). Says nothing of what happens later: who
// may change a folder on the way may lead it elsewhere.
Result<std::filesystem::path> real_path(const std::filesystem::path& path);

// Whether `path` is `folder` or below it, part by part. Both as real_path gives them.
bool lies_in(const std::filesystem::path& path, const std::filesystem::path& folder);

}  // namespace tenon::plugins
