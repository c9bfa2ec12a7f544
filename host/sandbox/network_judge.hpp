// Decides on system calls that reach other machines and sockets.
#pragma once

#include <functional>

#include "host/sandbox/connector.hpp"
#include "host/sandbox/name_service.hpp"
#include "host/sandbox/policy.hpp"
#include "host/sandbox/verdict.hpp"
#include "host/sandbox/worker_view.hpp"

namespace tenon::sandbox {

class NetworkJudge {
 public:
  // Puts a descriptor in place of the worker's own number `fd`. False when the worker has gone.
  using Replace = std::function<bool(const Request&, const Descriptor& made, int fd)>;
  // `view`, `connector` and `names` outlive it.
  NetworkJudge(const Policy& policy, const WorkerView& view, Connector& connector,
               NameService& names, Replace replace);
  // None: not a call on sockets.
  std::optional<Verdict> judge(const Request& request);

 private:
  Verdict judge_socket(const Request& request) const;
  Verdict judge_connect(const Request& request);
  Verdict connect_names(const Request& request);
  bool permitted(const sockaddr_storage& address) const;

  std::vector<Outbound> servers_;
  const WorkerView& view_;
  Connector& connector_;
  NameService& names_;
  Replace replace_;
};

}  // namespace tenon::sandbox
