#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>

#include "host/app/cli.hpp"
#include "host/app/installation.hpp"
#include "host/app/options.hpp"
#include "host/plugins/manifest.hpp"
#include "host/plugins/permissions.hpp"
#include "host/store/sql_text.hpp"

namespace tenon::app {
namespace {

namespace fs = std::filesystem;

// "my-plugin" -> "MyPlugin", "my-shop" -> "MyShopPlugin": no name makes a class that the template
// has already.
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
  return out.ends_with("Plugin") ? out : out + "Plugin";
}

// What is wrong with a plugin's name; empty: nothing. A scaffold under it has to build, and to keep
// things in the store, from the first day on.
std::string objection(const std::string& name) {
  if (!plugins::valid_plugin_id(name)) return "it must match [a-z][a-z0-9-]{0,62}";
  constexpr std::array<std::string_view, 7> kOfTheBuild = {
      "all", "clean", "help", "install", "package", "preinstall", "test"};
  if (std::find(kOfTheBuild.begin(), kOfTheBuild.end(), name) != kOfTheBuild.end())
    return "the build has a target of its own under that name";
  if (const auto usable = store::check_namespace(plugins::store_namespace(name)); !usable.ok())
    return "its tables have no place: " + usable.error().message;
  return "";
}

std::string fill(std::string text, const std::string& name) {
  const std::pair<std::string, std::string> places[] = {
      {"@NAME@", name},
      {"@CLASS@", class_name(name)},
      {"@VERSION@", TENON_VERSION},
      {"@SDK@", (installation_folder() / "share/tenon").string()}};
  for (const auto& [place, value] : places)
    for (size_t at = 0; (at = text.find(place, at)) != std::string::npos; at += value.size())
      text.replace(at, place.size(), value);
  return text;
}

Result<void> copy_file(const fs::path& from, const fs::path& to, const std::string& name) {
  std::ifstream source(from);
  std::stringstream text;
  text << source.rdbuf();
  std::ofstream out(to);
  if (!(out << fill(text.str(), name)).flush())
    return Error{Code::unavailable, fmt::format("cannot write {}", to.string())};
  return {};
}

// Copies a template with its folders, filling in names of files and contents.
Result<void> scaffold(const fs::path& from, const fs::path& to, const std::string& name) {
  std::error_code failed;
  fs::create_directories(to, failed);
  if (failed)
    return Error{Code::unavailable,
                 fmt::format("cannot make {}: {}", to.string(), failed.message())};
  for (const auto& entry : fs::directory_iterator(from)) {
    const fs::path target = to / fill(entry.path().filename().string(), name);
    TN_CHECK(entry.is_directory() ? scaffold(entry.path(), target, name)
                                  : copy_file(entry.path(), target, name));
  }
  return {};
}

// The commands of the new README: what stands four spaces in.
std::string next_steps(const fs::path& folder) {
  std::ifstream readme(folder / "README.md");
  std::string out;
  for (std::string line; std::getline(readme, line);)
    if (line.starts_with("    ")) out += line.substr(2) + '\n';
  return out;
}

// "MyPlugin", "my_plugin" and "my plugin" -> "my-plugin"; empty: no name can be made of it.
std::string as_plugin_name(const std::string& text) {
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x80) return "";  // no letter of these stands for it
    const bool starts_word = !std::isalnum(byte) || (std::isupper(byte) && !out.empty());
    if (starts_word && !out.empty() && out.back() != '-') out += '-';
    if (std::isalnum(byte)) out += static_cast<char>(std::tolower(byte));
  }
  while (out.ends_with('-')) out.pop_back();
  return plugins::valid_plugin_id(out) ? out : "";
}

fs::path templates() {
  return installation_folder() / "share/tenon/templates";
}

}  // namespace

std::vector<std::string> plugin_kinds() {
  std::vector<std::string> names;
  std::error_code failed;
  for (const auto& entry : fs::directory_iterator(templates(), failed))
    names.push_back(entry.path().filename().string());
  std::sort(names.begin(), names.end());
  return names;
}

po::options_description new_options() {
  po::options_description options("Options");
  const auto kinds = fmt::format("what to scaffold: {}", fmt::join(plugin_kinds(), ", "));
  options.add_options()                                                          //
      ("kind", po::value<std::string>()->default_value("route"), kinds.c_str())  //
      ("into", po::value<std::string>(), "folder to make; default: NAME")        //
      ("help,h", "show this help");
  return options;
}

int new_command(const std::vector<std::string>& arguments) {
  const auto values = parse_options(arguments, new_options());
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
  if (const std::string wrong = objection(name); !wrong.empty()) {
    const std::string near = as_plugin_name(name);
    std::cerr << fmt::format(
        "tenon: new: \"{}\" is no name for a plugin: {}{}\n", name, wrong,
        near.empty() || near == name ? "" : fmt::format("; did you mean {}?", near));
    return kUsage;
  }
  if (plugin_kinds().empty()) {
    std::cerr << fmt::format(
        "tenon: new: there are no templates in {}; they come with the SDK (package tenon-sdk)\n",
        templates().string());
    return kUnavailable;
  }
  const std::string kind = (*values)["kind"].as<std::string>();
  if (kind.find('/') != std::string::npos || !fs::is_directory(templates() / kind)) {
    std::cerr << fmt::format("tenon: new: there is no kind \"{}\"; there is {}\n", kind,
                             fmt::join(plugin_kinds(), ", "));
    return kUsage;
  }
  const fs::path into =
      values->count("into") ? fs::path((*values)["into"].as<std::string>()) : fs::path(name);
  if (fs::exists(into) && !fs::is_directory(into)) {
    std::cerr << fmt::format("tenon: new: {} exists and is a file\n", into.string());
    return kFailed;
  }
  if (fs::exists(into) && !fs::is_empty(into)) {
    std::cerr << fmt::format("tenon: new: {} exists and is not empty\n", into.string());
    return kFailed;
  }
  if (const auto made = scaffold(templates() / kind, into, name); !made.ok())
    return report(made.error());
  std::cout << fmt::format("Made {0}. Next:\n  cd {0}\n{1}The documents: {2}\n", into.string(),
                           next_steps(into), documents().string());
  return kOk;
}

}  // namespace tenon::app
