#include "host/signing/page_files.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <system_error>

#include "host/base/descriptor.hpp"

namespace tenon::signing {
namespace {

namespace fs = std::filesystem;

constexpr size_t kMostFiles = 10'000;
constexpr std::uint64_t kMostBytes = 512 << 20;
constexpr size_t kBlock = 64 << 10;

class PageReader {
 public:
  PageReader(const fs::path& folder, const std::optional<fs::path>& copy_to)
      : folder_(folder), copy_to_(copy_to) {}

  Result<Pages> run() {
    std::error_code failed;
    for (fs::recursive_directory_iterator it(folder_, failed), end; !failed && it != end;
         it.increment(failed))
      TN_CHECK(take(*it));
    if (failed)
      return Error{Code::unavailable,
                   fmt::format("{} cannot be read: {}", folder_.string(), failed.message()),
                   folder_.string()};
    return std::move(pages_);
  }

 private:
  Error wrong(const fs::path& file, const std::string& what) const {
    return {Code::invalid, file.string() + " " + what, file.string()};
  }

  Result<void> take(const fs::directory_entry& entry) {
    const fs::path name = entry.path().lexically_relative(folder_);
    std::error_code failed;
    if (entry.symlink_status(failed).type() == fs::file_type::directory) {
      if (copy_to_) fs::create_directory(*copy_to_ / name, failed);
      if (!failed) return {};
      return wrong(entry.path(), "cannot be copied: " + failed.message());
    }
    if (pages_.size() == kMostFiles)
      return wrong(folder_, fmt::format("has more than {} files", kMostFiles));
    TN_TRY(const auto digest, read(entry.path(), name));
    pages_.emplace(name.string(), digest);
    return {};
  }

  // O_NOFOLLOW, because a link may lead elsewhere tomorrow; O_NONBLOCK for a FIFO.
  Result<Digest> read(const fs::path& file, const fs::path& name) {
    const Descriptor from(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
    struct stat status {};
    if (!from || ::fstat(from.get(), &status) != 0)
      return wrong(file, errno == ELOOP
                             ? "is a link; pages that are signed have none"
                             : "cannot be read: " + std::generic_category().message(errno));
    if (!S_ISREG(status.st_mode)) return wrong(file, "is not a regular file");
    std::ofstream to;
    if (copy_to_) to.open(*copy_to_ / name, std::ios::binary);
    Sha512 digest;
    std::string block(kBlock, '\0');
    for (;;) {
      const ssize_t got = ::read(from.get(), block.data(), block.size());
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) return wrong(file, "cannot be read: " + std::generic_category().message(errno));
      if (got == 0) break;
      const std::string_view bytes(block.data(), static_cast<size_t>(got));
      bytes_ += bytes.size();
      if (bytes_ > kMostBytes) return wrong(folder_, "has more than 512 MiB");
      digest.add(bytes);
      if (copy_to_) to << bytes;
    }
    if (copy_to_ && !to.flush()) return wrong(*copy_to_ / name, "cannot be written");
    return digest.finish();
  }

  const fs::path& folder_;
  const std::optional<fs::path>& copy_to_;
  Pages pages_;
  std::uint64_t bytes_ = 0;
};

}  // namespace

fs::path pages_path(const fs::path& library) {
  return fs::path(library).replace_extension(".web");
}

Result<Pages> read_pages(const fs::path& folder, const std::optional<fs::path>& copy_to) {
  std::error_code failed;
  const fs::path real = fs::canonical(folder, failed);
  if (failed == std::errc::no_such_file_or_directory) return Pages();
  if (failed || !fs::is_directory(real, failed))
    return Error{Code::invalid, folder.string() + " is no folder of pages", folder.string()};
  return PageReader(real, copy_to).run();
}

}  // namespace tenon::signing
