// DataDir: the host's folder on disk, used by one process at a time.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "tenon/result.hpp"

namespace tenon::store {

class DataDir {
 public:
  // Makes the folder (mode 0700) when it does not exist and locks it until the object ends, or the
  // process does. Errors: conflict when another process has it (the message names its pid and
  // address); invalid when the folder belongs to someone else or others may write to it.
  static Result<DataDir> open(const std::string& path);

  DataDir(DataDir&& other) noexcept;
  DataDir& operator=(DataDir&& other) noexcept;
  ~DataDir();

  const std::string& path() const { return path_; }
  std::string file(std::string_view name) const { return path_ + "/" + std::string(name); }

  // What a second opener is told, and a command reads to find the running host.
  Result<void> record_address(std::string_view address) const;

  // The secret of this name: `bytes` random bytes as hex, made at the first call in a file of mode
  // 0600. Errors: invalid (a name other than a-z, 0-9, '_' and '-'), data_loss (the file is not of
  // that form).
  Result<std::string> ensure_secret(std::string_view name, std::size_t bytes) const;

 private:
  DataDir(std::string path, int lock) : path_(std::move(path)), lock_(lock) {}

  std::string path_;
  int lock_ = -1;
};

// Who holds the folder: "pid 12 at http://..", or not_found when nobody does.
Result<std::string> data_dir_holder(const std::string& path);

}  // namespace tenon::store
