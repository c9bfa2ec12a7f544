#include "host/config/file_reading.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace tenon::config {

namespace {

class FileDescriptor {
 public:
  explicit FileDescriptor(int fd) : fd_(fd) {}
  FileDescriptor(const FileDescriptor&) = delete;
  FileDescriptor& operator=(const FileDescriptor&) = delete;
  ~FileDescriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  int get() const { return fd_; }

 private:
  int fd_;
};

Error cannot_read(const std::filesystem::path& path, int error) {
  Code code = error == ENOENT ? Code::not_found : Code::denied;
  return {code, "cannot read " + path.string() + ": " + std::generic_category().message(error),
          path.string()};
}

Result<void> check(const std::filesystem::path& path, const struct stat& status,
                   std::size_t max_bytes, Privacy privacy) {
  std::string name = path.string();
  if (!S_ISREG(status.st_mode)) return Error{Code::invalid, name + " is not a regular file", name};
  if (privacy == Privacy::owner_only && (status.st_mode & (S_IRGRP | S_IROTH)) != 0)
    return Error{Code::denied,
                 "the secrets file " + name +
                     " can be read by group or others, expected its owner alone; run: chmod 600 " +
                     name,
                 name};
  if (static_cast<std::size_t>(status.st_size) > max_bytes)
    return Error{Code::too_large,
                 name + " has " + std::to_string(status.st_size) + " bytes, expected at most " +
                     std::to_string(max_bytes),
                 name};
  return {};
}

}  // namespace

Result<std::string> read_file(const std::filesystem::path& path, std::size_t max_bytes,
                              Privacy privacy) {
  // O_NONBLOCK: opening a FIFO must not hang before fstat can refuse it.
  FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (file.get() < 0) return cannot_read(path, errno);
  struct stat status {};
  if (::fstat(file.get(), &status) != 0) return cannot_read(path, errno);
  TN_CHECK(check(path, status, max_bytes, privacy));

  std::string text;
  char buffer[16384];
  for (;;) {
    ssize_t count = ::read(file.get(), buffer, sizeof buffer);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return cannot_read(path, errno);
    if (count == 0) return text;
    text.append(buffer, static_cast<std::size_t>(count));
    // The file may have grown since fstat.
    if (text.size() > max_bytes)
      return Error{Code::too_large,
                   path.string() + " has more than " + std::to_string(max_bytes) + " bytes",
                   path.string()};
  }
}

}  // namespace tenon::config
