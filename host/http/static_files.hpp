// Serves the files below one directory.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "host/http/route.hpp"
#include "tenon/result.hpp"

namespace tenon::http {

struct StaticFilesOptions {
  std::string cache_control = "no-cache";  // may be kept, must be revalidated
  // Names that carry a hash of their content (app-3f9a2b1c.js) never change.
  bool hashed_names_immutable = true;
};

// For GET routes whose last parameter is the file's path ("/assets/{file...}"). Never leaves the
// directory, through symbolic links neither, and shows no file or folder whose name starts with
// '.'. Strong ETag, conditional requests, single ranges, precompressed `.br` and `.gz` siblings.
class StaticFiles : public Handler {
 public:
  static Result<std::shared_ptr<StaticFiles>> open(const std::filesystem::path& directory,
                                                   StaticFilesOptions options = {});
  ~StaticFiles() override;

  void handle(Request& request, Response& response) override;

  // Answers with that file when there is one; false, and nothing sent, otherwise.
  bool serve(std::string_view path, Request& request, Response& response) const;

 private:
  struct OpenFile;

  StaticFiles(int directory, StaticFilesOptions options)
      : directory_(directory), options_(std::move(options)) {}
  OpenFile open_file(const std::string& path) const;
  std::string_view cache_control(std::string_view name) const;
  void answer(const OpenFile& file, std::string_view name, Request& request,
              Response& response) const;
  static void send_range(const OpenFile& file, std::uint64_t first, std::uint64_t length,
                         Response& response);

  int directory_;
  StaticFilesOptions options_;
};

// "text/html; charset=utf-8" for "index.html"; "application/octet-stream" when not known.
std::string_view content_type_of(std::string_view name);

// Does the name end in a content hash, as bundlers write it?
bool is_hashed_name(std::string_view name);

}  // namespace tenon::http
