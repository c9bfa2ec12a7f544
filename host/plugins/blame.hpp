// Whose doing it is that a call failed: what counts against a plugin in its figures and in a
// canary.
#pragma once

#include "tenon/result.hpp"

namespace tenon::plugins {

// What a caller did wrong, or may not do, says nothing of the plugin that tells it so: HTTP's 4xx.
// Whatever else keeps an answer from coming does: HTTP's 5xx.
constexpr bool is_plugins_fault(Code code) {
  switch (code) {
    case Code::invalid:
    case Code::not_found:
    case Code::conflict:
    case Code::unauthenticated:
    case Code::denied:
    case Code::cancelled:
    case Code::limit:
    case Code::too_large:
      return false;
    case Code::unsupported:
    case Code::unavailable:
    case Code::timeout:
    case Code::internal:
    case Code::data_loss:
      break;
  }
  return true;  // also of a number that is no code
}

// The same of an answer that the plugin sent itself.
constexpr bool is_plugins_fault(int http_status) {
  return http_status >= 500;
}

}  // namespace tenon::plugins
