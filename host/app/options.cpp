#include "host/app/options.hpp"

#include <algorithm>
#include <iostream>

#include "host/app/cli.hpp"
#include "host/app/installation.hpp"
#include "host/base/error_text.hpp"
#include "host/config/listen_address.hpp"
#include "host/config/loader.hpp"

namespace tenon::app {

po::options_description deployment_options() {
  po::options_description options("Options");
  options.add_options()  //
      ("config,c", po::value<std::string>(),
       "deployment file (YAML); default: the installation's tenon.yaml, else config/tenon.yaml")  //
      ("data", po::value<std::string>(), "data directory, instead of the file's")                 //
      ("plugins", po::value<std::vector<std::string>>(), "further folder with plugin libraries")  //
      ("json", "print JSON, for programs")                                                        //
      ("help,h", "show this help");
  return options;
}

Result<po::variables_map> parse_options(const std::vector<std::string>& arguments,
                                        const po::options_description& options) {
  po::options_description all;
  all.add(options).add_options()("arguments", po::value<std::vector<std::string>>());
  po::positional_options_description positional;
  positional.add("arguments", -1);
  try {
    po::variables_map values;
    po::store(po::command_line_parser(arguments).options(all).positional(positional).run(), values);
    po::notify(values);
    return values;
  } catch (const po::error& thrown) {
    return Error{Code::invalid, thrown.what()};
  }
}

std::filesystem::path config_file(const po::variables_map& values) {
  if (values.count("config")) return values["config"].as<std::string>();
  const auto installed = installed_config();
  return std::filesystem::exists(installed) ? installed
                                            : std::filesystem::path("config/tenon.yaml");
}

namespace {

// The data directory that is not the one of the file: --data, or that of an installed file which
// names none.
std::optional<std::filesystem::path> other_data(const po::variables_map& values,
                                                const config::Document& document) {
  if (values.count("data")) return values["data"].as<std::string>();
  const auto* host = document.root.find("host");
  std::error_code not_there;
  const bool installed =
      std::filesystem::equivalent(config_file(values), installed_config(), not_there);
  if (!installed || (host && host->find("data"))) return std::nullopt;
  return state_folder();
}

}  // namespace

LoadedDeployment read_deployment(const po::variables_map& values) {
  LoadedDeployment out;
  out.values = values;
  const auto document = config::load_file(config_file(values));
  out.files = document.files;
  if (out.files.empty()) out.files.push_back(config_file(values));  // it may come yet
  out.parsed = config::parse_host_config(document);
  auto& host = out.parsed.config;
  if (const auto data = other_data(values, document)) {
    if (host.store.path.is_relative() || host.store.path.native().starts_with(host.data.native()))
      host.store.path = *data / host.store.path.lexically_relative(host.data);
    host.data = *data;
  }
  if (values.count("plugins"))
    for (const auto& folder : values["plugins"].as<std::vector<std::string>>())
      host.plugin_dirs.push_back(folder);
  return out;
}

void find_plugins(LoadedDeployment& loaded) {
  auto& folders = loaded.parsed.config.plugin_dirs;
  std::vector<std::filesystem::path> own;
  for (const char* installed : {"plugins", "lib/tenon/plugins"})
    if (const auto folder = installation_folder() / installed;
        std::filesystem::is_directory(folder))
      own.push_back(folder);
  folders.insert(folders.end(), own.begin(), own.end());
  loaded.discovery = plugins::discover(folders, own);
  loaded.deployment = plugins::plan_deployment(loaded.parsed, loaded.discovery);
}

LoadedDeployment load_deployment(const po::variables_map& values) {
  auto loaded = read_deployment(values);
  find_plugins(loaded);
  return loaded;
}

bool LoadedDeployment::knows_data_folder() const {
  if (values.count("data")) return true;
  if (parsed.document.broken) return false;
  return std::none_of(parsed.problems.begin(), parsed.problems.end(), [](const auto& problem) {
    return problem.path == "host" || problem.path == "host.data" || problem.path == "include";
  });
}

void LoadedDeployment::keep_quiet() {
  parsed.config.log.level = config::LogLevel::warn;
  for (auto& instance : parsed.config.plugins) instance.log_level = config::LogLevel::warn;
}

void print_problems(const config::Problems& problems) {
  for (const auto& problem : problems) std::cerr << problem.to_string() + '\n';
}

int report(const Error& error) {
  std::cerr << fmt::format("tenon: {}\n", text_of(error));
  switch (error.code) {
    case Code::unavailable:
    case Code::conflict:
      return kUnavailable;
    default:
      return kFailed;
  }
}

}  // namespace tenon::app
