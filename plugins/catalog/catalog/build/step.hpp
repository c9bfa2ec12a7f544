// Whether a long piece of work may go on.
#pragma once

#include "tenon/views.hpp"

namespace tenon::catalog {

inline Result<void> check_step(const Call& call) {
  if (call.cancelled()) return Error{Code::cancelled, "the build was cancelled"};
  if (const auto deadline = call.deadline();
      deadline && std::chrono::steady_clock::now() > *deadline)
    return Error{Code::timeout, "the build was not done by its deadline"};
  return {};
}

}  // namespace tenon::catalog
