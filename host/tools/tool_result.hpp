// What a method answered, as an agent gets it.
#pragma once

#include <boost/json.hpp>
#include <string_view>

#include "host/tools/tool_list.hpp"
#include "tenon/result.hpp"

namespace tenon::tools {

// The result of tools/call. Failures are results, too, for the agent to learn from; so is output
// that breaks the tool's own schema.
boost::json::object tool_result(const Tool& tool, const Result<std::string>& output);

}  // namespace tenon::tools
