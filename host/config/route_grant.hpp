// A permission to serve routes: "GET /x/{id}", or "* /x/{rest...}" for every method and all below.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tenon/result.hpp"

namespace tenon::config {

class RouteGrant {
 public:
  // Errors (Code::invalid) say what is wrong with the text.
  static Result<RouteGrant> parse(std::string_view text);

  // Whether every request that a route of this method and pattern can serve is granted. A literal
  // segment is covered by the same literal or by a parameter, a parameter by a parameter (names do
  // not count), everything from there on, none included, by {rest...} at the end.
  bool covers(std::string_view method, std::string_view pattern) const;

  const std::string& text() const { return text_; }  // as written

 private:
  std::string text_;
  std::string method_;  // "*": any
  std::vector<std::string> segments_;
};

}  // namespace tenon::config
