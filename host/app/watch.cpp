#include "host/app/watch.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/stat.h>

#include <array>
#include <iostream>

#include "host/app/host.hpp"
#include "host/base/alternate_signal_stack.hpp"

namespace tenon::app {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

// Programs that write a file touch it several times; the last of them counts.
constexpr auto kQuiet = 150ms;
constexpr auto kRetry = 500ms;  // of folders that are not there

void say(const std::string& text) {
  std::cout << "watch: " << text << std::endl;
}
// In one write: the log goes to the same place, from other threads.
void complain(const std::string& text) {
  std::cerr << fmt::format("watch: {}\n", text);
}

fs::path folder_of(const fs::path& file) {
  return fs::absolute(file).parent_path();
}

fs::path pages_of(fs::path library) {
  return library.replace_extension(".web");
}

}  // namespace

Result<std::unique_ptr<Watch>> Watch::start(Host& host, WatchOptions options) {
  for (const auto& folder : options.sources)
    if (!fs::is_directory(folder))
      return Error{Code::not_found, fmt::format("--sources: {} is no folder", folder.string())};
  TN_TRY(auto folders, FolderWatch::open());
  std::unique_ptr<Watch> watch(new Watch(host, std::move(options), std::move(folders)));
  watch->stop_.reset(eventfd(0, EFD_CLOEXEC));
  watch->configuration_seen_ = watch->configuration_stamps();
  watch->libraries_seen_ = watch->library_stamps();
  watch->pages_seen_ = watch->page_stamps();
  watch->look_where();
  watch->thread_ = std::thread([watch = watch.get()] { watch->loop(); });
  return watch;
}

Watch::~Watch() {
  const uint64_t one = 1;
  (void)!write(stop_.get(), &one, sizeof one);
  thread_.join();
}

void Watch::loop() {
  pthread_setname_np(pthread_self(), "watch");
  const AlternateSignalStack signal_stack;  // probes of plugins run here
  for (;;) {
    std::array<pollfd, 3> wait{{{stop_.get(), POLLIN, 0},
                                {folders_.fd(), POLLIN, 0},
                                {build_.running() ? build_.fd() : -1, POLLIN, 0}}};
    if (poll(wait.data(), wait.size(), patience_ms()) < 0) continue;
    if (wait[0].revents) return;
    if (wait[1].revents) note(folders_.take());
    if (wait[2].revents) end_build();
    if (folders_.incomplete() && folders_.retry()) note(libraries_);
    if (due_ && Clock::now() >= *due_) {
      due_.reset();
      act();
    }
  }
}

int Watch::patience_ms() const {
  auto left = folders_.incomplete() ? std::optional<Clock::duration>(kRetry) : std::nullopt;
  if (due_) {
    const auto until = std::max<Clock::duration>(0ms, *due_ - Clock::now());
    left = left ? std::min(*left, until) : until;
  }
  if (!left) return -1;
  return static_cast<int>(std::chrono::ceil<std::chrono::milliseconds>(*left).count());
}

void Watch::note(const Folders& touched) {
  for (const auto& folder : touched) {
    const bool of_sources = sources_.count(folder) != 0;
    const bool of_libraries = libraries_.count(folder) != 0;
    sources_changed_ |= of_sources;
    libraries_changed_ |= of_libraries;
    changed_ |= of_libraries || !of_sources;
    due_ = Clock::now() + kQuiet;
  }
}

// What a build writes is taken when it is done.
void Watch::act() {
  if (build_.running()) return;
  if (sources_changed_ && !options_.build.empty()) return run_build();
  if (changed_) take_changes();
}

void Watch::run_build() {
  sources_changed_ = false;
  look_where();  // folders that are new among the sources
  say("running " + build_.command());
  if (const auto started = build_.start(); !started.ok()) complain(started.error().message);
}

void Watch::end_build() {
  const std::string failure = build_.finish();
  note(folders_.take());
  if (sources_changed_) {
    say("the sources changed meanwhile");
    due_ = Clock::now() + kQuiet;
  } else if (failure.empty()) {
    say("built");
    take_changes();
  } else {
    complain(fmt::format("the build failed ({}); what runs stays as it is", failure));
    due_.reset();
  }
}

void Watch::take_changes() {
  due_.reset();
  changed_ = false;
  if (!take_configuration()) take_libraries();
  take_pages();
  libraries_changed_ = false;
  look_where();
}

// True: the configuration was taken, and with it all libraries as they are now.
bool Watch::take_configuration() {
  const auto now = configuration_stamps();
  // A library that was missing may be there now.
  if (now == configuration_seen_ && !(refused_ && libraries_changed_)) return false;
  reload_configuration();
  return !refused_;
}

void Watch::reload_configuration() {
  // Files that it includes are watched from now on only: what happened to them since they were read
  // is found by reading once more.
  for (bool again = false;; again = true) {
    const auto files = host_.configuration().files();
    configuration_seen_ = configuration_stamps();
    const auto outcome = host_.configuration().reload(host_, "watch");
    refused_ = outcome.kind == ConfigOutcome::refused;
    if (!again || outcome.kind == ConfigOutcome::applied)
      (refused_ ? complain : say)("configuration " + outcome.to_text());
    if (!refused_) libraries_seen_ = library_stamps();
    look_where();
    if (again || host_.configuration().files() == files) return;
  }
}

void Watch::take_libraries() {
  const auto before = std::exchange(libraries_seen_, library_stamps());
  bool restart_failed = false;
  for (const auto& info : host_.plugins().list()) {
    const auto old = before.find(info.file);
    const Stamp now = libraries_seen_[info.file];
    if (now == Stamp() || (old != before.end() && old->second == now)) continue;
    const auto instance = host_.plugins().find(info.id);
    if (!instance.ok()) continue;
    const auto candidate = plugins::inspect(info.file);
    const std::string running = (*instance)->build_id();
    if (candidate.ok() && !running.empty() && candidate->build_id == running) continue;
    if (!(*instance)->serves()) {
      restart_failed = true;  // there is nothing to be reloaded beside
      continue;
    }
    plugins::ReloadRequest request;
    request.why = "its file changed";
    const auto record = (*instance)->reload(request);
    if (record.ok())
      say(fmt::format("{} is generation {} ({}) now", info.id, record->to, record->to_version));
    else
      complain(fmt::format("{} stays at generation {} ({}): {}", info.id, info.generation,
                           info.version, record.error().message));
  }
  if (restart_failed) reload_configuration();
}

void Watch::take_pages() {
  const auto before = std::exchange(pages_seen_, page_stamps());
  if (before == pages_seen_) return;
  // Files are read when they are asked for; folders that were exchanged have to be opened again.
  if (const auto done = host_.install_routes(); done.ok())
    say("pages are served from their new folders");
  else
    complain(done.error().message);
}

void Watch::look_where() {
  Folders all;
  for (const auto& file : host_.configuration().files()) {
    all.insert(folder_of(file));
    std::error_code failed;
    if (const auto real = fs::canonical(file, failed); !failed) all.insert(real.parent_path());
  }
  libraries_.clear();
  for (const auto& folder : host_.configuration().plugin_folders())
    libraries_.insert(fs::absolute(folder));
  for (const auto& [file, stamp] : library_stamps()) libraries_.insert(folder_of(file));
  sources_.clear();
  if (!options_.build.empty())
    for (const auto& root : options_.sources)
      sources_.merge(source_folders(fs::absolute(root), host_.config().data));
  all.insert(libraries_.begin(), libraries_.end());
  all.insert(sources_.begin(), sources_.end());
  folders_.set(all);
}

Watch::Stamp Watch::stamp_of(const fs::path& file, bool contents) {
  struct stat facts {};
  if (stat(file.c_str(), &facts) != 0) return {};
  Stamp out{facts.st_dev, facts.st_ino, 0, 0};
  if (!contents) return out;
  out.size = static_cast<uint64_t>(facts.st_size);
  out.written_ns = facts.st_mtim.tv_sec * 1'000'000'000L + facts.st_mtim.tv_nsec;
  return out;
}

Watch::Stamps Watch::configuration_stamps() const {
  Stamps out;
  for (const auto& file : host_.configuration().files()) out[file] = stamp_of(file);
  return out;
}

Watch::Stamps Watch::library_stamps() const {
  Stamps out;
  for (const auto& info : host_.plugins().list()) out[info.file] = stamp_of(info.file);
  return out;
}

Watch::Stamps Watch::page_stamps() const {
  Stamps out;
  for (const auto& info : host_.plugins().list())
    out[pages_of(info.file)] = stamp_of(pages_of(info.file), false);
  return out;
}

}  // namespace tenon::app
