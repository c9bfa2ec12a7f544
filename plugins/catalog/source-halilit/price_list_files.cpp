#include "catalog/source-halilit/price_list_files.hpp"

#include <fcntl.h>
#include <glob.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <map>
#include <system_error>

namespace tenon::catalog {
namespace fs = std::filesystem;
namespace {

std::string reason_of(int error) {
  return std::generic_category().message(error);
}

PriceListFile stat_file(const fs::path& path) {
  PriceListFile out;
  out.path = path;
  struct stat found {};
  if (::stat(path.c_str(), &found) != 0)
    out.problem = reason_of(errno);
  else if (!S_ISREG(found.st_mode))
    out.problem = "is not a regular file";
  else if (static_cast<std::uintmax_t>(found.st_size) > kMaxPriceListBytes)
    out.problem = "has " + std::to_string(found.st_size) + " bytes, allowed are " +
                  std::to_string(kMaxPriceListBytes);
  if (out.problem.empty()) {
    out.size = static_cast<std::uintmax_t>(found.st_size);
    out.modified_ns = found.st_mtim.tv_sec * 1'000'000'000LL + found.st_mtim.tv_nsec;
  }
  return out;
}

std::vector<fs::path> lists_in(const fs::path& folder, std::string& problem) {
  std::vector<fs::path> out;
  std::error_code failed;
  for (fs::directory_iterator at(folder, failed), end; !failed && at != end; at.increment(failed))
    if (is_price_list(at->path())) out.push_back(at->path());
  if (failed) problem = failed.message();
  return out;
}

std::vector<fs::path> matches_of(const std::string& pattern) {
  glob_t found{};
  std::vector<fs::path> out;
  if (::glob(pattern.c_str(), 0, nullptr, &found) == 0)
    for (std::size_t i = 0; i < found.gl_pathc; ++i) out.emplace_back(found.gl_pathv[i]);
  ::globfree(&found);
  return out;
}

// Closes a file descriptor, and removes the file unless it was kept.
class TemporaryFile {
 public:
  explicit TemporaryFile(std::string path_pattern) : path_(std::move(path_pattern)) {
    descriptor_ = ::mkostemp(path_.data(), O_CLOEXEC);
  }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;
  ~TemporaryFile() {
    if (descriptor_ < 0) return;
    ::close(descriptor_);
    if (!kept_) ::unlink(path_.c_str());
  }

  bool write(std::string_view bytes) {
    while (descriptor_ >= 0 && !bytes.empty()) {
      const ssize_t written = ::write(descriptor_, bytes.data(), bytes.size());
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    return descriptor_ >= 0 && ::fsync(descriptor_) == 0;
  }
  bool rename_to(const fs::path& target) {
    kept_ = ::rename(path_.c_str(), target.c_str()) == 0;
    return kept_;
  }

 private:
  std::string path_;
  int descriptor_ = -1;
  bool kept_ = false;
};

}  // namespace

bool is_price_list(const fs::path& file) {
  std::string ending = file.extension().string();
  std::transform(ending.begin(), ending.end(), ending.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return ending == ".csv" || ending == ".json" || ending == ".jsonl";
}

std::vector<PriceListFile> find_price_lists(const std::vector<std::string>& patterns) {
  std::map<fs::path, PriceListFile> found;
  for (const std::string& pattern : patterns) {
    std::error_code ignored;
    if (fs::is_directory(pattern, ignored)) {
      std::string problem;
      for (const fs::path& path : lists_in(pattern, problem)) found[path] = stat_file(path);
      if (!problem.empty()) found[pattern] = {pattern, 0, 0, problem};
    } else if (fs::exists(pattern, ignored) || pattern.find_first_of("*?[") == std::string::npos) {
      found[pattern] = stat_file(pattern);
    } else {
      const auto matches = matches_of(pattern);
      for (const fs::path& path : matches) found[path] = stat_file(path);
      if (matches.empty()) found[pattern] = {pattern, 0, 0, "no file is named like this"};
    }
  }
  std::vector<PriceListFile> out;
  for (auto& [path, file] : found) out.push_back(std::move(file));
  return out;
}

Result<std::string> read_price_list(const fs::path& file) {
  const PriceListFile seen = stat_file(file);
  if (!seen.problem.empty()) return Error{Code::unavailable, seen.problem, file.string()};
  std::ifstream stream(file, std::ios::binary);
  std::string bytes(static_cast<std::size_t>(seen.size), '\0');
  stream.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  if (!stream && !stream.eof())
    return Error{Code::unavailable, "cannot be read: " + reason_of(errno), file.string()};
  bytes.resize(static_cast<std::size_t>(stream.gcount()));
  return bytes;
}

Result<void> store_price_list(const fs::path& folder, const std::string& name,
                              std::string_view bytes) {
  const auto failed = [&](const char* what) {
    return Error{Code::unavailable, std::string(what) + ": " + reason_of(errno),
                 (folder / name).string()};
  };
  std::error_code error;
  fs::create_directories(folder, error);
  // Without the ending of a price list: a half-written file is never taken for one.
  TemporaryFile file((folder / (name + ".XXXXXX")).string());
  if (!file.write(bytes)) return failed("cannot be written");
  if (!file.rename_to(folder / name)) return failed("cannot be put in place");
  const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return failed("its folder cannot be opened");
  const bool synced = ::fsync(descriptor) == 0;
  ::close(descriptor);
  if (!synced) return failed("its folder cannot be written to disk");
  return {};
}

}  // namespace tenon::catalog
