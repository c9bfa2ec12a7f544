// Actions of the probe that reach for other machines and sockets.
#pragma once

#include <string>
#include <vector>

namespace tenon::sandbox::probe {

using Arguments = std::vector<std::string>;

// "ok", or the name of errno.
std::string outcome(long result);

std::string connect_to(const Arguments& host_and_port);
std::string connect_without_blocking(const Arguments& host_and_port);
std::string connect_unix(const Arguments& path);
std::string send_without_connecting(const Arguments& host_and_port);
std::string listen_locally(const Arguments&);
std::string swap_ports(const Arguments& good_and_bad);
std::string look_up(const Arguments& name);

}  // namespace tenon::sandbox::probe
