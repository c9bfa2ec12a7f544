// A loaded plugin library: a private copy of the file, checked, opened and shaken hands with.
#pragma once

#include <boost/dll/shared_library.hpp>
#include <filesystem>
#include <memory>
#include <string>

#include "host/plugins/manifest.hpp"
#include "tenon/entry.h"
#include "tenon/result.hpp"

namespace tenon::plugins {

// What a file says of itself, without executing any of it.
struct Candidate {
  std::filesystem::path file;
  Manifest manifest;
};
Result<Candidate> inspect(const std::filesystem::path& file);

// Whether this host can run a plugin of that platform. The error names both sides and the remedy.
Result<void> check_platform(const tn_platform& plugin);

class Library {
 public:
  // Copies `file` to a unique name in `copies` (an absolute folder on a file system that allows
  // execution), checks the copy, maps it and calls its init. Runs the library's constructors.
  static Result<std::unique_ptr<Library>> open(const std::filesystem::path& file,
                                               const std::filesystem::path& copies);

  // Calls deinit and unloads. The private copy is removed, unless the library could not be
  // unloaded: then it stays, so that a core dump has its symbols.
  ~Library();
  Library(const Library&) = delete;
  Library& operator=(const Library&) = delete;

  const Manifest& manifest() const { return manifest_; }
  const std::filesystem::path& file() const { return file_; }

  // The plugin's table of that id, or null.
  template <class Table>
  const Table* table(std::string_view id) const {
    return static_cast<const Table*>(entry_->query({id.data(), id.size()}));
  }

  // Leaves the library mapped for ever: code of it may still run (a step that ran over its
  // deadline).
  void abandon() { abandoned_ = true; }

 private:
  Library() = default;
  Result<void> shake_hands();

  std::filesystem::path file_;
  std::filesystem::path copy_;
  Manifest manifest_;
  boost::dll::shared_library handle_;
  const tn_entry* entry_ = nullptr;
  bool initialised_ = false;
  bool abandoned_ = false;
};

}  // namespace tenon::plugins
