#include <fmt/format.h>

#include <iostream>

#include "host/app/cli.hpp"
#include "host/app/options.hpp"

namespace tenon::app {

int check_command(const std::vector<std::string>& arguments) {
  const auto values = parse_options(arguments, deployment_options());
  if (!values.ok()) {
    std::cerr << "tenon: check: " << values.error().message << '\n';
    return kUsage;
  }
  const auto loaded = load_deployment(*values);
  const auto problems = loaded.deployment.refusals();
  const auto& graph = loaded.deployment.plan.problems;
  if (values->count("json")) {
    boost::json::object out;
    out["ok"] = problems.empty() && graph.empty();
    out["problems"] = config::to_json(problems);
    boost::json::array unmet;
    for (const auto& problem : graph)
      unmet.push_back(
          boost::json::object{{"instance", problem.instance}, {"message", problem.message}});
    out["dependencies"] = unmet;
    out["notes"] = config::to_json(loaded.deployment.notes);
    std::cout << boost::json::serialize(out) << '\n';
  } else {
    print_problems(problems);
    for (auto note : loaded.deployment.notes) {
      note.message.insert(0, "note: ");
      print_problems({note});
    }
    print_problems(plugins::unmet_dependencies(loaded.deployment));
    const auto count = loaded.deployment.instances.size();
    if (problems.empty() && graph.empty())
      std::cout << fmt::format("{}: {} plugin{}, no problems\n", config_file(*values).string(),
                               count, count == 1 ? "" : "s");
  }
  return problems.empty() && graph.empty() ? kOk : kBadConfig;
}

}  // namespace tenon::app
