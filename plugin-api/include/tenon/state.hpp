// Durable key-value state of an instance, for C++ plugins.
#pragma once

#include "tenon/host.hpp"
#include "tenon/state.h"

namespace tenon {

class State {
 public:
  explicit State(const Host& host)
      : ctx_(host.raw().ctx), table_(host_table<tn_host_state>(host.raw(), TN_STATE_ID)) {}

  struct Entry {
    std::string value;
    uint64_t version;
  };
  Result<Entry> get(const Call& call, std::string_view key) const {
    if (!table_) return missing_table(TN_STATE_ID);
    StringSink value;
    uint64_t version = 0;
    TN_CHECK(call.invoke(
        [&](const tn_call* c) { return table_->get(ctx_, c, view(key), value.get(), &version); }));
    return Entry{value.take(), version};
  }
  Result<void> put(const Call& call, std::string_view key, std::string_view value) const {
    if (!table_) return missing_table(TN_STATE_ID);
    return call.invoke(
        [&](const tn_call* c) { return table_->put(ctx_, c, view(key), bytes(value)); });
  }
  // Writes only while the key has that version (0: does not exist); Code::conflict otherwise.
  Result<void> put_if(const Call& call, std::string_view key, std::string_view value,
                      uint64_t version) const {
    if (!table_) return missing_table(TN_STATE_ID);
    return call.invoke([&](const tn_call* c) {
      return table_->put_if(ctx_, c, view(key), bytes(value), version);
    });
  }
  Result<void> remove(const Call& call, std::string_view key) const {
    if (!table_) return missing_table(TN_STATE_ID);
    return call.invoke([&](const tn_call* c) { return table_->remove(ctx_, c, view(key)); });
  }
  Result<std::vector<std::string>> list(const Call& call, std::string_view prefix,
                                        std::string_view after = {}, uint64_t limit = 100) const {
    if (!table_) return missing_table(TN_STATE_ID);
    StringSink keys;
    TN_CHECK(call.invoke([&](const tn_call* c) {
      return table_->list(ctx_, c, view(prefix), view(after), limit, keys.get());
    }));
    return json::decode<std::vector<std::string>>(keys.text());
  }

 private:
  void* ctx_;
  const tn_host_state* table_;
};

}  // namespace tenon
