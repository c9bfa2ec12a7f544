#include "host/plugins/private_copy.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <utility>

namespace tenon::plugins {
namespace {

bool write_all(int out, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(out, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return false;
    bytes.remove_prefix(static_cast<size_t>(written));
  }
  return true;
}

}  // namespace

Result<PrivateCopy> PrivateCopy::make(std::string_view bytes, const std::string& name,
                                      const LibraryCopies& copies) {
  PrivateCopy copy;
  int out = -1;
  if (copies.kind == CopyKind::memory) {
    // Stays open as long as it is mapped, or the next copy could get its number and so its path.
    // The path names the process, so that a debugger finds it from outside.
    out = copy.memory_ = memfd_create((name + ".so").c_str(), MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (out >= 0) copy.path_ = fmt::format("/proc/{}/fd/{}", getpid(), out);
  } else {
    std::string path = (copies.folder / (name + ".XXXXXX.so")).string();
    out = mkostemps(path.data(), 3, O_CLOEXEC);
    if (out >= 0) copy.path_ = path;
  }
  const bool written = out >= 0 && write_all(out, bytes);
  const int reason = errno;
  // What was checked stays as it is, whoever gets hold of the descriptor.
  if (written && copies.kind == CopyKind::memory)
    (void)fcntl(out, F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL);
  if (out >= 0 && copies.kind == CopyKind::file) close(out);
  if (written) return copy;
  return Error{Code::unavailable,
               fmt::format("cannot make a private copy of {} in {}: {}", name,
                           copies.kind == CopyKind::memory ? "memory" : copies.folder.string(),
                           std::strerror(reason))};
}

Result<std::string> PrivateCopy::read() const {
  std::ifstream file(path_, std::ios::binary);
  std::string bytes{std::istreambuf_iterator<char>(file), {}};
  if (file && !bytes.empty()) return bytes;
  return Error{Code::unavailable, fmt::format("the private copy {} cannot be read", path_)};
}

PrivateCopy& PrivateCopy::operator=(PrivateCopy&& other) noexcept {
  std::swap(path_, other.path_);
  std::swap(memory_, other.memory_);
  std::swap(kept_, other.kept_);
  return *this;
}

PrivateCopy::~PrivateCopy() {
  if (kept_ || path_.empty()) return;
  if (memory_ >= 0) {
    close(memory_);
    return;
  }
  std::error_code ignored;
  std::filesystem::remove(path_, ignored);
}

Result<std::shared_ptr<const PrivateFolder>> PrivateFolder::make(const std::string& name,
                                                                 const LibraryCopies& copies) {
  std::string path = (copies.folder / (name + ".web.XXXXXX")).string();
  if (mkdtemp(path.data())) return std::shared_ptr<const PrivateFolder>(new PrivateFolder(path));
  return Error{Code::unavailable, fmt::format("cannot copy the pages of {} to {}: {}", name,
                                              copies.folder.string(), std::strerror(errno))};
}

PrivateFolder::~PrivateFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

}  // namespace tenon::plugins
