// Answers a worker's look-ups of permitted names, without a network: getaddrinfo() asks a local
// name service cache (nscd) first, and the host stands in for it. Where the worker's C library
// knows no such service, only addresses work.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "host/base/descriptor.hpp"
#include "host/sandbox/policy.hpp"

namespace tenon::sandbox {

// [one thread]
class NameService {
 public:
  // Told of each name that is asked for and not permitted.
  using OnRefused = std::function<void(const std::string& name)>;
  NameService(const Policy& policy, OnRefused on_refused);

  // True for the path at which a C library looks for the service.
  static bool is_at(std::string_view unix_path);
  // A connection for the worker; none when there are no more descriptors.
  Descriptor connect();
  // For an epoll loop.
  int fd() const { return epoll_.get(); }
  void handle_ready();

 private:
  // The bytes to answer a question with; empty: none.
  std::string answer(std::string_view question) const;

  std::map<std::string, std::vector<std::string>> addresses_;  // by name in small letters
  OnRefused on_refused_;
  Descriptor epoll_;
  std::map<int, Descriptor> connections_;
};

}  // namespace tenon::sandbox
