#include "host/app/watch_folders.hpp"

#include <sys/inotify.h>

#include <cerrno>
#include <cstring>
#include <string_view>

namespace tenon::app {
namespace {

namespace fs = std::filesystem;

constexpr uint32_t kEvents = IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_CREATE | IN_DELETE |
                             IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR;

bool is_of_an_editor(std::string_view name) {
  return name.empty() || name.ends_with('~') || name.starts_with('#') || name.starts_with(".#") ||
         name.ends_with(".swp") || name.ends_with(".swx") || name == "4913";
}

}  // namespace

Result<FolderWatch> FolderWatch::open() {
  FolderWatch out;
  out.inotify_.reset(inotify_init1(IN_CLOEXEC | IN_NONBLOCK));
  if (!out.inotify_)
    return Error{Code::unavailable, std::string("cannot watch files: ") + std::strerror(errno)};
  return out;
}

bool FolderWatch::add(const fs::path& folder) {
  const int watch = inotify_add_watch(inotify_.get(), folder.c_str(), kEvents);
  if (watch < 0) return false;
  by_folder_[folder] = watch;
  by_watch_[watch] = folder;
  return true;
}

void FolderWatch::set(const std::set<fs::path>& folders) {
  for (auto it = by_folder_.begin(); it != by_folder_.end();) {
    if (folders.count(it->first)) {
      ++it;
      continue;
    }
    inotify_rm_watch(inotify_.get(), it->second);
    by_watch_.erase(it->second);
    it = by_folder_.erase(it);
  }
  wanted_ = folders;
  for (const auto& folder : wanted_)
    if (!by_folder_.count(folder)) (void)add(folder);
}

bool FolderWatch::retry() {
  bool found = false;
  for (const auto& folder : wanted_)
    if (!by_folder_.count(folder)) found |= add(folder);
  return found;
}

std::set<fs::path> FolderWatch::take() {
  std::set<fs::path> out;
  alignas(inotify_event) char buffer[16 * 1024];
  for (;;) {
    const ssize_t size = read(inotify_.get(), buffer, sizeof buffer);
    if (size <= 0) return out;
    for (ssize_t at = 0; at < size;) {
      const auto& event = *reinterpret_cast<const inotify_event*>(buffer + at);
      at += static_cast<ssize_t>(sizeof event + event.len);
      if (event.mask & IN_Q_OVERFLOW) {
        out = wanted_;
        continue;
      }
      const auto found = by_watch_.find(event.wd);
      if (found == by_watch_.end()) continue;
      const fs::path folder = found->second;
      if (event.mask & (IN_IGNORED | IN_DELETE_SELF | IN_MOVE_SELF)) {
        if (!(event.mask & IN_IGNORED)) inotify_rm_watch(inotify_.get(), event.wd);
        by_watch_.erase(found);
        by_folder_.erase(folder);
        out.insert(folder);
        continue;
      }
      const std::string_view name = event.len ? event.name : "";
      if (is_of_an_editor(name)) continue;
      // An ordinary file that has just been made is worth a look when it is closed.
      std::error_code failed;
      if (event.mask & IN_CREATE &&
          fs::symlink_status(folder / name, failed).type() == fs::file_type::regular)
        continue;
      out.insert(folder);
    }
  }
}

std::set<fs::path> source_folders(const fs::path& root, const fs::path& data) {
  std::set<fs::path> out;
  std::error_code failed;
  if (!fs::is_directory(root, failed)) return {root};
  out.insert(root);
  for (fs::recursive_directory_iterator it(root, failed), end; !failed && it != end;
       it.increment(failed)) {
    std::error_code ignored;
    if (it->is_symlink(ignored) || !it->is_directory(ignored)) continue;
    const std::string name = it->path().filename();
    if (name.starts_with('.') || name == "node_modules" ||
        fs::exists(it->path() / "CMakeCache.txt", ignored) ||
        fs::equivalent(it->path(), data, ignored)) {
      it.disable_recursion_pending();
      continue;
    }
    out.insert(it->path());
  }
  return out;
}

}  // namespace tenon::app
