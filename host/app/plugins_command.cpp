#include <fmt/format.h>

#include <algorithm>
#include <iostream>

#include "host/app/cli.hpp"
#include "host/app/options.hpp"
#include "host/plugins/elf.hpp"
#include "host/plugins/manifest_keys.hpp"
#include "host/plugins/manifest_schemas.hpp"
#include "host/plugins/plugin_host.hpp"

namespace tenon::app {
namespace {

boost::json::object describe(const plugins::Candidate& candidate) {
  boost::json::object out;
  out["id"] = candidate.manifest.id;
  out["version"] = candidate.manifest.version.to_string();
  out["description"] = candidate.manifest.description;
  out["file"] = candidate.file.string();
  boost::json::array provides;
  for (const auto& provided : candidate.manifest.provides)
    provides.push_back(
        boost::json::string(provided.interface_id + " " + provided.version.to_string()));
  out["provides"] = provides;
  boost::json::array needed;
  for (const auto& required : candidate.manifest.requires_)
    needed.push_back(boost::json::string(required.interface_id + " " + required.range.text()));
  out["requires"] = needed;
  return out;
}

void print_text(const LoadedDeployment& loaded) {
  for (const auto& [id, candidate] : loaded.discovery.libraries) {
    std::cout << fmt::format("{} {}  {}\n", id, candidate.manifest.version.to_string(),
                             candidate.manifest.description);
    for (const auto& provided : candidate.manifest.provides)
      std::cout << fmt::format("    provides {} {}\n", provided.interface_id,
                               provided.version.to_string());
    for (const auto& required : candidate.manifest.requires_)
      std::cout << fmt::format("    requires {} {}{}\n", required.interface_id,
                               required.range.text(), required.optional ? " (optional)" : "");
    for (const auto& route : candidate.manifest.routes)
      std::cout << fmt::format("    route    {} {}\n", route.method, route.path);
  }
  for (const auto& refused : loaded.discovery.refused)
    std::cout << "refused: " << refused.reason << '\n';
  for (const auto& command : plugins::PluginHost::commands(loaded.deployment))
    std::cout << fmt::format("command: tenon {}  {}\n", command.words, command.summary);
}

}  // namespace

int plugins_command(const std::vector<std::string>& arguments) {
  const auto values = parse_options(arguments, deployment_options());
  if (!values.ok()) {
    std::cerr << "tenon: plugins: " << values.error().message << '\n';
    return kUsage;
  }
  const auto loaded = load_deployment(*values);
  if (!values->count("json")) {
    print_text(loaded);
    return kOk;
  }
  boost::json::array libraries, refused;
  for (const auto& [id, candidate] : loaded.discovery.libraries)
    libraries.push_back(describe(candidate));
  for (const auto& file : loaded.discovery.refused)
    refused.push_back(boost::json::object{{"file", file.file.string()}, {"reason", file.reason}});
  std::cout << boost::json::serialize(
                   boost::json::object{{"libraries", libraries}, {"refused", refused}})
            << '\n';
  return kOk;
}

int inspect_command(const std::vector<std::string>& arguments) {
  po::options_description options;
  options.add_options()("json", "");
  const auto values = parse_options(arguments, options);
  if (!values.ok() || !values->count("arguments") ||
      (*values)["arguments"].as<std::vector<std::string>>().size() != 1) {
    std::cerr << "tenon: inspect takes one library\n";
    return kUsage;
  }
  const std::filesystem::path file = (*values)["arguments"].as<std::vector<std::string>>()[0];
  const auto facts = plugins::read_elf(file);
  if (!facts.ok()) return report(facts.error());
  const auto manifest = plugins::Manifest::parse(facts->manifest);
  if (!manifest.ok()) return report(plugins::in_manifest(manifest.error(), file));
  if (const auto broken = plugins::broken_schemas(*manifest); !broken.empty())
    return report(plugins::in_manifest({Code::invalid, broken.front(), {}}, file));
  if (values->count("json")) {
    std::cout << facts->manifest << '\n';
    return kOk;
  }
  print_text(LoadedDeployment{{}, {{{manifest->id, {file, *manifest}}}, {}}, {}});
  if (!facts->unique.empty())
    std::cout << "warning: has GNU_UNIQUE symbols and cannot be unloaded: " << facts->unique.front()
              << '\n';
  std::cout << facts->manifest << '\n';
  for (const auto& one : plugins::unknown_manifest_keys(facts->manifest))
    std::cerr << fmt::format("tenon: warning: manifest: {}\n", one);
  return kOk;
}

}  // namespace tenon::app
