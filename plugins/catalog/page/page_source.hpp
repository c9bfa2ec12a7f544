// Where a scraper's pages come from.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "tenon/result.hpp"

namespace tenon::catalog {

struct SourcePage {
  std::string url;  // empty when the source does not know it
  std::string bytes;
  std::string charset;  // of the HTTP header, empty when unknown
};

// What tells two states of a source apart.
struct PageVersion {
  std::string text;            // changes when any page does
  std::int64_t newest_ns = 0;  // when the newest page was written or fetched, since the epoch
};

class PageSource {
 public:
  virtual ~PageSource() = default;
  // Keys of all pages, in a stable order: addresses, or file names where no address is known.
  virtual std::vector<std::string> pages() const = 0;
  virtual Result<SourcePage> fetch(const std::string& page) = 0;
  // Cheaper than fetching the pages. A source that does not override it never changes.
  virtual Result<PageVersion> version() const { return PageVersion{}; }
};

// A folder of saved pages with a manifest, a CSV with columns "file" and "url".
class FolderPageSource : public PageSource {
 public:
  // Entries whose file lies outside the folder or whose name does not begin with `prefix`
  // are left out.
  static Result<FolderPageSource> open(const std::filesystem::path& folder,
                                       const std::string& manifest = "manifest.csv",
                                       const std::string& prefix = {});

  std::vector<std::string> pages() const override;
  Result<SourcePage> fetch(const std::string& page) override;
  // From size and time of the pages and the addresses that the manifest gives them.
  Result<PageVersion> version() const override;

 private:
  static constexpr size_t kMaxPageBytes = 32u << 20;

  std::filesystem::path folder_;
  std::map<std::string, std::string> url_of_file_;
};

}  // namespace tenon::catalog
