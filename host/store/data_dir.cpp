#include "host/store/data_dir.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <filesystem>
#include <system_error>
#include <thread>
#include <utility>

#include "host/base/random.hpp"

namespace tenon::store {

namespace {

constexpr std::size_t kMaxSecretBytes = 1024;
constexpr int kLockAttempts = 5;

class File {
 public:
  explicit File(int fd) : fd_(fd) {}
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  ~File() {
    if (fd_ >= 0) ::close(fd_);
  }
  int get() const { return fd_; }
  int release() { return std::exchange(fd_, -1); }
  bool ok() const { return fd_ >= 0; }

 private:
  int fd_;
};

Error failed(std::string_view what, const std::string& path) {
  return Error{Code::unavailable,
               fmt::format("cannot {}: {}", what, std::generic_category().message(errno)), path};
}

Result<void> write_all(int fd, std::string_view text, const std::string& path) {
  while (!text.empty()) {
    ssize_t written = ::write(fd, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return failed("write", path);
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

Result<std::string> read_all(int fd, const std::string& path) {
  std::string text;
  std::array<char, 4096> buffer;
  while (true) {
    ssize_t got = ::read(fd, buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return failed("read", path);
    if (got == 0) return text;
    text.append(buffer.data(), static_cast<std::size_t>(got));
  }
}

std::string lock_file(const std::string& path) {
  return path + "/lock";
}

std::string holder_text(std::string text) {
  std::replace(text.begin(), text.end(), '\n', ' ');
  while (!text.empty() && text.back() == ' ') text.pop_back();
  return text.empty() ? "a process that is just starting" : text;
}

Result<void> check_folder(const std::string& path) {
  struct stat info {};
  if (::stat(path.c_str(), &info) != 0) return failed("open the data directory", path);
  if (!S_ISDIR(info.st_mode)) return Error{Code::invalid, "it is not a directory", path};
  if (info.st_uid != ::geteuid()) {
    return Error{Code::invalid,
                 fmt::format("the data directory belongs to the user {}, not to {}", info.st_uid,
                             ::geteuid()),
                 path};
  }
  if ((info.st_mode & 022) != 0) {
    return Error{Code::invalid,
                 fmt::format("others may write to the data directory (mode {:o}); chmod it to 700",
                             info.st_mode & 0777),
                 path};
  }
  return {};
}

bool is_secret(std::string_view text, std::size_t bytes) {
  return text.size() == 2 * bytes && text.find_first_not_of("0123456789abcdef") == text.npos;
}

// Written under another name first: a file of this name is always complete.
Result<void> write_secret(const std::string& path, std::string_view text) {
  std::string temporary = path + ".new";
  {
    File file(
        ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (!file.ok() || ::fchmod(file.get(), 0600) != 0) return failed("write the secret", temporary);
    TN_CHECK(write_all(file.get(), text, temporary));
    if (::fsync(file.get()) != 0) return failed("write the secret", temporary);
  }
  if (::rename(temporary.c_str(), path.c_str()) != 0) return failed("write the secret", path);
  File folder(::open(std::filesystem::path(path).parent_path().c_str(), O_RDONLY | O_CLOEXEC));
  if (!folder.ok() || ::fsync(folder.get()) != 0) return failed("write the secret", path);
  return {};
}

}  // namespace

Result<DataDir> DataDir::open(const std::string& path) {
  std::error_code code;
  auto parent = std::filesystem::path(path).parent_path();
  if (!parent.empty()) std::filesystem::create_directories(parent, code);
  if (code || (::mkdir(path.c_str(), 0700) != 0 && errno != EEXIST)) {
    if (code) errno = code.value();
    return failed("make the data directory", path);
  }
  TN_CHECK(check_folder(path));
  File file(::open(lock_file(path).c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!file.ok()) return failed("open the lock of the data directory", lock_file(path));
  // data_dir_holder() takes a shared lock for a moment.
  for (int attempt = 0; ::flock(file.get(), LOCK_EX | LOCK_NB) != 0; ++attempt) {
    if (errno != EWOULDBLOCK) return failed("lock the data directory", path);
    if (attempt < kLockAttempts) {
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
      continue;
    }
    TN_TRY(std::string holder, read_all(file.get(), lock_file(path)));
    return Error{Code::conflict,
                 fmt::format("the data directory is in use by {}", holder_text(std::move(holder))),
                 path};
  }
  DataDir directory(path, file.release());
  TN_CHECK(directory.record_address(""));
  return directory;
}

DataDir::DataDir(DataDir&& other) noexcept
    : path_(std::move(other.path_)), lock_(std::exchange(other.lock_, -1)) {}

DataDir& DataDir::operator=(DataDir&& other) noexcept {
  std::swap(path_, other.path_);
  std::swap(lock_, other.lock_);
  return *this;
}

DataDir::~DataDir() {
  if (lock_ >= 0) ::close(lock_);
}

Result<void> DataDir::record_address(std::string_view address) const {
  std::string text =
      fmt::format("pid {}{}{}\n", ::getpid(), address.empty() ? "" : " at ", address);
  if (::ftruncate(lock_, 0) != 0 || ::lseek(lock_, 0, SEEK_SET) != 0) {
    return failed("write the lock of the data directory", lock_file(path_));
  }
  return write_all(lock_, text, lock_file(path_));
}

Result<std::string> DataDir::ensure_secret(std::string_view name, std::size_t bytes) const {
  constexpr std::string_view kAllowed = "abcdefghijklmnopqrstuvwxyz0123456789_-";
  if (name.empty() || name.size() > 64 || name.find_first_not_of(kAllowed) != name.npos ||
      bytes < 16 || bytes > kMaxSecretBytes) {
    return Error{Code::invalid,
                 fmt::format("a secret '{}' of {} bytes; names are 1 to 64 of a-z, 0-9, '_' and "
                             "'-', sizes 16 to {}",
                             name, bytes, kMaxSecretBytes)};
  }
  std::string path = file(fmt::format("{}.secret", name));
  File existing(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  if (!existing.ok() && errno != ENOENT) return failed("read the secret", path);
  if (!existing.ok()) {
    TN_TRY(std::string secret, random_hex(bytes));
    TN_CHECK(write_secret(path, secret));
    return secret;
  }
  TN_TRY(std::string secret, read_all(existing.get(), path));
  if (!is_secret(secret, bytes)) {
    return Error{Code::data_loss,
                 fmt::format("the file is not {} bytes in hex; restore it, or remove it and lose "
                             "what it protects",
                             bytes),
                 path};
  }
  return secret;
}

Result<std::string> data_dir_holder(const std::string& path) {
  File file(::open(lock_file(path).c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  if (!file.ok()) return Error{Code::not_found, "nobody uses the data directory", path};
  if (::flock(file.get(), LOCK_SH | LOCK_NB) == 0) {
    return Error{Code::not_found, "nobody uses the data directory", path};
  }
  TN_TRY(std::string text, read_all(file.get(), lock_file(path)));
  return holder_text(std::move(text));
}

}  // namespace tenon::store
