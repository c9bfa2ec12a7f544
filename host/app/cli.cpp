#include "host/app/cli.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iostream>

#include "host/app/installation.hpp"
#include "host/app/options.hpp"
#include "tenon/abi.h"

namespace tenon::app {
namespace {

po::options_description no_options() {
  po::options_description options("Options");
  options.add_options()("json", "print JSON, for programs")("help,h", "show this help");
  return options;
}

std::string usage(const Subcommand& command) {
  return fmt::format("Usage: tenon {}{}{}\n\n{}\n\n", command.name, *command.arguments ? " " : "",
                     command.arguments, command.summary);
}

int help() {
  std::cout << "tenon: a host for plugins\n\nUsage: tenon COMMAND [arguments]\n\nCommands:\n";
  for (const auto& command : subcommands())
    std::cout << fmt::format("  {:<18}{}\n", command.name, command.summary);
  std::cout << "\nPlugins add commands of their own, such as `tenon catalog build -c FILE`; `tenon "
               "plugins` lists them.\n"
               "`tenon COMMAND --help` explains one.\n\nThe documents begin with "
            << documents().string()
            << "\n\n"
               "Exit codes: 0 done; 1 it did not succeed; 2 the command line makes no sense; 3 the "
               "configuration has\n"
               "mistakes; 4 something needed is not available (a running host, the store, a free "
               "port).\n";
  return kOk;
}

}  // namespace

const std::vector<Subcommand>& subcommands() {
  static const std::vector<Subcommand> commands = {
      {"run", "[-c FILE] [--listen ADDR:PORT] [--data DIR] [--watch [--build CMD --sources DIR]]",
       "Run a deployment until Ctrl-C. SIGHUP: read its file again.", run_command, run_options},
      {"check", "[-c FILE]", "Check a deployment file and everything it names, without running it.",
       check_command, deployment_options},
      {"plugins", "[-c FILE]",
       "List the plugins that are found, what they provide, and their commands.", plugins_command,
       deployment_options},
      {"inspect", "LIBRARY", "Show a library's manifest without executing it.", inspect_command,
       no_options},
      {"call", "INTERFACE METHOD [JSON] [-c FILE] [--data DIR]",
       "Call a method of a plugin, in the running host or in one started for the call.",
       call_command, deployment_options},
      {"mcp", "[--list] [-c FILE] [--data DIR]",
       "Serve an AI agent on standard input and output (Model Context Protocol), with the plugins "
       "of the running host or of one started for it.",
       mcp_command, mcp_options},
      {"reload",
       "INSTANCE [--file FILE] [--canary PERCENT] [--for SECONDS] | --all  [-c FILE] [--data DIR]",
       "Exchange the code of a plugin in the running host, without losing a call.", reload_command,
       reload_options},
      {"rollback", "INSTANCE [-c FILE] [--data DIR]",
       "Go back to the code before the last reload, or end a canary.", rollback_command,
       deployment_options},
      {"keygen", "--name NAME [--expires WHEN] -o FILE", "Make a key to sign libraries with.",
       keygen_command, keygen_options},
      {"sign", "LIBRARY... --key FILE",
       "Sign libraries and the pages beside them; writes LIBRARY.so.sig.", sign_command,
       sign_options},
      {"verify-signature", "LIBRARY... --key FILE.pub",
       "Say whether libraries and their pages are as the owner of a key signed them.",
       verify_signature_command, verify_signature_options},
      {"new", "plugin NAME [--kind KIND]",
       "Scaffold a plugin that builds against the installed SDK.", new_command, new_options},
      {"verify", "LIBRARY... [--config FILE] [--with LIBRARY] [--seed N] [--junit FILE]",
       "Check that a library keeps the rules of the plugin interface.", verify_command,
       verify_options},
      {"completion", "bash", "Print shell completion; use: source <(tenon completion bash)",
       completion_command, completion_options},
      {"version", "", "Print the versions of the host and of the plugin interface.",
       version_command, no_options},
  };
  return commands;
}

int run_cli(const std::vector<std::string>& arguments) {
  if (arguments.empty()) {
    help();
    return kUsage;
  }
  if (arguments[0] == "help" || arguments[0] == "--help" || arguments[0] == "-h") return help();
  if (arguments[0] == "--version") return version_command({});
  if (arguments[0] == "symbolise") return symbolise_command();  // for the host itself
  if (arguments[0] == "manual") return manual_command();        // for the packages
  const std::vector<std::string> rest(arguments.begin() + 1, arguments.end());
  if (arguments[0] == "verify-child") return verify_child_command(rest);
  for (const auto& command : subcommands()) {
    if (arguments[0] != command.name) continue;
    if (std::find(rest.begin(), rest.end(), "--help") != rest.end() ||
        std::find(rest.begin(), rest.end(), "-h") != rest.end()) {
      std::cout << usage(command) << command.options();
      return kOk;
    }
    return command.run(rest);
  }
  if (arguments[0].starts_with("-")) {
    std::cerr << fmt::format("tenon: {} is no command; see tenon --help\n", arguments[0]);
    return kUsage;
  }
  return plugin_command(arguments);
}

int version_command(const std::vector<std::string>& arguments) {
  const bool json = std::find(arguments.begin(), arguments.end(), "--json") != arguments.end();
  if (json)
    std::cout << fmt::format("{{\"version\":\"{}\",\"plugin_interface\":\"{}.{}\"}}\n",
                             TENON_VERSION, TN_ABI_MAJOR, TN_ABI_MINOR);
  else
    std::cout << fmt::format("tenon {}, plugin interface {}.{}\n", TENON_VERSION, TN_ABI_MAJOR,
                             TN_ABI_MINOR);
  return kOk;
}

}  // namespace tenon::app
