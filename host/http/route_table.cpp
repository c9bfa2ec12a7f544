#include "host/http/route_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "host/http/text.hpp"

namespace tenon::http {
namespace {

struct Segment {
  enum class Kind { literal, param, rest };
  Kind kind;
  std::string text;  // the literal, or the parameter's name
};

Error bad_pattern(const Route& route, std::string_view what) {
  return Error{Code::invalid,
               fmt::format("Route {} {} of {}: {}", route.method, route.pattern, route.owner, what),
               route.pattern};
}

bool is_name(std::string_view name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return is_digit(c) || c == '_' || (ascii_lower(c) >= 'a' && ascii_lower(c) <= 'z');
  });
}

Result<Segment> parse_segment(const Route& route, std::string_view text, bool is_last) {
  if (text.empty() || text == "." || text == "..") {
    return bad_pattern(route, "a segment is empty, \".\" or \"..\".");
  }
  if (text.front() != '{') {
    if (text.find_first_of("{}%?#") != std::string_view::npos) {
      return bad_pattern(route, "a literal segment holds one of { } % ? # (write it decoded).");
    }
    return Segment{Segment::Kind::literal, std::string(text)};
  }
  if (text.back() != '}') return bad_pattern(route, "a parameter must be a whole segment, {name}.");
  auto name = text.substr(1, text.size() - 2);
  const bool rest = name.size() > 3 && name.substr(name.size() - 3) == "...";
  if (rest) name.remove_suffix(3);
  if (!is_name(name)) return bad_pattern(route, "a parameter's name is letters, digits and _.");
  if (rest && !is_last) return bad_pattern(route, "{name...} must be the last segment.");
  return Segment{rest ? Segment::Kind::rest : Segment::Kind::param, std::string(name)};
}

Result<std::vector<Segment>> parse_pattern(const Route& route) {
  std::string_view pattern = route.pattern;
  if (pattern.empty() || pattern.front() != '/')
    return bad_pattern(route, "it must start with '/'.");
  std::vector<Segment> segments;
  pattern.remove_prefix(1);
  while (!pattern.empty()) {
    const auto slash = pattern.find('/');
    const bool is_last = slash == std::string_view::npos;
    TN_TRY(Segment segment, parse_segment(route, pattern.substr(0, slash), is_last));
    segments.push_back(std::move(segment));
    if (is_last) break;
    pattern.remove_prefix(slash + 1);
    if (pattern.empty()) return bad_pattern(route, "it must not end in '/'.");
  }
  if (segments.size() > TargetPath::kMaxSegments) {
    return bad_pattern(route, "more than 64 segments.");
  }
  return segments;
}

}  // namespace

struct RouteTable::Search {
  std::size_t method;  // index into kMethods
  const TargetPath& path;
  Match& match;
};

Result<std::shared_ptr<const RouteTable>> RouteTable::build(std::vector<Route> routes) {
  std::shared_ptr<RouteTable> table(new RouteTable());
  table->routes_.reserve(routes.size());
  for (Route& route : routes) TN_CHECK(table->add(std::move(route)));
  return std::shared_ptr<const RouteTable>(std::move(table));
}

Result<void> RouteTable::add(Route route) {
  const auto method = std::find(kMethods.begin(), kMethods.end(), route.method);
  if (method == kMethods.end()) {
    return bad_pattern(route,
                       "the method is not one of GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS.");
  }
  if (!route.handler) return bad_pattern(route, "it has no handler.");
  TN_TRY(const std::vector<Segment> segments, parse_pattern(route));

  CompiledRoute compiled;
  std::uint32_t node = 0;
  for (const Segment& segment : segments) {
    auto next = kNone;
    if (segment.kind == Segment::Kind::literal) {
      const auto found = nodes_[node].literals.find(segment.text);
      if (found != nodes_[node].literals.end()) next = found->second;
    } else {
      if (std::find(compiled.param_names.begin(), compiled.param_names.end(), segment.text) !=
          compiled.param_names.end()) {
        return bad_pattern(route, fmt::format("parameter {} appears twice.", segment.text));
      }
      compiled.param_names.push_back(segment.text);
      next = segment.kind == Segment::Kind::param ? nodes_[node].param : nodes_[node].rest;
    }
    if (next == kNone) {
      next = static_cast<std::uint32_t>(nodes_.size());
      nodes_.emplace_back();
      if (segment.kind == Segment::Kind::literal) nodes_[node].literals.emplace(segment.text, next);
      if (segment.kind == Segment::Kind::param) nodes_[node].param = next;
      if (segment.kind == Segment::Kind::rest) nodes_[node].rest = next;
    }
    node = next;
  }
  if (compiled.param_names.size() > kMaxParams)
    return bad_pattern(route, "more than 16 parameters.");

  if (nodes_[node].methods == kNone) {
    nodes_[node].methods = static_cast<std::uint32_t>(method_tables_.size());
    method_tables_.emplace_back().fill(kNone);
  }
  auto& slot =
      method_tables_[nodes_[node].methods][static_cast<std::size_t>(method - kMethods.begin())];
  if (slot != kNone) {
    const Route& other = routes_[slot].route;
    return Error{Code::conflict,
                 fmt::format("Route {} {} of {} clashes with {} {} of {}.", route.method,
                             route.pattern, route.owner, other.method, other.pattern, other.owner),
                 route.pattern};
  }
  slot = static_cast<std::uint32_t>(routes_.size());
  compiled.label = fmt::format("{}, {} {}", route.owner, route.method, route.pattern);
  compiled.route = std::move(route);
  routes_.push_back(std::move(compiled));
  return {};
}

void RouteTable::match(std::string_view method, const TargetPath& path, Match& match) const {
  match.route = nullptr;
  match.param_count = 0;
  match.allowed = 0;
  const auto found = std::find(kMethods.begin(), kMethods.end(), method);
  Search search{static_cast<std::size_t>(found - kMethods.begin()), path, match};
  visit(0, 0, search);
}

bool RouteTable::visit(std::uint32_t node_index, std::size_t depth, Search& search) const {
  const Node& node = nodes_[node_index];
  const auto segments = search.path.segments();
  Match& match = search.match;
  if (depth == segments.size()) {
    if (accept(node_index, search)) return true;
  } else {
    const auto segment = segments[depth];
    if (!node.literals.empty()) {
      const auto literal = node.literals.find(segment);
      if (literal != node.literals.end() && visit(literal->second, depth + 1, search)) return true;
    }
    if (node.param != kNone && match.param_count < kMaxParams) {
      match.params[match.param_count++] = segment;
      if (visit(node.param, depth + 1, search)) return true;
      --match.param_count;
    }
  }
  if (node.rest == kNone || match.param_count == kMaxParams) return false;
  // In the joined rest an encoded slash could no longer be told from a separator.
  for (std::size_t i = depth; i < segments.size(); ++i) {
    if (segments[i].find('/') != std::string_view::npos) return false;
  }
  match.params[match.param_count++] = search.path.from_segment(depth);
  if (accept(node.rest, search)) return true;
  --match.param_count;
  return false;
}

bool RouteTable::accept(std::uint32_t node, Search& search) const {
  if (nodes_[node].methods == kNone) return false;
  const MethodTable& table = method_tables_[nodes_[node].methods];
  constexpr std::size_t kGet = 0;
  constexpr std::size_t kHead = 1;
  auto route = search.method < kMethods.size() ? table[search.method] : kNone;
  if (route == kNone && search.method == kHead) route = table[kGet];
  if (route != kNone) {
    search.match.route = &routes_[route];
    return true;
  }
  for (std::size_t i = 0; i < table.size(); ++i) {
    if (table[i] != kNone) search.match.allowed |= 1U << i;
  }
  return false;
}

std::string RouteTable::allow_header(std::uint32_t allowed) {
  if ((allowed & 1U) != 0) allowed |= 2U;
  allowed |= 1U << (kMethods.size() - 1);
  std::string text;
  for (std::size_t i = 0; i < kMethods.size(); ++i) {
    if ((allowed & (1U << i)) == 0) continue;
    if (!text.empty()) text += ", ";
    text += kMethods[i];
  }
  return text;
}

}  // namespace tenon::http
