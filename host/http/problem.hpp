// Problem documents (RFC 9457): the one form in which this host reports errors over HTTP.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tenon/result.hpp"

namespace tenon::http {

inline constexpr std::string_view kProblemType = "application/problem+json";

struct Problem {
  int status = 500;
  std::string detail;
  std::string type = "about:blank";
  std::string title = {};  // the status' own name when empty
  // Further members, as text.
  std::vector<std::pair<std::string, std::string>> members = {};
};

// The document as JSON. Bytes that are not UTF-8 become U+FFFD.
std::string render_problem(const Problem& problem, std::string_view instance,
                           std::string_view correlation_id);

// What the error of a handler means to its client. Messages of internal errors are not shown.
Problem problem_of(const Error& error);

// "Not Found" for 404; "Unknown" for a status without a name.
std::string_view reason_phrase(int status);

}  // namespace tenon::http
