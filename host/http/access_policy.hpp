// Who may call what: asked for every request after routing, before its body is read.
#pragma once

#include <optional>
#include <string>

#include "host/http/request.hpp"

namespace tenon::http {

struct Denial {
  int status = 403;  // 401, 403 or 429
  std::string detail;
  std::string www_authenticate = {};  // with 401
};

class AccessPolicy {
 public:
  virtual ~AccessPolicy() = default;
  // Nothing: go ahead. May call request.set_principal. [thread-safe]
  virtual std::optional<Denial> check(Request& request, const Route& route) = 0;
};

// The host's default: routes to the host's own state need `Authorization: Bearer <token>`; with an
// empty token they are refused to all. Other routes are open.
class HostTokenPolicy : public AccessPolicy {
 public:
  explicit HostTokenPolicy(std::string token) : token_(std::move(token)) {}
  std::optional<Denial> check(Request& request, const Route& route) override;

 private:
  std::string token_;
};

}  // namespace tenon::http
