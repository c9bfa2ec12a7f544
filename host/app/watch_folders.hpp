// Tells when something in one of several folders changes, without looking for it.
#pragma once

#include <filesystem>
#include <map>
#include <set>
#include <string>

#include "host/base/descriptor.hpp"
#include "tenon/result.hpp"

namespace tenon::app {

// Files are written, renamed, linked and removed by name, so that folders are what is watched. One
// thread.
class FolderWatch {
 public:
  static Result<FolderWatch> open();

  // Watches these from now on and no others. Those that are not there are tried again by retry().
  void set(const std::set<std::filesystem::path>& folders);
  // Whether one of them is not there, or was removed.
  bool incomplete() const { return by_folder_.size() < wanted_.size(); }
  // True: one that was missing is there again.
  bool retry();

  int fd() const { return inotify_.get(); }
  // The folders in which something has happened since. What editors keep beside a file, and files
  // that are only begun, do not count.
  std::set<std::filesystem::path> take();

 private:
  FolderWatch() = default;
  bool add(const std::filesystem::path& folder);

  Descriptor inotify_;
  std::set<std::filesystem::path> wanted_;
  std::map<std::filesystem::path, int> by_folder_;
  std::map<int, std::filesystem::path> by_watch_;
};

// The folder and those below it, without what is hidden, node_modules, build trees of CMake, and
// `data`.
std::set<std::filesystem::path> source_folders(const std::filesystem::path& root,
                                               const std::filesystem::path& data);

}  // namespace tenon::app
