#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>

#include "catalog/catalog/api/answers.hpp"
#include "catalog/catalog/build/changes.hpp"
#include "catalog/catalog/catalog_plugin.hpp"

namespace tenon::catalog {
namespace {

constexpr off_t kLargestFile = off_t{256} << 20;

class Descriptor {
 public:
  explicit Descriptor(int value = -1) : value_(value) {}
  Descriptor(Descriptor&& other) noexcept : value_(std::exchange(other.value_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(value_, other.value_);
    return *this;
  }
  ~Descriptor() {
    if (value_ >= 0) ::close(value_);
  }
  int get() const { return value_; }

 private:
  int value_;
};

std::string_view content_type_of(std::string_view name) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 11> kTypes = {{
      {".json", "application/json"},
      {".svg", "image/svg+xml"},
      {".png", "image/png"},
      {".jpg", "image/jpeg"},
      {".jpeg", "image/jpeg"},
      {".webp", "image/webp"},
      {".gif", "image/gif"},
      {".pdf", "application/pdf"},
      {".mp4", "video/mp4"},
      {".webm", "video/webm"},
      {".txt", "text/plain; charset=utf-8"},
  }};
  for (const auto& [ending, type] : kTypes)
    if (name.ends_with(ending)) return type;
  return {};
}

// Opens the file folder by folder, so that no name leads out: no "..", no hidden name, no symbolic
// link on the way.
Result<std::string> read_below(const std::filesystem::path& folder, std::string_view path) {
  const Error missing{Code::not_found, "there is no file \"" + std::string(path) + "\""};
  Descriptor at(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  for (std::string_view rest = path; at.get() >= 0;) {
    const std::string part(rest.substr(0, rest.find('/')));
    const bool last = part.size() == rest.size();
    if (part.empty() || part[0] == '.' || part.find('\0') != part.npos) return missing;
    const int flags = O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | (last ? 0 : O_DIRECTORY);
    at = Descriptor(::openat(at.get(), part.c_str(), flags));
    if (last) break;
    rest.remove_prefix(part.size() + 1);
  }
  struct stat about {};
  if (at.get() < 0 || ::fstat(at.get(), &about) != 0 || !S_ISREG(about.st_mode)) return missing;
  if (about.st_size > kLargestFile) return Error{Code::too_large, "the file is too large to serve"};
  std::string out(static_cast<size_t>(about.st_size), '\0');
  size_t size = 0;
  while (size < out.size()) {
    const ssize_t got = ::read(at.get(), out.data() + size, out.size() - size);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    size += static_cast<size_t>(got);
  }
  out.resize(size);
  return out;
}

void send_file(const Request& request, Response& response, std::string_view type,
               const std::string& content) {
  const std::string tag = "\"" + std::to_string(state_of(content)) + "\"";
  response.header("ETag", tag).header("Cache-Control", "no-cache");
  const auto known = request.header("If-None-Match");
  if (known && known->find(tag) != known->npos) {
    response.status(304).send({}, {});
    return;
  }
  // A drawing opened by itself must not run as a page of this host.
  response.header("Content-Security-Policy",
                  "default-src 'none'; style-src 'unsafe-inline'; sandbox");
  response.send(type, content);
}

}  // namespace

Result<void> Catalog::get_export(Request& request, Response& response) {
  const std::string_view name = request.param("file");
  if (!name.ends_with(".json") || name.find('/') != name.npos)
    return Error{Code::not_found, "there is no export \"" + std::string(name) + "\""};
  TN_TRY(const std::string content, read_below(exports_, name));
  send_file(request, response, "application/json", content);
  return {};
}

Result<void> Catalog::get_media(Request& request, Response& response) {
  const std::string_view path = request.param("file");
  const std::string_view type = content_type_of(path);
  if (media_.empty() || type.empty())
    return Error{Code::not_found, "there is no file \"" + std::string(path) + "\""};
  TN_TRY(const std::string content, read_below(media_, path));
  send_file(request, response, type, content);
  return {};
}

}  // namespace tenon::catalog
