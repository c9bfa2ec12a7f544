// The bytes of a library under a path of their own.
//
// Each instance and generation needs statics of its own, and dlopen answers a path it has seen with
// the handle it has: so each load gets a path that nothing mapped has. In memory, a copy costs no
// file system its inodes, leaves nothing behind after a crash and needs no folder that allows
// execution; it holds what is mapped and no more, since symbol table and debug information are most
// of a file and nothing at run time reads them. Debuggers, profilers and sanitizers do: for them
// there are files.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "tenon/result.hpp"

namespace tenon::plugins {

enum class CopyKind { memory, file };

struct LibraryCopies {
  std::filesystem::path folder;  // of files; absolute, on a file system that allows execution
  CopyKind kind = CopyKind::memory;
};

class PrivateCopy {
 public:
  PrivateCopy() = default;
  // `name` is the library's, for the eyes of an operator.
  static Result<PrivateCopy> make(std::string_view bytes, const std::string& name,
                                  const LibraryCopies& copies);
  // The copy goes; what is mapped stays mapped.
  ~PrivateCopy();
  PrivateCopy(PrivateCopy&& other) noexcept { *this = std::move(other); }
  PrivateCopy& operator=(PrivateCopy&& other) noexcept;

  // To be given to dlopen. Empty: there is no copy.
  const std::string& path() const { return path_; }
  // Its bytes, as they were given to make().
  Result<std::string> read() const;
  // The copy never goes: it is mapped for good, and its path must not become another's.
  void keep() { kept_ = true; }

 private:
  std::string path_;
  int memory_ = -1;  // descriptor of a copy in memory
  bool kept_ = false;
};

// The same for the files of a library's pages: a folder that nobody else writes to.
class PrivateFolder {
 public:
  static Result<std::shared_ptr<const PrivateFolder>> make(const std::string& name,
                                                           const LibraryCopies& copies);
  ~PrivateFolder();
  PrivateFolder(const PrivateFolder&) = delete;
  PrivateFolder& operator=(const PrivateFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }

 private:
  explicit PrivateFolder(std::filesystem::path path) : path_(std::move(path)) {}

  const std::filesystem::path path_;
};

}  // namespace tenon::plugins
