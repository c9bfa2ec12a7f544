// What a plugin says of itself, as far as the calls of a test need it.
#pragma once

#include <boost/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "tenon/entry.h"
#include "tenon/result.hpp"

namespace tenon::testing {

struct DeclaredMethod {
  std::string interface_id;
  std::string name;
  bool column = false;
};

struct DeclaredRoute {
  std::string method;
  std::string pattern;
  std::optional<uint64_t> max_body_bytes;
  std::string consumes, produces;  // media types; empty: any
};

struct Declared {
  boost::json::object manifest;
  std::vector<DeclaredMethod> methods;  // by their numbers
  std::vector<DeclaredRoute> routes;    // by their numbers
  std::vector<std::string> requires_interfaces;
  std::vector<std::string> publishes, subscribes;
  bool unbound = false;  // a test's own view of the host, which may do everything

  // Whether it may call that interface.
  bool needs(std::string_view interface_id) const;
};

// Of the plugin whose entry this is: from the note in the memory of the file that it lies in.
Result<Declared> read_declared(const tn_entry& entry);

// The configuration with the schema's defaults filled in; an error names a key that is not known,
// or one that is missing.
Result<std::string> complete_config(const boost::json::object& manifest, const std::string& config);

// What the plugin may read besides its own folder: the paths that the configuration names where the
// schema says that they are paths, and those that the manifest's permissions ask for.
std::vector<std::string> readable_paths(const boost::json::object& manifest,
                                        const std::string& config);

}  // namespace tenon::testing
