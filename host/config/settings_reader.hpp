// From checked JSON to InstanceSettings. Internal to the host's configuration.
#pragma once

#include <boost/json/value.hpp>
#include <string>

#include "host/config/instance_settings.hpp"
#include "host/config/json_reader.hpp"
#include "host/config/node.hpp"
#include "host/config/problem.hpp"

namespace tenon::config {

RuntimeChoice runtime_choice(const std::string& name);

// Reads the settings of one instance. `host` is the section of that name with its defaults, `from`
// the instance's own, completed too, `written` the same as it stands in the file. What no schema
// can say is checked here and told to `problems`.
InstanceSettings read_settings(const boost::json::value& host, const JsonReader& from,
                               const MapEntry& written, Problems& problems);

// The same checks of the section `host`; `written` is null where the file has none.
void check_host_settings(const boost::json::value& host, const Node* written, Problems& problems);

}  // namespace tenon::config
