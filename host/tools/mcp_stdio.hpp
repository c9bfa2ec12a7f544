// The Model Context Protocol over standard input and output: one message a line.
#pragma once

#include <istream>
#include <string>

#include "host/tools/mcp_server.hpp"

namespace tenon::tools {

enum class LineEnd { line, end, too_long };
// The next line with something in it, without its end. A line that is too long is not read to its
// end.
LineEnd read_line(std::istream& in, std::string& line);

// Serves one client until its input ends. Calls that take much longer are told to end then.
void serve_lines(McpServer& server, std::istream& in, const Outlet& out);

}  // namespace tenon::tools
