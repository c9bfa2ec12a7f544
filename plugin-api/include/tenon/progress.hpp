// Progress of long work, for C++ plugins.
#pragma once

#include "tenon/host.hpp"
#include "tenon/progress.h"

namespace tenon {

class Progress {
 public:
  explicit Progress(const Host& host)
      : ctx_(host.raw().ctx), table_(host_table<tn_host_progress>(host.raw(), TN_PROGRESS_ID)) {}
  // `total` 0: not known.
  void report(const Call& call, std::string_view text, uint64_t done, uint64_t total) const {
    if (table_) table_->report(ctx_, &call.raw(), view(text), done, total);
  }

 private:
  void* ctx_;
  const tn_host_progress* table_;
};

}  // namespace tenon
