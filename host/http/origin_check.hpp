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

// Which requests need an Origin of ours, where they have one.
enum class OriginRule { own_for_writes, own, any };

class OriginCheck {
 public:
  explicit OriginCheck(OriginOptions options) : options_(std::move(options)) {}

  // [thread-safe]
  std::optional<Refusal> check_host(const RequestFacts& facts) const;
  std::optional<Refusal> check_origin(const RequestFacts& facts, std::string_view method,
                                      OriginRule rule) const;

 private:
  OriginOptions options_;
};

}  // namespace tenon::http
