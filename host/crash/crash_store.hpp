// The crash reports of a deployment: the last ones in memory, more in files.
#pragma once

#include <filesystem>
#include <mutex>
#include <vector>

#include "host/crash/crash_report.hpp"

namespace tenon::crash {

struct CrashStoreOptions {
  std::filesystem::path folder;  // data/crashes; made when it is not there
  size_t kept = 10;              // in memory, of each instance
  size_t files = 200;            // of all instances together
};

// [any thread]
class CrashStore {
 public:
  // Reads the reports of earlier runs; files that are none are left alone. Code::unavailable when
  // the folder cannot be made.
  static Result<std::unique_ptr<CrashStore>> open(const CrashStoreOptions& options);

  // Keeps the report and writes it to <folder>/<id>.json, whole or not at all. Its id is changed
  // where there is a report of that id already; returns the id. Beyond the cap the oldest file goes
  // of the instance that has most of them. A report that cannot be written is kept all the same.
  struct Added {
    std::string id;
    Result<void> written;
  };
  Added add(CrashReport report);

  // What is in memory, newest first.
  std::vector<CrashReport> all() const;
  std::vector<CrashReport> of(std::string_view instance) const;
  // Also one that has only a file left.
  std::optional<CrashReport> find(std::string_view id) const;

 private:
  explicit CrashStore(const CrashStoreOptions& options) : options_(options) {}
  void load();
  std::filesystem::path path_of(const std::string& id) const;
  void keep(CrashReport report);   // with mutex_ held
  void remove_files_beyond_cap();  // with mutex_ held
  struct File {
    std::string id;
    std::string instance;
    std::string time;
  };
  const CrashStoreOptions options_;
  mutable std::mutex mutex_;
  std::vector<CrashReport> reports_;  // oldest first; guarded
  std::vector<File> files_;           // oldest first; guarded
};

}  // namespace tenon::crash
