// An echo service over gRPC on a Unix socket, for comparison.
#pragma once

#include <memory>
#include <string>

namespace tenon::bench {

// Serves on the path of a Unix socket until the process ends.
int serve_grpc_echo(const std::string& path);

class GrpcEcho {
 public:
  explicit GrpcEcho(const std::string& path);
  ~GrpcEcho();
  bool call(const std::string& input, std::string& output);

 private:
  struct Client;
  std::unique_ptr<Client> client_;
};

}  // namespace tenon::bench
