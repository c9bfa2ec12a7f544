// `tenon completion`: a script for bash, which asks the program again for what only it knows.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <iostream>

#include "host/app/cli.hpp"
#include "host/app/options.hpp"

namespace tenon::app {
namespace {

// What a word may be depends on the command, the word before it, and whether it begins with a
// hyphen.
constexpr std::string_view kScript = R"bash(_tenon() {
  local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} command=${COMP_WORDS[1]}
  local words= options= values= files= config=() i
  case $command in
@OPTIONS@  esac
  for ((i = 2; i < COMP_CWORD - 1; i++)); do
    [[ ${COMP_WORDS[i]} == @(-c|--config) ]] && config=(-c "${COMP_WORDS[i+1]}")
  done
  if [ "$COMP_CWORD" -eq 1 ]; then
    words="@COMMANDS@"
  elif [ "$before" = --kind ]; then
    words=$("${COMP_WORDS[0]}" completion kinds 2>/dev/null)
  elif [[ " $values -c " == *" $before "* ]]; then
    files=yes
  elif [[ $word == -* ]]; then
    words=$options
  elif [[ $command == @(reload|rollback) ]]; then
    words=$("${COMP_WORDS[0]}" completion instances "${config[@]}" 2>/dev/null)
  elif [ "$command" = new ] && [ "$COMP_CWORD" -eq 2 ]; then
    words=plugin
  elif [ "$command" = completion ]; then
    words=bash
  else
    files=yes
  fi
  if [ -z "$files" ]; then
    COMPREPLY=($(compgen -W "$words" -- "$word"))
  else
    local IFS=$'\n'
    COMPREPLY=($(compgen -f -- "$word"))
    compopt -o filenames 2>/dev/null
  fi
}
complete -F _tenon tenon
)bash";

// `    run) options=" --config --json"; values=" --config" ;;`, a line for each command.
std::string option_cases() {
  std::string out;
  for (const auto& command : subcommands()) {
    std::string all, with_value;
    const auto options = command.options();
    for (const auto& option : options.options()) {
      all += " --" + option->long_name();
      if (option->semantic()->max_tokens() > 0) with_value += " --" + option->long_name();
    }
    out += fmt::format("    {}) options=\"{}\" values=\"{}\" ;;\n", command.name, all, with_value);
  }
  return out;
}

std::string script() {
  std::vector<std::string> names;
  for (const auto& command : subcommands()) names.emplace_back(command.name);
  std::string out(kScript);
  const std::pair<std::string_view, std::string> places[] = {
      {"@OPTIONS@", option_cases()}, {"@COMMANDS@", fmt::format("{}", fmt::join(names, " "))}};
  for (const auto& [place, text] : places) out.replace(out.find(place), place.size(), text);
  return out;
}

// Also of a file with mistakes: what can be read of it is offered.
std::vector<std::string> instances(const po::variables_map& values) {
  std::vector<std::string> out;
  for (const auto& instance : load_deployment(values).parsed.config.plugins)
    out.push_back(instance.id);
  return out;
}

}  // namespace

po::options_description completion_options() {
  po::options_description options("Options");
  options.add_options()("help,h", "show this help");
  return options;
}

int completion_command(const std::vector<std::string>& arguments) {
  const auto values = parse_options(arguments, deployment_options());
  std::vector<std::string> words;
  if (values.ok() && values->count("arguments"))
    words = (*values)["arguments"].as<std::vector<std::string>>();
  if (words == std::vector<std::string>{"bash"}) {
    std::cout << script();
  } else if (words == std::vector<std::string>{"kinds"}) {
    std::cout << fmt::format("{}\n", fmt::join(plugin_kinds(), "\n"));
  } else if (words == std::vector<std::string>{"instances"}) {
    std::cout << fmt::format("{}\n", fmt::join(instances(*values), "\n"));
  } else {
    std::cerr << "tenon: completion knows bash; use: source <(tenon completion bash)\n";
    return kUsage;
  }
  return kOk;
}

}  // namespace tenon::app
