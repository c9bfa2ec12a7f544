// The host's own routes: health, metrics, plugins, pages, calls, the console.
#pragma once

#include <vector>

#include "host/http/route.hpp"
#include "tenon/result.hpp"

namespace tenon::app {

class Host;

// `host` must outlive the routes.
Result<std::vector<http::Route>> host_routes(Host& host);

}  // namespace tenon::app
