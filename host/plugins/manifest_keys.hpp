// Keys of a manifest that this host does not know. They are passed by, since a manifest may be
// written for a newer host, but most are slips of the pen.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace tenon::plugins {

// A line for each, with its place and the key that may be meant: `routes[0].sumary: ...`. `text` is
// that of a manifest that parses. JSON Schemas are not looked into: compiling them finds theirs.
std::vector<std::string> unknown_manifest_keys(std::string_view text);

}  // namespace tenon::plugins
