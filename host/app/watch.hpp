// `tenon run --watch`: takes changed libraries, configurations and pages into the running host.
#pragma once

#include <chrono>
#include <compare>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "host/app/watch_build.hpp"
#include "host/app/watch_folders.hpp"
#include "host/base/descriptor.hpp"
#include "tenon/result.hpp"

namespace tenon::app {

class Host;

struct WatchOptions {
  std::string build;                           // a shell command; empty: none
  std::vector<std::filesystem::path> sources;  // folders; a change below them runs it
};

// Sleeps until something changes. What becomes of it is printed; a refusal leaves what runs as it
// was.
class Watch {
 public:
  // `host` outlives it and listens already.
  static Result<std::unique_ptr<Watch>> start(Host& host, WatchOptions options);
  // Ends a build that runs.
  ~Watch();
  Watch(const Watch&) = delete;
  Watch& operator=(const Watch&) = delete;

 private:
  using Clock = std::chrono::steady_clock;
  using Folders = std::set<std::filesystem::path>;
  // Which file it is and how it was last written; all zero: there is none.
  struct Stamp {
    uint64_t device = 0, inode = 0, size = 0;
    int64_t written_ns = 0;
    auto operator<=>(const Stamp&) const = default;
  };
  using Stamps = std::map<std::filesystem::path, Stamp>;

  Watch(Host& host, WatchOptions options, FolderWatch folders)
      : host_(host),
        options_(std::move(options)),
        folders_(std::move(folders)),
        build_(options_.build) {}
  void loop();
  void note(const Folders& touched);
  int patience_ms() const;
  void act();
  void run_build();
  void end_build();
  void take_changes();
  bool take_configuration();
  void take_libraries();
  void take_pages();
  void reload_configuration();
  void look_where();
  Stamps configuration_stamps() const;
  Stamps library_stamps() const;
  Stamps page_stamps() const;
  static Stamp stamp_of(const std::filesystem::path& file, bool contents = true);

  Host& host_;
  const WatchOptions options_;
  FolderWatch folders_;
  BuildCommand build_;
  Descriptor stop_;  // an eventfd
  // Of the thread alone, as all below.
  Folders sources_;
  Folders libraries_;
  Stamps configuration_seen_, libraries_seen_, pages_seen_;
  bool sources_changed_ = false;
  bool changed_ = false;
  bool libraries_changed_ = false;
  bool refused_ = false;  // the configuration, last time
  std::optional<Clock::time_point> due_;
  std::thread thread_;
};

}  // namespace tenon::app
