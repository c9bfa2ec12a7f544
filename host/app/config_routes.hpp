// The host's own routes for its configuration.
#pragma once

#include <vector>

#include "host/http/route.hpp"

namespace tenon::app {

class Host;

// `host` must outlive the routes.
void add_config(Host& host, std::vector<http::Route>& routes);

}  // namespace tenon::app
