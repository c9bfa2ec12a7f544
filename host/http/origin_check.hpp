// Defence against pages of other sites: DNS rebinding (a foreign Host) and cross-site requests (a
// foreign Origin on a method that changes something).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "host/http/request_guard.hpp"

namespace tenon::http {

struct OriginOptions {
  std::string listen_address = "127.0.0.1";
  std::vector<std::string> hosts = {};    // further names this host answers to, without port
  std::vector<std::string> origins = {};  // "https://shop.example.com": pages that may write here
};

class OriginCheck {
 public:
  explicit OriginCheck(OriginOptions options) : options_(std::move(options)) {}

  // `foreign_origin_allowed`: the route takes writes from any page. [thread-safe]
  std::optional<Refusal> check_host(const RequestFacts& facts) const;
  std::optional<Refusal> check_origin(const RequestFacts& facts, std::string_view method,
                                      bool foreign_origin_allowed) const;

 private:
  OriginOptions options_;
};

}  // namespace tenon::http
