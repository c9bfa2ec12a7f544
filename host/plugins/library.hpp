// A loaded plugin library: a private copy of the file, checked, opened and shaken hands with.
#pragma once

#include <boost/dll/shared_library.hpp>
#include <filesystem>
#include <memory>
#include <string>

#include "host/plugins/manifest.hpp"
#include "host/plugins/private_copy.hpp"
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
  // Reads and checks `file`, makes a private copy of what was checked, maps it and calls its init.
  // Runs the library's constructors. [any-thread]
  static Result<std::unique_ptr<Library>> open(const std::filesystem::path& file,
                                               const LibraryCopies& copies);

  // Calls deinit and unloads. The private copy goes, unless the library could not be unloaded.
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
  PrivateCopy copy_;
  Manifest manifest_;
  boost::dll::shared_library handle_;
  const tn_entry* entry_ = nullptr;
  bool initialised_ = false;
  bool abandoned_ = false;
};

}  // namespace tenon::plugins
