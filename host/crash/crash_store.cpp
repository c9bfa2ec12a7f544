#include "host/crash/crash_store.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <fstream>
#include <iterator>
#include <map>

#include "tenon/json.hpp"

namespace tenon::crash {
namespace {

namespace fs = std::filesystem;

constexpr uintmax_t kMaxFileBytes = 4 << 20;

Error failed(const std::string& what, const fs::path& path) {
  return {Code::unavailable, "cannot " + what + ": " + std::strerror(errno), path};
}

// An id becomes the name of a file: no character of it may lead elsewhere.
std::string file_name(std::string id) {
  for (char& character : id) {
    const bool plain = (character >= 'a' && character <= 'z') ||
                       (character >= 'A' && character <= 'Z') ||
                       (character >= '0' && character <= '9') || character == '-' ||
                       character == '_' || (character == '.' && &character != id.data());
    if (!plain) character = '_';
  }
  return id;
}

Result<void> write_all(int fd, std::string_view text, const fs::path& path) {
  while (!text.empty()) {
    const ssize_t count = ::write(fd, text.data(), text.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return failed("write a crash report", path);
    text.remove_prefix(static_cast<size_t>(count));
  }
  if (fsync(fd) != 0) return failed("write a crash report", path);
  return {};
}

// Written under another name first: a file of this name is always complete.
Result<void> write_file(const fs::path& path, std::string_view text) {
  const fs::path temporary = path.string() + ".new";
  const int fd =
      ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd < 0) return failed("write a crash report", temporary);
  auto written = write_all(fd, text, temporary);
  close(fd);
  if (written.ok() && ::rename(temporary.c_str(), path.c_str()) != 0)
    written = failed("write a crash report", path);
  if (!written.ok()) ::unlink(temporary.c_str());
  return written;
}

std::optional<CrashReport> read_file(const fs::path& path) {
  std::error_code failed;
  if (!fs::is_regular_file(path, failed) || fs::file_size(path, failed) > kMaxFileBytes || failed)
    return std::nullopt;
  std::ifstream file(path, std::ios::binary);
  const std::string text(std::istreambuf_iterator<char>(file), {});
  auto report = json::decode<CrashReport>(text, json::Mode::forward);
  if (!report.ok()) return std::nullopt;
  return std::move(*report);
}

}  // namespace

Result<std::unique_ptr<CrashStore>> CrashStore::open(const CrashStoreOptions& options) {
  std::error_code code;
  fs::create_directories(options.folder, code);
  if (!fs::is_directory(options.folder, code)) {
    errno = code.value();
    return failed("make the folder of crash reports", options.folder);
  }
  // reports hold log lines
  fs::permissions(options.folder, fs::perms::owner_all, code);
  std::unique_ptr<CrashStore> store(new CrashStore(options));
  store->load();
  return store;
}

void CrashStore::load() {
  std::vector<CrashReport> found;
  std::error_code failed;
  for (const auto& entry : fs::directory_iterator(options_.folder, failed)) {
    if (entry.path().extension() != ".json") continue;
    auto report = read_file(entry.path());
    if (report && file_name(report->id) == entry.path().stem()) found.push_back(std::move(*report));
  }
  std::sort(found.begin(), found.end(),
            [](const CrashReport& a, const CrashReport& b) { return a.time < b.time; });
  const std::lock_guard lock(mutex_);
  for (auto& report : found) {
    files_.push_back({report.id, report.instance, report.time});
    keep(std::move(report));
  }
  remove_files_beyond_cap();
}

fs::path CrashStore::path_of(const std::string& id) const {
  return options_.folder / (file_name(id) + ".json");
}

void CrashStore::keep(CrashReport report) {
  const std::string instance = report.instance;
  reports_.push_back(std::move(report));
  const auto same = [&](const CrashReport& other) { return other.instance == instance; };
  if (static_cast<size_t>(std::count_if(reports_.begin(), reports_.end(), same)) > options_.kept)
    reports_.erase(std::find_if(reports_.begin(), reports_.end(), same));
}

void CrashStore::remove_files_beyond_cap() {
  while (files_.size() > options_.files) {
    std::map<std::string, size_t> counts;
    for (const File& file : files_) ++counts[file.instance];
    const auto most = std::max_element(counts.begin(), counts.end(),
                                       [](auto& a, auto& b) { return a.second < b.second; });
    const auto oldest = std::find_if(files_.begin(), files_.end(), [&](const File& file) {
      return file.instance == most->first;
    });
    std::error_code ignored;
    fs::remove(path_of(oldest->id), ignored);
    files_.erase(oldest);
  }
}

CrashStore::Added CrashStore::add(CrashReport report) {
  const std::lock_guard lock(mutex_);
  const std::string wanted = report.id;
  const auto taken = [&] {
    return std::any_of(files_.begin(), files_.end(),
                       [&](const File& file) { return file.id == report.id; }) ||
           std::any_of(reports_.begin(), reports_.end(),
                       [&](const CrashReport& other) { return other.id == report.id; });
  };
  for (int number = 2; taken(); ++number) report.id = fmt::format("{}-{}", wanted, number);
  Added added{report.id, write_file(path_of(report.id), json::encode(report))};
  if (added.written.ok()) {
    files_.push_back({report.id, report.instance, report.time});
    remove_files_beyond_cap();
  }
  keep(std::move(report));
  return added;
}

std::vector<CrashReport> CrashStore::all() const {
  const std::lock_guard lock(mutex_);
  return {reports_.rbegin(), reports_.rend()};
}

std::vector<CrashReport> CrashStore::of(std::string_view instance) const {
  std::vector<CrashReport> found = all();
  std::erase_if(found, [&](const CrashReport& report) { return report.instance != instance; });
  return found;
}

std::optional<CrashReport> CrashStore::find(std::string_view id) const {
  fs::path file;
  {
    const std::lock_guard lock(mutex_);
    const auto same = [&](const auto& other) { return other.id == id; };
    const auto found = std::find_if(reports_.begin(), reports_.end(), same);
    if (found != reports_.end()) return *found;
    if (std::none_of(files_.begin(), files_.end(), same)) return std::nullopt;
    file = path_of(std::string(id));
  }
  return read_file(file);
}

}  // namespace tenon::crash
