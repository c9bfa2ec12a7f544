// The command line: sub-commands with help, completion and documented exit codes.
#pragma once

#include <boost/program_options.hpp>
#include <string>
#include <vector>

namespace tenon::app {

// Exit codes of every sub-command.
enum Exit : int {
  kOk = 0,
  kFailed = 1,       // the work was tried and did not succeed
  kUsage = 2,        // the command line makes no sense
  kBadConfig = 3,    // the configuration has mistakes
  kUnavailable = 4,  // something needed is not there: a running host, the store, a free port
};

struct Subcommand {
  const char* name;
  const char* arguments;  // "-c FILE [--listen ADDR:PORT]"
  const char* summary;
  int (*run)(const std::vector<std::string>& arguments);
  boost::program_options::options_description (*options)();
};

const std::vector<Subcommand>& subcommands();

// Runs `tenon ARGUMENTS...`; returns the exit code.
int run_cli(const std::vector<std::string>& arguments);

// One place where the sub-commands are declared; each is defined in a file of its own.
int run_command(const std::vector<std::string>& arguments);
boost::program_options::options_description run_options();
int check_command(const std::vector<std::string>& arguments);
int plugins_command(const std::vector<std::string>& arguments);
int inspect_command(const std::vector<std::string>& arguments);
int call_command(const std::vector<std::string>& arguments);
int mcp_command(const std::vector<std::string>& arguments);
int reload_command(const std::vector<std::string>& arguments);
int rollback_command(const std::vector<std::string>& arguments);
boost::program_options::options_description mcp_options();
boost::program_options::options_description reload_options();
int keygen_command(const std::vector<std::string>& arguments);
boost::program_options::options_description keygen_options();
int sign_command(const std::vector<std::string>& arguments);
boost::program_options::options_description sign_options();
int verify_signature_command(const std::vector<std::string>& arguments);
boost::program_options::options_description verify_signature_options();
int new_command(const std::vector<std::string>& arguments);
boost::program_options::options_description new_options();
// The templates of the installation.
std::vector<std::string> plugin_kinds();
int verify_command(const std::vector<std::string>& arguments);
boost::program_options::options_description verify_options();
int version_command(const std::vector<std::string>& arguments);
int completion_command(const std::vector<std::string>& arguments);
boost::program_options::options_description completion_options();
// Names addresses of a crash for the host that started it (host/crash); not listed.
int symbolise_command();
// Prints the manual page, for the packages; not listed.
int manual_command();
// Runs code of a plugin for `tenon verify`; not listed either.
int verify_child_command(const std::vector<std::string>& arguments);
// `tenon catalog relate ...`: a command that a plugin of the deployment offers.
int plugin_command(const std::vector<std::string>& arguments);

}  // namespace tenon::app
