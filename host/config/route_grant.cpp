#include "host/config/route_grant.hpp"

#include <algorithm>
#include <array>

#include "host/config/problem.hpp"

namespace tenon::config {

namespace {

constexpr std::array<std::string_view, 6> kMethods{"*", "GET", "POST", "PUT", "PATCH", "DELETE"};

bool is_parameter(std::string_view segment) {
  return segment.size() > 2 && segment.front() == '{' && segment.back() == '}';
}

bool is_rest(std::string_view segment) {
  return is_parameter(segment) && segment.ends_with("...}") && segment.size() > 5;
}

// The segments of a pattern; "/" has none. Nothing where it does not begin with a slash.
std::vector<std::string> segments_of(std::string_view pattern) {
  std::vector<std::string> out;
  while (pattern.size() > 1) {
    pattern.remove_prefix(1);
    const std::size_t slash = std::min(pattern.find('/'), pattern.size());
    out.emplace_back(pattern.substr(0, slash));
    pattern.remove_prefix(slash);
    if (pattern == "/") out.emplace_back();
  }
  return out;
}

std::string wrong_segment(const std::vector<std::string>& segments) {
  for (std::size_t i = 0; i < segments.size(); ++i) {
    const std::string& segment = segments[i];
    if (segment.empty() || segment == "." || segment == "..")
      return "a segment is empty, \".\" or \"..\"";
    const bool braces = segment.find_first_of("{}") != std::string::npos;
    if (braces && (!is_parameter(segment) || segment.find_first_of("{}", 1) != segment.size() - 1))
      return "a parameter must be a whole segment, {name}";
    if (is_rest(segment) && i + 1 != segments.size()) return "{name...} must be the last segment";
  }
  return "";
}

}  // namespace

Result<RouteGrant> RouteGrant::parse(std::string_view text) {
  RouteGrant out;
  out.text_ = text;
  const std::size_t blank = text.find(' ');
  out.method_ = text.substr(0, blank);
  if (std::find(kMethods.begin(), kMethods.end(), out.method_) == kMethods.end())
    return Error{Code::invalid, in_quotes(out.method_) +
                                    " is no method: expected GET, POST, PUT, PATCH, DELETE "
                                    "or *, as in \"GET /x/{id}\""};
  const std::string_view pattern =
      blank == std::string_view::npos ? std::string_view() : text.substr(blank + 1);
  if (!pattern.starts_with('/'))
    return Error{Code::invalid,
                 in_quotes(pattern) + " is no path: expected one such as /x/{id} or /x/{rest...}"};
  out.segments_ = segments_of(pattern);
  if (const std::string wrong = wrong_segment(out.segments_); !wrong.empty())
    return Error{Code::invalid, in_quotes(pattern) + ": " + wrong};
  return out;
}

bool RouteGrant::covers(std::string_view method, std::string_view pattern) const {
  if (method_ != "*" && method_ != method) return false;
  if (!pattern.starts_with('/')) return false;
  const std::vector<std::string> wanted = segments_of(pattern);
  for (std::size_t i = 0; i < segments_.size(); ++i) {
    if (is_rest(segments_[i])) return true;
    if (i == wanted.size() || is_rest(wanted[i])) return false;
    if (!is_parameter(segments_[i]) && segments_[i] != wanted[i]) return false;
  }
  return segments_.size() == wanted.size();
}

}  // namespace tenon::config
