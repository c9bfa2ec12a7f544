// A configuration document: one YAML file with what it includes.
//
// include: names a file or a list of files, relative to the file that says so. Maps of several
// files merge deeply; anything else that is defined in two files is a problem naming both places.
// All problems are collected; values in doubt are marked broken, so that validation of the rest
// can go on and one run shows every mistake.
#pragma once

#include <filesystem>
#include <string_view>
#include <vector>

#include "host/config/load_options.hpp"
#include "host/config/node.hpp"
#include "host/config/problem.hpp"

namespace tenon::config {

struct Document {
  Node root;  // a map, or broken
  Problems problems;
  // The files that were read, in order; what a watcher has to watch.
  std::vector<std::filesystem::path> files;
  // The folder of the first file; relative paths in the document are relative to it.
  std::filesystem::path directory;

  bool ok() const { return problems.empty(); }
};

Document load_file(const std::filesystem::path& file, const LoadOptions& options = {});

// `name` stands for the file in positions.
Document load_text(std::string_view text, const std::string& name, const LoadOptions& options = {});

}  // namespace tenon::config
