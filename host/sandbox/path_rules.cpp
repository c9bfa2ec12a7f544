#include "host/sandbox/path_rules.hpp"

#include <algorithm>
#include <filesystem>

#include "host/sandbox/base_paths.hpp"

namespace tenon::sandbox {

namespace {

std::string settled(std::string_view path) {
  std::error_code failed;
  auto made = std::filesystem::weakly_canonical(path, failed).string();
  if (failed) made = path;
  while (made.size() > 1 && made.back() == '/') made.pop_back();
  return made;
}

bool covers(const std::vector<std::string>& paths, std::string_view path) {
  return std::ranges::any_of(paths, [&](const std::string& one) {
    return path.starts_with(one) &&
           (path.size() == one.size() || one == "/" || path[one.size()] == '/');
  });
}

}  // namespace

PathRules::PathRules(const Policy& policy, pid_t pid) {
  for (const auto& path : policy.write) change_.push_back(settled(path));
  write_ = change_;
  for (const auto path : writable_by_all()) write_.push_back(settled(path));
  read_ = write_;
  for (const auto& path : policy.read) read_.push_back(settled(path));
  for (const auto& path : policy.code) read_.push_back(settled(path));
  for (const auto path : readable_by_all(policy))
    read_.push_back(path == "/proc/self" ? "/proc/" + std::to_string(pid) : settled(path));
}

bool PathRules::may_read(std::string_view path) const {
  return covers(read_, path);
}
bool PathRules::may_write(std::string_view path) const {
  return covers(write_, path);
}
bool PathRules::may_change(std::string_view path) const {
  return covers(change_, path);
}

}  // namespace tenon::sandbox
