// The Model Context Protocol over standard input and output: one message a line.
#pragma once

#include <functional>
#include <istream>
#include <string>

#include "host/tools/mcp_server.hpp"

namespace tenon::tools {

// Gives each line with something in it to `take`, until the input ends; `out` is told of lines that
// are too long to be taken.
void read_lines(std::istream& in, const Outlet& out, const std::function<void(std::string)>& take);

// Serves one client until its input ends. Calls that take much longer are told to end then.
void serve_lines(McpServer& server, std::istream& in, const Outlet& out);

}  // namespace tenon::tools
