// Routes of plugins on the host's router: turns requests into calls of the plugin's HTTP table.
#pragma once

#include <memory>
#include <vector>

#include "host/http/route.hpp"
#include "host/plugins/instance.hpp"

namespace tenon::plugins {

// The routes that the instance's manifest names. The handlers keep the instance alive and serve by
// whichever generation does so at the time.
Result<std::vector<http::Route>> routes_of(const std::shared_ptr<Instance>& instance);

}  // namespace tenon::plugins
