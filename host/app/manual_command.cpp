// The manual page, made of what `tenon --help` is made of, so that neither knows more than the
// other.
#include <fmt/format.h>

#include <iostream>

#include "host/app/cli.hpp"
#include "host/app/installation.hpp"
#include "host/app/options.hpp"

namespace tenon::app {
namespace {

// Text for roff: backslashes and hyphens that are meant, and no line that begins like a request.
std::string roff(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\\') {
      out += "\\e";
    } else if (c == '-') {
      out += "\\-";
    } else if ((c == '.' || c == '\'') && (out.empty() || out.back() == '\n')) {
      out += std::string("\\&") + c;
    } else {
      out += c;
    }
  }
  return out;
}

std::string paragraph(const std::string& head, std::string_view text) {
  return fmt::format(".TP\n.B {}\n{}\n", head, roff(text));
}

// "-c, --config arg"
std::string names_of(const po::option_description& option) {
  const auto brief = option.canonical_display_name(po::command_line_style::allow_dash_for_short);
  const auto value = option.semantic()->max_tokens() > 0 ? " " + option.format_parameter() : "";
  return (brief.starts_with("--") || !brief.starts_with("-") ? "" : brief + ", ") + "--" +
         option.long_name() + value;
}

std::string command_section(const Subcommand& command) {
  std::string out = fmt::format(".SS tenon {} {}\n{}\n", command.name, roff(command.arguments),
                                roff(command.summary));
  const auto options = command.options();
  for (const auto& option : options.options()) {
    if (option->long_name() == "help") continue;
    out += paragraph(roff(names_of(*option)), option->description());
  }
  return out;
}

}  // namespace

int manual_command() {
  std::cout << fmt::format(
      ".TH TENON 1 \"\" \"tenon {}\"\n"
      ".SH NAME\ntenon \\- a host for plugins\n"
      ".SH SYNOPSIS\n.B tenon\n.I COMMAND\n.RI [ arguments ]\n"
      ".SH DESCRIPTION\n"
      "Loads plugins through a stable C interface, wires them as one YAML file says, isolates and "
      "exchanges them, and "
      "serves them over HTTP. Plugins add commands of their own;\n.B tenon plugins\nlists them.\n"
      ".SH COMMANDS\n",
      TENON_VERSION);
  for (const auto& command : subcommands()) std::cout << command_section(command);
  std::cout << ".SH EXIT STATUS\n"
            << paragraph("0", "done") << paragraph("1", "it did not succeed")
            << paragraph("2", "the command line makes no sense")
            << paragraph("3", "the configuration has mistakes")
            << paragraph(
                   "4", "something needed is not available: a running host, the store, a free port")
            << ".SH FILES\n"
            << paragraph("/etc/tenon/tenon.yaml",
                         "the deployment that is run when no file is named")
            << paragraph("/var/lib/tenon", "its data, as a service and for root")
            << paragraph("~/.local/state/tenon", "its data for another user (XDG_STATE_HOME)")
            << paragraph("/usr/share/doc/tenon/README.md", "where the documents begin");
  return kOk;
}

}  // namespace tenon::app
