#include "host/http/static_files.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "host/http/byte_range.hpp"
#include "host/http/media_type.hpp"
#include "host/http/request.hpp"
#include "host/http/response.hpp"
#include "host/http/text.hpp"
#include "host/http/worker.hpp"

namespace tenon::http {
namespace {

constexpr std::size_t kBlock = 64 * 1024;

bool has_hidden_segment(std::string_view path) {
  return path.empty() || path.front() == '.' || path.front() == '/' ||
         path.find("/.") != std::string_view::npos || path.find('\0') != std::string_view::npos;
}

bool is_hash_char(char c) {
  return is_digit(c) || (ascii_lower(c) >= 'a' && ascii_lower(c) <= 'z') || c == '_' || c == '-';
}

}  // namespace

struct StaticFiles::OpenFile {
  int fd = -1;
  std::uint64_t size = 0;
  std::int64_t modified_seconds = 0;
  std::string etag;
  std::string_view coding;  // "gzip", "br" or empty

  OpenFile() = default;
  ~OpenFile() {
    if (fd >= 0) close(fd);
  }
  OpenFile(OpenFile&& other) noexcept
      : fd(std::exchange(other.fd, -1)),
        size(other.size),
        modified_seconds(other.modified_seconds),
        etag(std::move(other.etag)),
        coding(other.coding) {}
  OpenFile& operator=(OpenFile&& other) noexcept {
    std::swap(fd, other.fd);
    size = other.size;
    modified_seconds = other.modified_seconds;
    etag = std::move(other.etag);
    coding = other.coding;
    return *this;
  }
};

Result<std::shared_ptr<StaticFiles>> StaticFiles::open(const std::filesystem::path& directory,
                                                       StaticFilesOptions options) {
  const int fd = ::open(directory.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) {
    const std::string reason = std::generic_category().message(errno);
    return Error{Code::not_found, fmt::format("Cannot open the directory: {}.", reason),
                 directory.string()};
  }
  return std::shared_ptr<StaticFiles>(new StaticFiles(fd, std::move(options)));
}

StaticFiles::~StaticFiles() {
  close(directory_);
}

void StaticFiles::handle(Request& request, Response& response) {
  const auto count = request.param_count();
  const auto path = count > 0 ? request.param(count - 1) : std::string_view();
  if (serve(path, request, response) || response.begun()) return;
  if (!response.problem(404, "There is no such file.").ok()) response.close_connection();
}

StaticFiles::OpenFile StaticFiles::open_file(const std::string& path) const {
  OpenFile file;
  open_how how{};
  // Without O_NONBLOCK, opening a FIFO would wait for its writer.
  how.flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK;
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS;
  const long fd = syscall(SYS_openat2, directory_, path.c_str(), &how, sizeof how);
  if (fd < 0) return file;
  file.fd = static_cast<int>(fd);
  struct stat status {};
  if (fstat(file.fd, &status) != 0 || !S_ISREG(status.st_mode)) return OpenFile();
  file.size = static_cast<std::uint64_t>(status.st_size);
  file.modified_seconds = status.st_mtim.tv_sec;
  file.etag = fmt::format("\"{:x}-{:x}-{:x}\"", status.st_ino, file.size,
                          status.st_mtim.tv_sec * 1'000'000'000LL + status.st_mtim.tv_nsec);
  return file;
}

bool StaticFiles::serve(std::string_view path, Request& request, Response& response) const {
  if (has_hidden_segment(path)) return false;
  const std::string name(path);
  auto file = open_file(name);
  if (file.fd < 0) return false;
  if (!request.header("Range")) {
    constexpr std::array<std::pair<std::string_view, std::string_view>, 2> kCodings{
        {{"br", ".br"}, {"gzip", ".gz"}}};
    const auto accepted = request.header("Accept-Encoding").value_or("");
    for (const auto& [coding, suffix] : kCodings) {
      if (!accepts_coding(accepted, coding)) continue;
      auto compressed = open_file(name + std::string(suffix));
      if (compressed.fd < 0) continue;
      file = std::move(compressed);
      file.coding = coding;
      break;
    }
  }
  answer(file, path, request, response);
  return true;
}

std::string_view StaticFiles::cache_control(std::string_view name) const {
  const bool immutable = options_.hashed_names_immutable && is_hashed_name(name);
  return immutable ? "public, max-age=31536000, immutable"
                   : std::string_view(options_.cache_control);
}

void StaticFiles::answer(const OpenFile& file, std::string_view name, Request& request,
                         Response& response) const {
  const auto modified = http_date(file.modified_seconds);
  const auto add = [&](std::string_view header, std::string_view value) {
    // These are tokens and dates of our own making: never refused.
    if (!response.add_header(header, value).ok()) response.close_connection();
  };
  add("ETag", file.etag);
  add("Last-Modified", modified);
  add("Cache-Control", cache_control(name));
  add("Vary", "Accept-Encoding");
  add("Accept-Ranges", "bytes");
  if (!file.coding.empty()) add("Content-Encoding", file.coding);
  const auto none_match = request.header("If-None-Match");
  // Only our own dates come back, so an equal text is an equal time.
  const bool fresh = none_match ? lists_etag(*none_match, file.etag)
                                : request.header("If-Modified-Since").value_or("") == modified;
  Result<void> sent;
  const auto type = content_type_of(name);
  const auto if_range = request.header("If-Range");
  ByteRange range;
  if (!if_range || *if_range == file.etag) {
    range = parse_range(request.header("Range").value_or(""), file.size);
  }
  if (fresh) {
    sent = response.send(304, {}, "");
  } else if (range.kind == ByteRange::Kind::unsatisfiable) {
    add("Content-Range", fmt::format("bytes */{}", file.size));
    sent = response.problem(416, fmt::format("The file has {} bytes.", file.size));
  } else if (range.kind == ByteRange::Kind::part) {
    add("Content-Range",
        fmt::format("bytes {}-{}/{}", range.first, range.first + range.length - 1, file.size));
    sent = response.begin(206, {{"Content-Type", type}}, range.length);
    if (sent.ok()) return send_range(file, range.first, range.length, response);
  } else {
    sent = response.begin(200, {{"Content-Type", type}}, file.size);
    if (sent.ok()) return send_range(file, 0, file.size, response);
  }
  if (!sent.ok()) response.close_connection();
}

void StaticFiles::send_range(const OpenFile& file, std::uint64_t first, std::uint64_t length,
                             Response& response) {
  std::array<char, kBlock> block;
  while (length > 0 && !response.sends_no_body()) {
    const auto want = static_cast<std::size_t>(std::min<std::uint64_t>(length, block.size()));
    const auto got = pread(file.fd, block.data(), want, static_cast<off_t>(first));
    // Cut short while it was sent: the unfinished response closes the connection.
    if (got <= 0) return;
    if (!response.write({block.data(), static_cast<std::size_t>(got)}).ok()) return;
    first += static_cast<std::uint64_t>(got);
    length -= static_cast<std::uint64_t>(got);
  }
  if (!response.finish().ok()) response.close_connection();
}

std::string_view content_type_of(std::string_view name) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 25> kTypes{{
      {"html", "text/html; charset=utf-8"},
      {"js", "text/javascript; charset=utf-8"},
      {"mjs", "text/javascript; charset=utf-8"},
      {"css", "text/css; charset=utf-8"},
      {"json", "application/json"},
      {"map", "application/json"},
      {"svg", "image/svg+xml"},
      {"png", "image/png"},
      {"jpg", "image/jpeg"},
      {"jpeg", "image/jpeg"},
      {"gif", "image/gif"},
      {"webp", "image/webp"},
      {"avif", "image/avif"},
      {"ico", "image/x-icon"},
      {"woff2", "font/woff2"},
      {"woff", "font/woff"},
      {"ttf", "font/ttf"},
      {"txt", "text/plain; charset=utf-8"},
      {"md", "text/markdown; charset=utf-8"},
      {"csv", "text/csv; charset=utf-8"},
      {"xml", "application/xml"},
      {"pdf", "application/pdf"},
      {"wasm", "application/wasm"},
      {"webmanifest", "application/manifest+json"},
      {"zip", "application/zip"},
  }};
  const auto dot = name.rfind('.');
  if (dot != std::string_view::npos) {
    for (const auto& [extension, type] : kTypes) {
      if (iequals(name.substr(dot + 1), extension)) return type;
    }
  }
  return "application/octet-stream";
}

bool is_hashed_name(std::string_view name) {
  constexpr std::size_t kHash = 8;
  const auto dot = name.rfind('.');
  if (dot == std::string_view::npos || dot < kHash + 2) return false;
  const char separator = name[dot - kHash - 1];
  const auto hash = name.substr(dot - kHash, kHash);
  if ((separator != '-' && separator != '.') ||
      !std::all_of(hash.begin(), hash.end(), is_hash_char)) {
    return false;
  }
  // An ordinary word ("-settings.js") has neither digits nor mixed case.
  const auto any = [&](auto test) { return std::any_of(hash.begin(), hash.end(), test); };
  return any(is_digit) || (any([](char c) { return c >= 'A' && c <= 'Z'; }) &&
                           any([](char c) { return c >= 'a' && c <= 'z'; }));
}

}  // namespace tenon::http
