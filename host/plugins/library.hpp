// A loaded plugin library: a private copy of the file, checked, opened and shaken hands with.
#pragma once

#include <atomic>
#include <boost/dll/shared_library.hpp>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "host/base/descriptor.hpp"
#include "host/plugins/manifest.hpp"
#include "host/plugins/plugin_code.hpp"
#include "host/plugins/private_copy.hpp"
#include "host/signing/trust.hpp"
#include "tenon/entry.h"
#include "tenon/result.hpp"

namespace tenon::plugins {

// What a file says of itself, without executing any of it.
struct Candidate {
  std::filesystem::path file;
  Manifest manifest;
  std::string build_id = {};  // hexadecimal; may be empty
};
Result<Candidate> inspect(const std::filesystem::path& file);

// An error of a manifest, with the file and the place in it.
Error in_manifest(const Error& error, const std::filesystem::path& file);

// Whether this host can run a plugin of that platform. The error names both sides and the remedy.
Result<void> check_platform(const tn_platform& plugin);

// What its signature is judged by, from the files as they are now.
Result<signing::Evidence> signature_evidence(const std::filesystem::path& file);

// The checked bytes of a library, at rest: what is loaded comes from here, so that a generation can
// be started again whatever has become of the file.
class LibraryCopy {
 public:
  // Reads and checks `file` and copies what was checked; so, where `trust` looks at signatures,
  // with its pages. Code::denied: it is not trusted. [any-thread]
  static Result<std::shared_ptr<const LibraryCopy>> make(const std::filesystem::path& file,
                                                         const LibraryCopies& copies,
                                                         const signing::Trust& trust = {});
  // The same bytes once more: a copy that is mapped cannot be loaded as another library.
  // [any-thread]
  Result<std::shared_ptr<const LibraryCopy>> again() const;

  const Manifest& manifest() const { return manifest_; }
  const std::filesystem::path& file() const { return file_; }  // where it came from
  const std::string& path() const { return copy_.path(); }     // of the copy, for dlopen
  // A descriptor of the copy of its own, for another process to map.
  Result<Descriptor> open() const;
  bool is_file() const { return copies_.kind == CopyKind::file; }
  const std::string& build_id() const { return build_id_; }  // hexadecimal; may be empty
  // Of these bytes and pages, with the signature that lay beside them. [any-thread]
  signing::Verdict judged_by(const signing::Trust& trust) const;
  // Where its pages are served from: what was checked, or the folder beside the file.
  std::filesystem::path pages() const;

  // It is mapped for good, and its path must not become another's.
  void keep() const { copy_.keep(); }
  // The first to ask may map this copy.
  bool take() const { return !taken_.exchange(true); }

 private:
  LibraryCopy() = default;
  Result<signing::Pages> copy_pages();

  std::filesystem::path file_;
  LibraryCopies copies_;
  mutable PrivateCopy copy_;
  Manifest manifest_;
  std::string build_id_;
  std::optional<signing::Evidence> evidence_;  // none: nobody looked when it was made
  std::shared_ptr<const PrivateFolder> pages_;
  mutable std::atomic<bool> taken_{false};
};

class Library final : public PluginCode {
 public:
  // Maps the copy, or another of the same bytes when it is mapped already, and calls its init. Runs
  // the library's constructors. [any-thread]
  static Result<std::unique_ptr<Library>> open(std::shared_ptr<const LibraryCopy> copy);
  static Result<std::unique_ptr<Library>> open(const std::filesystem::path& file,
                                               const LibraryCopies& copies);

  ~Library() override { unload(); }

  // Calls deinit. The private copy goes, unless the library could not be unloaded: some thread that
  // lives on has destructors of it to run, or it was linked to stay.
  bool unload() override;

  const Manifest& manifest() const override { return copy_->manifest(); }
  const std::filesystem::path& file() const { return copy_->file(); }

  // Leaves the library mapped for ever: code of it may still run (a step that ran over its
  // deadline).
  void abandon() override { abandoned_ = true; }

 private:
  Library() = default;
  Result<void> shake_hands();
  const void* find_table(std::string_view id) const override {
    return entry_->query({id.data(), id.size()});
  }

  std::shared_ptr<const LibraryCopy> copy_;
  boost::dll::shared_library handle_;
  const tn_entry* entry_ = nullptr;
  bool initialised_ = false;
  bool abandoned_ = false;
  bool unloaded_ = false;
};

}  // namespace tenon::plugins
