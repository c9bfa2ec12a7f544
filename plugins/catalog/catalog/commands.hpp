// What the catalog's commands take and say.
#pragma once

#include <boost/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "tenon/json.hpp"

namespace tenon::catalog {

inline constexpr char kCatalogInterface[] = "tenon.catalog/1";

struct BuildInput {
  std::optional<std::string> brand;

  static constexpr Field fields[] = {
      {.name = "brand", .description = "Load only this brand afresh (its id)."}};
};
BOOST_DESCRIBE_STRUCT(BuildInput, (), (brand))

struct RelateCommand {
  std::optional<bool> exhaustive;
  std::optional<int64_t> threads;
  std::optional<std::string> out;

  static constexpr Field fields[] = {
      {.name = "exhaustive", .description = "Compare all pairs, the plain way."},
      {.name = "threads", .description = "0: one a core.", .minimum = 0, .maximum = 1024},
      {.name = "out", .description = "Write the relations to this file, one product a line."}};
};
BOOST_DESCRIBE_STRUCT(RelateCommand, (), (exhaustive, threads, out))

struct ImportInput {
  std::vector<std::string> files;
  std::optional<std::string> source;

  static constexpr Field fields[] = {
      {.name = "files", .description = "Price lists; absolute paths on the host."},
      {.name = "source", .description = "Instance of the source; needed when there are several."}};
};
BOOST_DESCRIBE_STRUCT(ImportInput, (), (files, source))

// `text` is for people, the rest for programs.
struct Report {
  std::string text;
  boost::json::object data;
};
BOOST_DESCRIBE_STRUCT(Report, (), (text, data))

}  // namespace tenon::catalog
