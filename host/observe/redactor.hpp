// Hides registered secret values in text.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "tenon/result.hpp"

namespace tenon::observe {

class Redactor {
 public:
  static constexpr size_t kMinSecretBytes = 4;

  // From now on every occurrence of `secret` is replaced by "***". Code::invalid when it is shorter
  // than kMinSecretBytes: hiding it would blot out the text around it. [any thread]
  Result<void> add(std::string secret);

  // `cut`: the text may end in the middle of a secret, whose beginning is then hidden too.
  // [any thread]
  void apply(std::string& text, bool cut) const;

 private:
  using Secrets = std::vector<std::string>;  // longest first
  std::shared_ptr<const Secrets> secrets() const;

  mutable std::mutex mutex_;
  std::shared_ptr<const Secrets> secrets_ = std::make_shared<const Secrets>();  // guarded by mutex_
};

}  // namespace tenon::observe
