// /api/host/plugins: what the instances are doing, and their reload.
#pragma once

#include <vector>

#include "host/http/route.hpp"

namespace tenon::app {

class Host;

// `host` must outlive the routes.
void add_instances(Host& host, std::vector<http::Route>& routes);

}  // namespace tenon::app
