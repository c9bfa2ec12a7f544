// The options of a command that a plugin offers: what its method's input schema says.
#pragma once

#include <boost/json.hpp>
#include <string>
#include <vector>

#include "host/plugins/plugin_host.hpp"
#include "tenon/result.hpp"

namespace tenon::app {

// What `tenon WORDS --help` prints.
std::string command_help(const plugins::PluginHost::Command& command);

// The options as the input of the command's method. Code::invalid names what is unknown, cannot be
// read, or is missing, as it is written on the command line.
Result<boost::json::object> command_input(const plugins::PluginHost::Command& command,
                                          const std::vector<std::string>& options);

}  // namespace tenon::app
