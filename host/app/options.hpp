// Options that several sub-commands share.
#pragma once

#include <boost/program_options.hpp>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "host/config/host_config.hpp"
#include "host/plugins/deployment.hpp"
#include "tenon/result.hpp"

namespace tenon::app {

namespace po = boost::program_options;

// -c/--config, --data, --plugins, --json, --help.
po::options_description deployment_options();

// Parses `arguments`; positional ones are collected under "arguments". Unknown options are an
// error.
Result<po::variables_map> parse_options(const std::vector<std::string>& arguments,
                                        const po::options_description& options);

// The file that -c names, else that of the installation, else config/tenon.yaml here.
std::filesystem::path config_file(const po::variables_map& values);

// Everything that a configuration file leads to, before anything runs.
struct LoadedDeployment {
  config::ParsedConfig parsed;
  plugins::Discovery discovery;
  plugins::Deployment deployment;
  po::variables_map values = {};                  // what it was loaded by, to load it again
  std::vector<std::filesystem::path> files = {};  // that were read

  // Logs only what is wrong.
  void keep_quiet();
  // False: mistakes in the file hide which folder is meant.
  bool knows_data_folder() const;
};

// Reads the file and applies --data and --plugins; looks at no library. Problems are in `parsed`.
LoadedDeployment read_deployment(const po::variables_map& values);
// The rest: finds libraries and checks everything, for a host that is to run it. Problems are in
// `deployment`.
void find_plugins(LoadedDeployment& loaded);
// Both.
LoadedDeployment load_deployment(const po::variables_map& values);

// Prints problems, one a line, to standard error.
void print_problems(const config::Problems& problems);

// Prints an error to standard error and returns the exit code for it.
int report(const Error& error);

}  // namespace tenon::app
