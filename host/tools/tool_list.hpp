// The tools that agents are offered: message methods of what runs, under names that last.
#pragma once

#include <boost/json.hpp>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "host/config/schema.hpp"
#include "host/plugins/served.hpp"

namespace tenon::tools {

struct Tool {
  std::string name;
  std::string interface_id;
  std::string method;
  std::string instance;             // whose method it is
  boost::json::object description;  // as the protocol has it: name, title, inputSchema, ...
  // The method's own schema, and how it is held against an answer; none: not told.
  boost::json::value output;
  std::optional<config::Schema> output_check;
  bool wraps_input = false;   // the method takes no object: it is the member "input"
  bool wraps_output = false;  // likewise, "result"
};

inline constexpr std::string_view kInput = "input";
inline constexpr std::string_view kResult = "result";

// What agents could call and may not.
struct Withheld {
  std::string name;
  std::string reason;
};

class ToolList {
 public:
  // `patterns`: of names, * stands for any characters; none: methods that are read-only. A name
  // that two methods claim is given to neither.
  ToolList(const std::vector<plugins::Served>& served,
           const std::optional<std::vector<std::string>>& patterns);

  const std::vector<Tool>& all() const { return tools_; }              // by name
  const std::vector<Withheld>& withheld() const { return withheld_; }  // by name
  const Tool* find(std::string_view name) const;
  // The descriptions of all, to see whether there is anything new.
  const std::string& text() const { return text_; }

 private:
  std::vector<Tool> tools_;
  std::vector<Withheld> withheld_;
  std::string text_;
};

// "tenon.catalog.relate" for relate of tenon.catalog/1, "tenon.catalog_OF_shop.relate" for that of
// the instance shop: letters, digits, . _ and -, at most 128, and no two methods have the same.
std::string tool_name(std::string_view interface_id, std::string_view method,
                      std::string_view instance = {});

bool matches_pattern(std::string_view text, std::string_view pattern);

}  // namespace tenon::tools
