// Decides on system calls that reach other machines and sockets.
#pragma once

#include "host/sandbox/connector.hpp"
#include "host/sandbox/policy.hpp"
#include "host/sandbox/verdict.hpp"
#include "host/sandbox/worker_view.hpp"

namespace tenon::sandbox {

class NetworkJudge {
 public:
  // `view` and `connector` outlive it.
  NetworkJudge(const Policy& policy, const WorkerView& view, Connector& connector);
  // None: not a call on sockets.
  std::optional<Verdict> judge(const Request& request);

 private:
  Verdict judge_socket(const Request& request) const;
  Verdict judge_connect(const Request& request);
  bool permitted(const sockaddr_storage& address) const;

  std::vector<Outbound> servers_;
  const WorkerView& view_;
  Connector& connector_;
};

}  // namespace tenon::sandbox
