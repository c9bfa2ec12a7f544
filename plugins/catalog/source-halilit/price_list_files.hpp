// The files of a dealer: which there are, whether they changed, and taking new ones in.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "tenon/result.hpp"

namespace tenon::catalog {

inline constexpr std::uintmax_t kMaxPriceListBytes = 64u << 20;

struct PriceListFile {
  std::filesystem::path path;
  std::uintmax_t size = 0;
  std::int64_t modified_ns = 0;  // since the epoch
  std::string problem;           // not empty: it cannot be read, and why

  bool operator==(const PriceListFile&) const = default;
};

// Whether the name ends as price lists do: .csv, .json or .jsonl.
bool is_price_list(const std::filesystem::path& file);

// What `patterns` stand for, each path once, ascending: a file, all price lists of a folder (not of
// folders in it), or what a shell pattern with * ? [ ] finds. A pattern that finds nothing is in
// the list with a problem; a folder may be empty.
std::vector<PriceListFile> find_price_lists(const std::vector<std::string>& patterns);

Result<std::string> read_price_list(const std::filesystem::path& file);

// Writes `bytes` into the folder under `name`; readers see the old content or the new one whole,
// and the new one is on disk when this returns.
Result<void> store_price_list(const std::filesystem::path& folder, const std::string& name,
                              std::string_view bytes);

}  // namespace tenon::catalog
