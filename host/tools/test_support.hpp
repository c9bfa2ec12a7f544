// Plugins that are nothing but a manifest.
#pragma once

#include <stdexcept>
#include <string>
#include <vector>

#include "host/plugins/plugin_host.hpp"

namespace tenon::tools {

// One instance for each of the interfaces, which are as in "provides" of a manifest.
inline std::vector<plugins::Served> serve(const std::vector<std::string>& provides) {
  std::vector<plugins::Served> out;
  for (const auto& provided : provides) {
    const std::string id = "plugin-" + std::to_string(out.size());
    auto manifest = plugins::Manifest::parse(
        R"({"manifest":1,"id":")" + id + R"(","version":"1.0.0","provides":[)" + provided + "]}");
    if (!manifest.ok())
      throw std::invalid_argument(manifest.error().path + ": " + manifest.error().message);
    out.push_back({id, std::make_shared<const plugins::Manifest>(std::move(*manifest))});
  }
  return out;
}

}  // namespace tenon::tools
