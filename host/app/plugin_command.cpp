// `tenon catalog build ...`: commands that plugins offer.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <iostream>

#include "host/app/answers.hpp"
#include "host/app/call.hpp"
#include "host/app/cli.hpp"
#include "host/app/command_input.hpp"
#include "host/config/nearest.hpp"
#include "host/plugins/plugin_host.hpp"
#include "tenon/json.hpp"

namespace tenon::app {
namespace {

using plugins::PluginHost;

// The command is known only when the deployment is, so its options are told apart by name first.
struct SplitArguments {
  std::vector<std::string> own;
  std::vector<std::string> deployment;
};

SplitArguments split(const std::vector<std::string>& arguments) {
  SplitArguments out;
  for (size_t i = 0; i < arguments.size(); ++i) {
    const bool takes_value = arguments[i] == "-c" || arguments[i] == "--config" ||
                             arguments[i] == "--data" || arguments[i] == "--plugins";
    const bool joined = arguments[i].starts_with("--config=") ||
                        arguments[i].starts_with("--data=") ||
                        arguments[i].starts_with("--plugins=") || arguments[i] == "--json";
    if (takes_value && i + 1 < arguments.size()) {
      out.deployment.push_back(arguments[i]);
      out.deployment.push_back(arguments[++i]);
    } else {
      (joined ? out.deployment : out.own).push_back(arguments[i]);
    }
  }
  return out;
}

bool asks_for_help(const std::vector<std::string>& arguments) {
  return std::any_of(arguments.begin(), arguments.end(),
                     [](const auto& one) { return one == "--help" || one == "-h"; });
}

// Of the running host, else of the libraries that the deployment names.
Result<std::vector<PluginHost::Command>> known_commands(const std::optional<RunningHost>& running,
                                                        LoadedDeployment& loaded) {
  if (running) {
    TN_TRY(const auto text, ask_host(*running, "GET", "/api/host/commands", ""));
    TN_TRY(auto list, json::decode<Items<PluginHost::Command>>(text));
    return std::move(list.items);
  }
  find_plugins(loaded);
  return PluginHost::commands(loaded.deployment);
}

// The longest command that the arguments begin with; null: none.
const PluginHost::Command* match(const std::vector<PluginHost::Command>& commands,
                                 const std::vector<std::string>& arguments, size_t& words) {
  const PluginHost::Command* best = nullptr;
  words = 0;
  for (const auto& command : commands) {
    const auto count =
        static_cast<size_t>(std::count(command.words.begin(), command.words.end(), ' ')) + 1;
    if (count > arguments.size() || count <= words) continue;
    if (fmt::format("{}", fmt::join(arguments.begin(), arguments.begin() + long(count), " ")) !=
        command.words)
      continue;
    best = &command;
    words = count;
  }
  return best;
}

// Those of one plugin: what begins with the same word, without it.
struct Group {
  std::string word;
  std::vector<const PluginHost::Command*> commands;

  std::string_view name(const PluginHost::Command& command) const {
    return std::string_view(command.words).substr(word.size() + 1);
  }
};

Group group_of(const std::vector<PluginHost::Command>& commands, const std::string& word) {
  Group out{word, {}};
  for (const auto& command : commands)
    if (command.words.starts_with(word + " ")) out.commands.push_back(&command);
  return out;
}

int print_group(const Group& group) {
  std::cout << fmt::format("Usage: tenon {} COMMAND [options]\n\nCommands:\n", group.word);
  for (const auto* command : group.commands)
    std::cout << fmt::format("  {:<18}{}\n", group.name(*command), command->summary);
  std::cout << fmt::format("\n`tenon {} COMMAND --help` explains one.\n", group.word);
  return kOk;
}

// Says what there is instead.
int refuse(const std::vector<PluginHost::Command>& commands, const std::vector<std::string>& given,
           const config::Problems& problems) {
  const Group group = group_of(commands, given[0]);
  if (!group.commands.empty()) {
    if (asks_for_help(given)) return print_group(group);
    std::vector<std::string_view> names;
    for (const auto* command : group.commands) names.push_back(group.name(*command));
    const auto end = std::find_if(given.begin() + 1, given.end(),
                                  [](const auto& one) { return one.starts_with("-"); });
    const std::string rest = fmt::format("{}", fmt::join(given.begin() + 1, end, " "));
    std::cerr << (rest.empty() ? fmt::format("tenon: {} needs a command; it has {}\n", given[0],
                                             fmt::join(names, ", "))
                               : fmt::format("tenon: {} has no command \"{}\"{}; it has {}\n",
                                             given[0], rest, config::did_you_mean(rest, names),
                                             fmt::join(names, ", ")));
    return kUsage;
  }
  std::vector<std::string_view> own;
  for (const auto& command : subcommands()) own.push_back(command.name);
  const bool own_was_meant = !config::nearest(given[0], own).empty();
  for (const auto& command : commands)
    own.push_back(std::string_view(command.words).substr(0, command.words.find(' ')));
  // A file with mistakes may hide a command of a plugin, but not one of the host.
  if (!own_was_meant) print_problems(problems);
  std::cerr << fmt::format(
      "tenon: there is no command \"{}\"{}; see tenon --help and tenon plugins\n", given[0],
      config::did_you_mean(given[0], own));
  return own_was_meant || problems.empty() ? kUsage : kBadConfig;
}

}  // namespace

int plugin_command(const std::vector<std::string>& arguments) {
  auto [own, deployment] = split(arguments);
  const auto values = parse_options(deployment, deployment_options());
  if (!values.ok()) {
    std::cerr << "tenon: " << values.error().message << '\n';
    return kUsage;
  }
  auto loaded = read_deployment(*values);
  const auto running = running_host(loaded);
  if (!running.ok()) return report(running.error());
  const auto commands = known_commands(*running, loaded);
  if (!commands.ok()) return report(commands.error());
  size_t words = 0;
  const auto* command = own.empty() ? nullptr : match(*commands, own, words);
  if (!command) return refuse(*commands, own.empty() ? arguments : own, loaded.deployment.problems);
  own.erase(own.begin(), own.begin() + static_cast<long>(words));
  if (asks_for_help(own)) {
    std::cout << command_help(*command);
    return kOk;
  }
  const auto input = command_input(*command, own);
  if (!input.ok()) {
    std::cerr << fmt::format("tenon: {}: {}\n", command->words, input.error().message);
    return kUsage;
  }
  return call_and_print(*running, std::move(loaded),
                        {command->interface_id, command->method, boost::json::serialize(*input)});
}

}  // namespace tenon::app
