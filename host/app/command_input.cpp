#include "host/app/command_input.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "host/config/nearest.hpp"

namespace tenon::app {
namespace {

using Command = plugins::PluginHost::Command;

// The first type that a property's schema allows; "string" where it names none.
std::string type_of(const boost::json::value& property) {
  const auto* schema = property.if_object();
  const auto* found = schema ? schema->if_contains("type") : nullptr;
  if (found && found->is_array() && !found->get_array().empty()) found = &found->get_array()[0];
  return found && found->is_string() ? std::string(found->get_string()) : "string";
}

const boost::json::object* properties_of(const Command& command) {
  const auto* schema = command.input_schema.if_object();
  const auto* properties = schema ? schema->if_contains("properties") : nullptr;
  return properties ? properties->if_object() : nullptr;
}

bool is_required(const Command& command, std::string_view name) {
  const auto* schema = command.input_schema.if_object();
  const auto* required = schema ? schema->if_contains("required") : nullptr;
  if (!required || !required->is_array()) return false;
  const auto& names = required->get_array();
  return std::any_of(names.begin(), names.end(), [&](const auto& one) {
    return one.is_string() && std::string(one.get_string()) == name;
  });
}

// "--max-words" for max_words.
std::string option_of(std::string_view name) {
  std::string out = "--" + std::string(name);
  std::replace(out.begin(), out.end(), '_', '-');
  return out;
}

// What stands for the value in a line of help; empty: the option is a flag.
std::string placeholder(const boost::json::value& property) {
  const std::string type = type_of(property);
  if (type == "boolean") return "";
  if (type == "integer" || type == "number") return " NUMBER";
  if (type == "array" || type == "object") return " JSON";
  return " TEXT";
}

// The value of --name=text as the schema's property wants it.
Result<boost::json::value> typed_value(const boost::json::value& property,
                                       const std::string& text) {
  const std::string type = type_of(property);
  if (type == "string") return boost::json::value(boost::json::string(text));
  if (type == "array" && !text.starts_with('['))
    return boost::json::value(boost::json::array{boost::json::string(text)});
  boost::json::error_code failed;
  auto value = boost::json::parse(text, failed);
  if (failed)
    return Error{Code::invalid,
                 fmt::format("expected a value of type {}, found \"{}\"", type, text)};
  return value;
}

Error unknown_option(const Command& command, const std::string& given) {
  std::vector<std::string> known;
  if (const auto* properties = properties_of(command))
    for (const auto& property : *properties) known.push_back(option_of(property.key()));
  const std::vector<std::string_view> names(known.begin(), known.end());
  return {Code::invalid, fmt::format("unknown argument {}{}; see tenon {} --help", given,
                                     config::did_you_mean(given.substr(0, given.find('=')), names),
                                     command.words)};
}

Result<void> check_complete(const Command& command, const boost::json::object& input) {
  std::vector<std::string> missing;
  if (const auto* properties = properties_of(command))
    for (const auto& [name, property] : *properties)
      if (is_required(command, name) && !input.contains(name))
        missing.push_back(option_of(name) + placeholder(property));
  if (missing.empty()) return {};
  return Error{Code::invalid, fmt::format("{} is missing; see tenon {} --help",
                                          fmt::join(missing, " and "), command.words)};
}

// "  --name TEXT           Whom to greet (required)"
std::string help_line(const Command& command, std::string_view name,
                      const boost::json::value& property) {
  std::vector<std::string> says;
  const auto* schema = property.if_object();
  const auto* description = schema ? schema->if_contains("description") : nullptr;
  if (description && description->is_string()) says.emplace_back(description->get_string());
  if (is_required(command, name)) says.emplace_back("(required)");
  if (const auto* value = schema ? schema->if_contains("default") : nullptr)
    says.push_back(fmt::format("(default: {})", boost::json::serialize(*value)));
  const std::string option = option_of(name) + placeholder(property);
  return says.empty() ? fmt::format("  {}\n", option)
                      : fmt::format("  {:<24} {}\n", option, fmt::join(says, " "));
}

}  // namespace

std::string command_help(const Command& command) {
  std::string usage = "Usage: tenon " + command.words;
  std::string options;
  if (const auto* properties = properties_of(command))
    for (const auto& [name, property] : *properties) {
      if (is_required(command, name)) usage += " " + option_of(name) + placeholder(property);
      options += help_line(command, name, property);
    }
  return fmt::format("{} [options] [-c FILE] [--data DIR] [--json]\n{}{}", usage,
                     command.summary.empty() ? "" : "\n" + command.summary + "\n",
                     options.empty() ? "" : "\nOptions:\n" + options);
}

Result<boost::json::object> command_input(const Command& command,
                                          const std::vector<std::string>& options) {
  boost::json::object input;
  const auto* properties = properties_of(command);
  for (size_t i = 0; i < options.size(); ++i) {
    const std::string& option = options[i];
    std::string name = option.starts_with("--") ? option.substr(2, option.find('=') - 2) : "";
    std::replace(name.begin(), name.end(), '-', '_');
    const auto* property = properties && !name.empty() ? properties->if_contains(name) : nullptr;
    if (!property) return unknown_option(command, option);
    std::string text = "true";
    if (const size_t equals = option.find('='); equals != std::string::npos) {
      text = option.substr(equals + 1);
    } else if (type_of(*property) != "boolean") {
      if (++i == options.size()) return Error{Code::invalid, option + " needs a value"};
      text = options[i];
    }
    auto value = typed_value(*property, text);
    if (!value.ok()) return Error{Code::invalid, option_of(name) + ": " + value.error().message};
    input[name] = std::move(*value);
  }
  TN_CHECK(check_complete(command, input));
  return input;
}

}  // namespace tenon::app
