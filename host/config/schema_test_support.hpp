// Schemas and located values out of text, for the tests of schemas.
#pragma once

#include <stdexcept>
#include <string>
#include <vector>

#include "host/config/loader.hpp"
#include "host/config/schema.hpp"

namespace tenon::config {

inline Schema compiled(const std::string& text) {
  Result<Schema> schema = Schema::compile(text);
  if (!schema) throw std::runtime_error(schema.error().path + ": " + schema.error().message);
  return *std::move(schema);
}

inline std::vector<std::string> told(const Problems& problems) {
  std::vector<std::string> out;
  for (const Problem& problem : problems) out.push_back(problem.to_string());
  return out;
}

inline Node node_of(const std::string& yaml) {
  LoadOptions options;
  options.environment = [](const std::string&) { return std::optional<std::string>("hunter2"); };
  Document document = load_text(yaml, "t", options);
  if (!document.ok()) throw std::runtime_error(to_string(document.problems));
  return document.root;
}

}  // namespace tenon::config
