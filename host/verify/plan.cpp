#include "host/verify/plan.hpp"

#include <fmt/format.h>

#include "host/verify/report.hpp"

namespace tenon::verify {
namespace {

namespace fs = std::filesystem;

// The deployment as text: instances bear the names of their libraries.
std::string deployment_text(const Options& options, const plugins::Discovery& libraries,
                            const fs::path& data) {
  const auto limit = options.time_limit.count();
  boost::json::object plugins;
  for (const auto& [id, candidate] : libraries.libraries) plugins[id] = boost::json::object{};
  return boost::json::serialize(boost::json::object{
      {"host",
       {{"data", data.string()},
        {"runtime", "in_process"},
        {"deadlines_ms",
         {{"load", limit}, {"configure", limit}, {"start", limit}, {"stop", limit}}}}},
      {"plugins", plugins}});
}

Result<plugins::Discovery> discover(const Options& options, const plugins::Candidate& candidate) {
  plugins::Discovery out;
  out.libraries.emplace(candidate.manifest.id, candidate);
  for (const auto& file : options.with) {
    TN_TRY(auto provider, plugins::inspect(file));
    const std::string id = provider.manifest.id;
    if (!out.libraries.emplace(id, std::move(provider)).second)
      return Error{Code::invalid,
                   fmt::format("{} is the library {}, which is there already", file.string(), id)};
  }
  // What the manifests ask for is granted: whether an operator would is not for us to say.
  for (const auto& [id, library] : out.libraries) out.own.insert(id);
  return out;
}

// With the places in the file of the configuration, if there is one.
Error first_of(const config::Problems& problems, const Options& options) {
  std::vector<std::string> all;
  for (auto problem : problems) {
    if (options.config.empty() && options.deployment.empty()) problem.mark = {};
    all.push_back(problem.to_string());
  }
  return {Code::invalid, list_of(all)};
}

// Gives the instances the configuration that those of their library have in the deployment.
Result<void> take_configs(std::vector<config::InstanceSpec>& instances, const std::string& subject,
                          const Options& options) {
  const auto document = config::load_file(options.deployment);
  const auto parsed = config::parse_host_config(document);
  if (!parsed.problems.empty()) return first_of(parsed.problems, options);
  for (auto& instance : instances) {
    const std::string& wanted = instance.id == subject ? options.instance : "";
    const auto& all = parsed.config.plugins;
    const auto found = std::find_if(all.begin(), all.end(), [&](const auto& one) {
      return one.library == instance.library && (wanted.empty() || one.id == wanted);
    });
    if (found != all.end()) {
      instance.config = found->config;
      instance.mark = found->mark;
    } else if (instance.id == subject) {
      return Error{
          Code::invalid,
          fmt::format("{} has no instance {}of the library {}", options.deployment.string(),
                      wanted.empty() ? "" : wanted + " ", instance.library)};
    }
  }
  return {};
}

}  // namespace

Result<Plan> make_plan(const Options& options, const plugins::Candidate& candidate,
                       const fs::path& data) {
  TN_TRY(const auto libraries, discover(options, candidate));
  const std::string& subject = candidate.manifest.id;
  // Relative paths in the configuration begin where its file lies.
  const fs::path where = options.config.empty() ? fs::path("verify.yaml") : options.config;
  auto parsed = config::parse_host_config(
      config::load_text(deployment_text(options, libraries, data), where.string()));
  if (!options.config.empty()) {
    auto document = config::load_file(options.config);
    if (!document.ok()) return first_of(document.problems, options);
    for (auto& spec : parsed.config.plugins)
      if (spec.id == subject) spec.config = std::move(document.root);
  }
  if (!options.deployment.empty()) TN_CHECK(take_configs(parsed.config.plugins, subject, options));
  auto deployment = plugins::plan_deployment(parsed, libraries);
  if (!deployment.problems.empty()) return first_of(deployment.problems, options);
  for (const auto& problem : deployment.plan.problems)
    return Error{Code::not_found, problem.message};
  Plan out;
  for (const auto& id : deployment.plan.order)
    for (auto& instance : deployment.instances)
      if (instance.spec.id == id)
        (id == subject ? out.subject : out.providers.emplace_back()) = std::move(instance);
  return out;
}

}  // namespace tenon::verify
