// The schema of the host's own configuration: host_schema.json, the one place of its keys, limits
// and defaults.
#pragma once

#include <string_view>

namespace tenon::config {

// JSON Schema text. Plugin-specific `config` maps are free here; each plugin's schema checks them.
std::string_view host_schema_text();

}  // namespace tenon::config
