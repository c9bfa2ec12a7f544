#include "catalog/page/page_source.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <optional>

#include "catalog/ingest/csv_reader.hpp"
#include "catalog/model/charset.hpp"
#include "catalog/model/evidence.hpp"

namespace tenon::catalog {
namespace fs = std::filesystem;
namespace {

Result<std::string> read_file(const fs::path& path, size_t max_bytes) {
  std::error_code error;
  auto size = fs::file_size(path, error);
  if (error) return Error{Code::not_found, "cannot read: " + error.message(), path.string()};
  if (size > max_bytes)
    return Error{Code::too_large,
                 std::to_string(size) + " bytes, allowed are " + std::to_string(max_bytes),
                 path.string()};
  std::ifstream file(path, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
}

// A manifest comes from outside: its file names must not climb out of the folder.
bool stays_inside(const fs::path& file) {
  if (file.empty() || file.is_absolute()) return false;
  for (const auto& part : file)
    if (part == "..") return false;
  return true;
}

}  // namespace

Result<FolderPageSource> FolderPageSource::open(const fs::path& folder, const std::string& manifest,
                                                const std::string& prefix) {
  FolderPageSource source;
  source.folder_ = folder;
  TN_TRY(std::string bytes, read_file(folder / manifest, kMaxPageBytes));
  TN_TRY(Decoded decoded, to_utf8(bytes));
  CsvReader reader(decoded.text, sniff_delimiter(decoded.text));
  auto header = reader.next();
  std::optional<size_t> file_column;
  std::optional<size_t> url_column;
  for (size_t i = 0; header && i < header->fields.size(); ++i) {
    if (header->fields[i] == "file") file_column = i;
    if (header->fields[i] == "url") url_column = i;
  }
  if (!file_column || !url_column)
    return Error{Code::invalid, "a manifest needs the columns 'file' and 'url'",
                 (folder / manifest).string()};
  while (auto record = reader.next()) {
    if (!record->problem.empty() || record->fields.size() != header->fields.size()) continue;
    const std::string& file = record->fields[*file_column];
    if (!file.starts_with(prefix) || !stays_inside(file)) continue;
    source.url_of_file_[file] = record->fields[*url_column];
  }
  return source;
}

std::vector<std::string> FolderPageSource::pages() const {
  std::vector<std::string> out;
  for (const auto& [file, url] : url_of_file_) out.push_back(file);
  return out;
}

Result<SourcePage> FolderPageSource::fetch(const std::string& page) {
  auto found = url_of_file_.find(page);
  if (found == url_of_file_.end())
    return Error{Code::not_found, "the manifest does not name this page", page};
  TN_TRY(std::string bytes, read_file(folder_ / page, kMaxPageBytes));
  return SourcePage{found->second, std::move(bytes), {}};
}

Result<PageVersion> FolderPageSource::version() const {
  PageVersion out;
  for (const auto& [file, url] : url_of_file_) {
    struct stat found {};
    out.text += file + '\0' + url + '\0';
    if (::stat((folder_ / file).c_str(), &found) == 0) {
      const std::int64_t ns = found.st_mtim.tv_sec * 1'000'000'000LL + found.st_mtim.tv_nsec;
      out.newest_ns = std::max(out.newest_ns, ns);
      out.text += std::to_string(found.st_size) + ' ' + std::to_string(ns);
    }
    out.text += '\n';
  }
  out.text = sha256_hex(out.text);
  return out;
}

}  // namespace tenon::catalog
