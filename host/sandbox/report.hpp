// Which layers of the sandbox are really at work on this machine, for the API and the console.
#pragma once

#include <boost/describe.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "tenon/result.hpp"

namespace tenon::sandbox {

struct Layer {
  std::string name;  // "seccomp", "landlock files", "cgroup memory", ...
  bool active = false;
  std::string detail;  // active: what it holds; not: the reason, and what is done instead
};

struct Report {
  std::vector<Layer> layers;

  void active(std::string name, std::string detail);
  void missing(std::string name, std::string reason);
  // Null when there is no such layer.
  const Layer* find(std::string_view name) const;
  bool is_active(std::string_view name) const;
};

BOOST_DESCRIBE_STRUCT(Layer, (), (name, active, detail))
BOOST_DESCRIBE_STRUCT(Report, (), (layers))

// JSON; also what the worker sends to the host.
std::string encode(const Report& report);
Result<Report> decode_report(std::string_view bytes);

}  // namespace tenon::sandbox
