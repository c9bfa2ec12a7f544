// An immutable set of routes, compiled for matching in time independent of their number.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "host/http/route.hpp"
#include "host/http/target.hpp"
#include "tenon/result.hpp"

namespace tenon::http {

// A route in a table, with what requests need of it prepared.
struct CompiledRoute {
  Route route;
  std::vector<std::string> param_names;
  std::string label;  // "plugin catalog generation 1, GET /api/things", for logs and crash reports
};

class RouteTable {
 public:
  static constexpr std::size_t kMaxParams = 16;

  // Errors name the pattern and what is wrong with it; two routes with one method and one shape
  // (parameter names do not count) are a conflict that names both owners.
  static Result<std::shared_ptr<const RouteTable>> build(std::vector<Route> routes);

  struct Match {
    const CompiledRoute* route = nullptr;  // null when nothing matches path and method
    std::array<std::string_view, kMaxParams> params{};
    std::size_t param_count = 0;
    // Methods that routes on this path have, for Allow; filled when `route` is null. Bits index
    // method_names(). 0: no route has this path.
    std::uint32_t allowed = 0;
  };

  // A literal segment beats a parameter, a parameter beats the rest of the path, segment by
  // segment from the left; a branch that leads to no route with the method is given up for the
  // next best. HEAD falls back to GET. Allocates nothing. The views in `match` live as long as
  // `path`.
  void match(std::string_view method, const TargetPath& path, Match& match) const;

  // "GET, HEAD, OPTIONS" for the bits in Match::allowed.
  static std::string allow_header(std::uint32_t allowed);

  const std::vector<CompiledRoute>& routes() const { return routes_; }

 private:
  static constexpr std::uint32_t kNone = UINT32_MAX;
  static constexpr std::array<std::string_view, 7> kMethods{"GET",   "HEAD",   "POST",   "PUT",
                                                            "PATCH", "DELETE", "OPTIONS"};
  using MethodTable = std::array<std::uint32_t, kMethods.size()>;

  struct TextHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const {
      return std::hash<std::string_view>{}(text);
    }
  };
  struct Node {
    std::unordered_map<std::string, std::uint32_t, TextHash, std::equal_to<>> literals;
    std::uint32_t param = kNone;
    std::uint32_t rest = kNone;
    std::uint32_t methods = kNone;  // index into method_tables_
  };
  struct Search;

  RouteTable() : nodes_(1) {}
  Result<void> add(Route route);
  bool visit(std::uint32_t node, std::size_t depth, Search& search) const;
  bool accept(std::uint32_t node, Search& search) const;

  std::vector<Node> nodes_;
  std::vector<MethodTable> method_tables_;
  std::vector<CompiledRoute> routes_;
};

}  // namespace tenon::http
