// An example of what a JSON Schema describes, for documents and forms.
#pragma once

#include <boost/json.hpp>
#include <optional>

namespace tenon::tools {

// A value that is valid against the schema: its own example or default where it has one, else made
// up. Nothing where none was found, or the schema is none that the host understands.
std::optional<boost::json::value> example_of(const boost::json::value& schema);

}  // namespace tenon::tools
