// KeyValue: small values under text keys, one space of keys for each namespace.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "host/store/store.hpp"
#include "tenon/result.hpp"

namespace tenon::store {

class KeyValue {
 public:
  struct Entry {
    std::string key;
    Bytes value;
    std::int64_t version = 0;  // grows with each change, also over a delete and a new put
  };

  // Makes the host's table when needed; `ns` owns the keys. The store must outlive the object.
  static Result<KeyValue> open(Store& store, std::string_view ns, Deadline deadline);

  // Keys are UTF-8 of 1 to 512 bytes without NUL and U+10FFFF. put() returns the new version.
  Result<std::int64_t> put(std::string_view key, const Bytes& value, Deadline deadline) const;
  // Writes only if the entry's version is `expected` (0: only if there is none); else conflict.
  Result<std::int64_t> compare_and_set(std::string_view key, std::int64_t expected,
                                       const Bytes& value, Deadline deadline) const;
  Result<std::optional<Entry>> get(std::string_view key, Deadline deadline) const;
  // Whether there was an entry.
  Result<bool> remove(std::string_view key, Deadline deadline) const;
  // At most `limit` entries (1 to kMaxPage) whose key begins with `prefix` and comes after `after`,
  // in the order of the keys' bytes. The next page begins after the last key of this one.
  Result<std::vector<Entry>> list(std::string_view prefix, std::string_view after,
                                  std::size_t limit, Deadline deadline) const;

 private:
  KeyValue(Scope host, std::string ns) : host_(std::move(host)), namespace_(std::move(ns)) {}

  Scope host_;
  std::string namespace_;
};

}  // namespace tenon::store
