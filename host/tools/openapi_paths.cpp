#include "host/tools/openapi_paths.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "host/http/text.hpp"

namespace tenon::tools {

using boost::json::array;
using boost::json::object;

namespace {

constexpr std::string_view kRest = "...}";

std::string lower_case(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), http::ascii_lower);
  return out;
}

}  // namespace

std::string OpenApiPaths::path_of(std::string_view pattern) {
  std::string path, shape;
  while (!pattern.empty()) {
    const size_t end = std::min(pattern.find('/', 1), pattern.size());
    const auto segment = pattern.substr(1, end - 1);
    pattern.remove_prefix(end);
    if (!segment.starts_with('{')) {
      path += '/' + http::percent_encode(segment);
      shape += '/' + http::percent_encode(segment);
      continue;
    }
    const bool rest = segment.ends_with(kRest);
    path += '/' + std::string(segment.substr(0, segment.size() - (rest ? kRest.size() : 1))) + '}';
    shape += "/{}";
  }
  if (path.empty()) path = shape = "/";
  return shapes_.try_emplace(shape, path).first->second;
}

std::string OpenApiPaths::claim_id(const std::string& wanted) {
  std::string unique = wanted;
  for (int i = 2; !ids_.insert(unique).second; ++i) unique = fmt::format("{}-{}", wanted, i);
  return unique;
}

bool OpenApiPaths::add(const std::string& path, std::string_view method, object operation) {
  return paths_[path].emplace(lower_case(method), std::move(operation)).second;
}

object OpenApiPaths::take() {
  object out;
  for (auto& [path, operations] : paths_) out[path] = std::move(operations);
  return out;
}

std::string operation_id(std::string_view method, std::string_view path) {
  std::string id = lower_case(method);
  for (const char c : path) {
    const char lower = http::ascii_lower(c);
    const bool word = http::is_digit(c) || (lower >= 'a' && lower <= 'z') || c == '-' || c == '.';
    if (word)
      id += c;
    else if (c != '}' && !id.ends_with('_'))
      id += '_';
  }
  while (id.ends_with('_')) id.pop_back();
  return id;
}

array path_parameters(std::string_view path, std::string_view pattern) {
  array out;
  for (size_t at = path.find('{'); at != path.npos; at = path.find('{', at + 1)) {
    const auto name = path.substr(at + 1, path.find('}', at) - at - 1);
    object one{{"name", boost::json::string(name)},
               {"in", "path"},
               {"required", true},
               {"schema", object{{"type", "string"}}}};
    if (pattern.ends_with(kRest) && path.find('{', at + 1) == path.npos)
      one["description"] = "May hold slashes.";
    out.push_back(std::move(one));
  }
  return out;
}

}  // namespace tenon::tools
