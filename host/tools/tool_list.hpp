// The tools that agents are offered: message methods of what runs, under names that last.
#pragma once

#include <boost/json.hpp>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "host/plugins/plugin_host.hpp"

namespace tenon::tools {

struct Tool {
  std::string name;
  std::string interface_id;
  std::string method;
  boost::json::object description;  // as the protocol has it: name, title, inputSchema, ...
  boost::json::value output;        // the method's own schema; null: not told
  bool wraps_input = false;         // the method takes no object: it is the member "input"
  bool wraps_output = false;        // likewise, "result"
};

inline constexpr std::string_view kInput = "input";
inline constexpr std::string_view kResult = "result";

class ToolList {
 public:
  // `patterns`: of names, * stands for any characters; none: methods that are read-only. Of several
  // versions of an interface the highest counts. A name that two methods claim is given to neither.
  ToolList(const std::vector<plugins::PluginHost::Served>& served,
           const std::optional<std::vector<std::string>>& patterns);

  const std::vector<Tool>& all() const { return tools_; }  // by name
  const Tool* find(std::string_view name) const;
  // The descriptions of all, to see whether there is anything new.
  const std::string& text() const { return text_; }

 private:
  std::vector<Tool> tools_;
  std::string text_;
};

// "tenon.catalog.relate" for relate of tenon.catalog/1: letters, digits, . _ and -, at most 128,
// and no two methods have the same.
std::string tool_name(std::string_view interface_id, std::string_view method);

bool matches_pattern(std::string_view text, std::string_view pattern);

}  // namespace tenon::tools
