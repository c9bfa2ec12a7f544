#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>

#include "host/app/cli.hpp"
#include "host/app/options.hpp"
#include "host/plugins/manifest.hpp"

namespace tenon::app {
namespace {

namespace fs = std::filesystem;

// "my-plugin" -> "MyPlugin"
std::string class_name(const std::string& name) {
  std::string out;
  bool upper = true;
  for (char c : name) {
    if (c == '-') {
      upper = true;
    } else {
      out += upper ? static_cast<char>(std::toupper(static_cast<unsigned char>(c))) : c;
      upper = false;
    }
  }
  return out;
}

std::string fill(std::string text, const std::string& name) {
  const std::pair<std::string, std::string> places[] = {
      {"@NAME@", name}, {"@CLASS@", class_name(name)}, {"@VERSION@", TENON_VERSION}};
  for (const auto& [place, value] : places)
    for (size_t at = 0; (at = text.find(place, at)) != std::string::npos; at += value.size())
      text.replace(at, place.size(), value);
  return text;
}

// Copies a template, filling in names of files and contents.
Result<void> scaffold(const fs::path& from, const fs::path& to, const std::string& name) {
  std::error_code failed;
  fs::create_directories(to, failed);
  if (failed)
    return Error{Code::unavailable,
                 fmt::format("cannot make {}: {}", to.string(), failed.message())};
  for (const auto& entry : fs::directory_iterator(from)) {
    std::ifstream source(entry.path());
    std::stringstream text;
    text << source.rdbuf();
    const fs::path target = to / fill(entry.path().filename().string(), name);
    std::ofstream out(target);
    if (!(out << fill(text.str(), name)).flush())
      return Error{Code::unavailable, fmt::format("cannot write {}", target.string())};
  }
  return {};
}

std::string kinds(const fs::path& templates) {
  std::string out;
  std::error_code failed;
  for (const auto& entry : fs::directory_iterator(templates, failed))
    out += (out.empty() ? "" : ", ") + entry.path().filename().string();
  return out;
}

}  // namespace

int new_command(const std::vector<std::string>& arguments) {
  po::options_description options;
  options.add_options()("kind", po::value<std::string>()->default_value("route"), "")(
      "into", po::value<std::string>(), "");
  const auto values = parse_options(arguments, options);
  const auto words = values.ok() && values->count("arguments")
                         ? (*values)["arguments"].as<std::vector<std::string>>()
                         : std::vector<std::string>();
  if (!values.ok() || words.size() != 2 || words[0] != "plugin") {
    std::cerr << "tenon: new: "
              << (values.ok() ? "expected: tenon new plugin NAME [--kind KIND]"
                              : values.error().message)
              << '\n';
    return kUsage;
  }
  const std::string& name = words[1];
  if (!plugins::valid_plugin_id(name)) {
    std::cerr << fmt::format(
        "tenon: new: \"{}\" is no plugin name; it must match [a-z][a-z0-9-]{{0,62}}\n", name);
    return kUsage;
  }
  const fs::path templates = installation_folder() / "share/tenon/templates";
  const std::string kind = (*values)["kind"].as<std::string>();
  if (kind.find('/') != std::string::npos || !fs::is_directory(templates / kind)) {
    std::cerr << fmt::format("tenon: new: there is no kind \"{}\"; there is {}\n", kind,
                             kinds(templates));
    return kUsage;
  }
  const fs::path into =
      values->count("into") ? fs::path((*values)["into"].as<std::string>()) : fs::path(name);
  if (fs::exists(into) && !fs::is_empty(into)) {
    std::cerr << fmt::format("tenon: new: {} exists and is not empty\n", into.string());
    return kFailed;
  }
  if (const auto made = scaffold(templates / kind, into, name); !made.ok())
    return report(made.error());
  std::cout << fmt::format(
      "Made {0}. Next:\n  cd {0}\n  cmake -S . -B build -G Ninja && cmake --build build\n"
      "  tenon run -c deployment.yaml\n",
      into.string());
  return kOk;
}

}  // namespace tenon::app
