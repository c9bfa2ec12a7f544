#include "host/app/installation.hpp"

#include <unistd.h>

#include <boost/dll/runtime_symbol_info.hpp>
#include <cstdlib>
#include <string>

namespace tenon::app {
namespace {

namespace fs = std::filesystem;

// Empty: it is not set.
std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value ? value : "";
}

}  // namespace

fs::path installation_folder() {
  return fs::path(boost::dll::program_location().string()).parent_path().parent_path();
}

fs::path worker_program() {
  return installation_folder() / "libexec/tenon/tenon-worker";
}

fs::path documents() {
  return installation_folder() / "share/doc/tenon/README.md";
}

fs::path installed_config() {
  const auto folder = installation_folder();
  return (folder.filename() == "usr" ? folder.parent_path() : folder) / "etc/tenon/tenon.yaml";
}

fs::path state_folder() {
  // With several, systemd writes them with colons between.
  if (const auto made = variable("STATE_DIRECTORY"); made.starts_with("/"))
    return made.substr(0, made.find(':'));
  if (::geteuid() == 0) return "/var/lib/tenon";
  if (const auto state = variable("XDG_STATE_HOME"); state.starts_with("/"))
    return fs::path(state) / "tenon";
  const auto home = variable("HOME");
  return home.empty() ? fs::path("/var/lib/tenon") : fs::path(home) / ".local/state/tenon";
}

}  // namespace tenon::app
