// Answers that several handlers give.
#pragma once

#include <boost/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "tenon/http.hpp"

namespace tenon::catalog {

inline void send_json(Response& response, const boost::json::value& value) {
  response.send("application/json", boost::json::serialize(value));
}

// {"items": [...], "next_cursor": ..., "total": ...[, "facets": ...]} of items that are JSON text
// already.
std::string list_json(const std::vector<std::string_view>& items, const std::string& next_cursor,
                      size_t total, const boost::json::object* facets = nullptr);

// A problem document with further members.
void send_problem(const Request& request, Response& response, int status, std::string_view title,
                  std::string_view detail, boost::json::object members);

}  // namespace tenon::catalog
