// What is lent to the plugin for one call: copies that are overwritten when the call returns, and
// stay allocated, so that whoever kept a view reads rubbish and not something plausible.
#pragma once

#include <deque>
#include <memory>
#include <mutex>
#include <string_view>
#include <vector>

#include "tenon/abi.h"

namespace tenon::testing {

// Overwritten memory, the latest 64 MiB of it.
class Graveyard {
 public:
  void bury(std::unique_ptr<uint64_t[]> memory, size_t bytes);

 private:
  static constexpr size_t kMostBytes = 64u << 20;
  std::mutex mutex_;
  std::deque<std::pair<std::unique_ptr<uint64_t[]>, size_t>> buried_;  // guarded by mutex_
  size_t bytes_ = 0;
};

class Lent {
 public:
  explicit Lent(Graveyard& graveyard) : graveyard_(graveyard) {}
  Lent(const Lent&) = delete;
  Lent& operator=(const Lent&) = delete;
  ~Lent();

  tn_str text(std::string_view text);
  tn_bytes bytes(std::string_view bytes);
  // Copies of plain structs, aligned to 8 bytes. NULL for none.
  template <class T>
  const T* items(const std::vector<T>& items) {
    return items.empty() ? nullptr
                         : static_cast<const T*>(copy(items.data(), items.size() * sizeof(T)));
  }
  template <class T>
  const T* item(const T& item) {
    return static_cast<const T*>(copy(&item, sizeof(T)));
  }
  void* copy(const void* data, size_t bytes);

 private:
  struct Piece {
    std::unique_ptr<uint64_t[]> memory;
    size_t words;
  };
  Graveyard& graveyard_;
  std::vector<Piece> pieces_;
};

}  // namespace tenon::testing
