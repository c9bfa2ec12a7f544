#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <iostream>
#include <mutex>

#include "host/app/cli.hpp"
#include "host/app/host.hpp"
#include "host/app/remote.hpp"

namespace tenon::app {
namespace {

// One line on a terminal, drawn over itself; nothing elsewhere.
class ProgressLine {
 public:
  void show(std::string_view text, uint64_t done, uint64_t total) {
    if (!terminal_) return;
    std::lock_guard lock(mutex_);
    const auto now = std::chrono::steady_clock::now();
    if (done != total && now - drawn_ < std::chrono::milliseconds(50)) return;
    drawn_ = now;
    constexpr uint64_t width = 30;
    std::string bar;
    if (total) {
      const auto filled = std::min(width, done * width / total);
      bar = fmt::format("[{}{}] {:3}% ", std::string(filled, '#'), std::string(width - filled, ' '),
                        done * 100 / total);
    }
    std::cerr << fmt::format("\r\033[K{}{} {}", bar, text,
                             total ? fmt::format("{}/{}", done, total) : fmt::to_string(done))
              << std::flush;
    visible_ = true;
  }
  ~ProgressLine() {
    if (visible_) std::cerr << "\r\033[K" << std::flush;
  }

 private:
  const bool terminal_ = isatty(STDERR_FILENO);
  std::mutex mutex_;  // guards what follows
  std::chrono::steady_clock::time_point drawn_;
  bool visible_ = false;
};

// Calls in the host that runs on the data directory, or in one that lives as long as the call.
Result<std::string> call_somewhere(LoadedDeployment loaded, const std::string& interface_id,
                                   const std::string& method, const std::string& input) {
  TN_TRY(const auto running, find_running_host(loaded.parsed.config.data));
  if (running) return call_remote(*running, interface_id, method, input);
  // Its log is for the operator of a host, not for the caller of a method.
  loaded.keep_quiet();
  ProgressLine progress;
  TN_TRY(auto host, Host::create(std::move(loaded)));
  host->on_progress([&](const std::string&, std::string_view text, uint64_t done, uint64_t total) {
    progress.show(text, done, total);
  });
  TN_CHECK(host->start_plugins());
  return host->plugins().call(nullptr, interface_id, method, input);
}

// A result of a command: its member `text` is for people, the whole for programs.
void print_result(const std::string& output, bool json) {
  boost::json::error_code failed;
  const auto value = boost::json::parse(output, failed);
  if (!json && !failed && value.is_object()) {
    if (const auto* text = value.get_object().if_contains("text"); text && text->is_string()) {
      std::cout << text->get_string().c_str();
      if (!text->get_string().ends_with('\n')) std::cout << '\n';
      return;
    }
  }
  std::cout << output << '\n';
}

// The value of --name=text as the schema's property wants it.
Result<boost::json::value> typed_value(const boost::json::value& property,
                                       const std::string& text) {
  std::string type = "string";
  if (const auto* found = property.as_object().if_contains("type")) {
    if (found->is_string())
      type = found->get_string().c_str();
    else if (found->is_array() && !found->get_array().empty())
      type = found->get_array()[0].as_string().c_str();
  }
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

const boost::json::object* properties_of(const plugins::PluginHost::Command& command) {
  const auto* schema = command.input_schema.if_object();
  const auto* properties = schema ? schema->if_contains("properties") : nullptr;
  return properties ? properties->if_object() : nullptr;
}

// The command's own options as the input of its method. Options of the deployment stay in `rest`.
Result<boost::json::object> command_input(const plugins::PluginHost::Command& command,
                                          const std::vector<std::string>& arguments,
                                          std::vector<std::string>& rest) {
  boost::json::object input;
  const auto* properties = properties_of(command);
  for (size_t i = 0; i < arguments.size(); ++i) {
    const std::string& argument = arguments[i];
    std::string name = argument.starts_with("--") ? argument.substr(2, argument.find('=') - 2) : "";
    std::replace(name.begin(), name.end(), '-', '_');
    const auto* property = properties && !name.empty() ? properties->if_contains(name) : nullptr;
    if (!property) {
      rest.push_back(argument);
      continue;
    }
    std::string text = "true";
    const auto* type = property->as_object().if_contains("type");
    const bool flag =
        type && (*type == "boolean" || (type->is_array() && type->get_array()[0] == "boolean"));
    if (const size_t equals = argument.find('='); equals != std::string::npos) {
      text = argument.substr(equals + 1);
    } else if (!flag) {
      if (++i == arguments.size()) return Error{Code::invalid, argument + " needs a value"};
      text = arguments[i];
    }
    auto value = typed_value(*property, text);
    if (!value.ok()) return Error{Code::invalid, "--" + name + ": " + value.error().message};
    input[name] = std::move(*value);
  }
  return input;
}

int print_command_help(const plugins::PluginHost::Command& command) {
  std::cout << fmt::format(
      "Usage: tenon {} [options] [-c FILE] [--data DIR] [--json]\n\n{}\n\nOptions:\n",
      command.words, command.summary);
  if (const auto* properties = properties_of(command))
    for (const auto& [name, schema] : *properties) {
      std::string option(name);
      std::replace(option.begin(), option.end(), '_', '-');
      const auto* description = schema.as_object().if_contains("description");
      std::cout << fmt::format(
          "  --{:<20} {}\n", option,
          description && description->is_string() ? description->get_string().c_str() : "");
    }
  return kOk;
}

int finish(const Result<std::string>& output, bool json) {
  if (!output.ok()) return report(output.error());
  print_result(*output, json);
  return kOk;
}

}  // namespace

int call_command(const std::vector<std::string>& arguments) {
  const auto values = parse_options(arguments, deployment_options());
  const auto words = values.ok() && values->count("arguments")
                         ? (*values)["arguments"].as<std::vector<std::string>>()
                         : std::vector<std::string>();
  if (!values.ok() || words.size() < 2 || words.size() > 3) {
    std::cerr << "tenon: call: "
              << (values.ok() ? "expected INTERFACE METHOD [JSON]; see tenon call --help"
                              : values.error().message)
              << '\n';
    return kUsage;
  }
  auto loaded = load_deployment(*values);
  if (!loaded.deployment.problems.empty()) {
    print_problems(loaded.deployment.problems);
    return kBadConfig;
  }
  return finish(
      call_somewhere(std::move(loaded), words[0], words[1], words.size() == 3 ? words[2] : "{}"),
      values->count("json") > 0);
}

int plugin_command(const std::vector<std::string>& arguments) {
  // The command is known only when the deployment is, so its options are told apart by name first.
  std::vector<std::string> own;
  std::vector<std::string> deployment;
  for (size_t i = 0; i < arguments.size(); ++i) {
    const bool takes_value = arguments[i] == "-c" || arguments[i] == "--config" ||
                             arguments[i] == "--data" || arguments[i] == "--plugins";
    const bool joined = arguments[i].starts_with("--config=") ||
                        arguments[i].starts_with("--data=") ||
                        arguments[i].starts_with("--plugins=") || arguments[i] == "--json";
    if (takes_value && i + 1 < arguments.size()) {
      deployment.push_back(arguments[i]);
      deployment.push_back(arguments[++i]);
    } else {
      (joined ? deployment : own).push_back(arguments[i]);
    }
  }
  const auto values = parse_options(deployment, deployment_options());
  if (!values.ok()) {
    std::cerr << "tenon: " << values.error().message << '\n';
    return kUsage;
  }
  auto loaded = load_deployment(*values);
  const auto commands = plugins::PluginHost::commands(loaded.deployment);
  const plugins::PluginHost::Command* best = nullptr;
  size_t best_words = 0;
  for (const auto& command : commands) {
    const auto count =
        static_cast<size_t>(std::count(command.words.begin(), command.words.end(), ' ')) + 1;
    std::string given;
    for (size_t i = 0; i < std::min(count, own.size()); ++i) given += (i ? " " : "") + own[i];
    if (given == command.words && count > best_words) {
      best = &command;
      best_words = count;
    }
  }
  if (!best) {
    print_problems(loaded.deployment.problems);
    std::cerr << fmt::format(
        "tenon: there is no command \"{}\"; see tenon --help and tenon plugins\n", arguments[0]);
    return loaded.deployment.problems.empty() ? kUsage : kBadConfig;
  }
  own.erase(own.begin(), own.begin() + static_cast<long>(best_words));
  if (std::find(own.begin(), own.end(), "--help") != own.end() ||
      std::find(own.begin(), own.end(), "-h") != own.end())
    return print_command_help(*best);
  std::vector<std::string> rest;
  const auto input = command_input(*best, own, rest);
  if (!input.ok() || !rest.empty()) {
    std::cerr << fmt::format(
        "tenon: {}: {}\n", best->words,
        input.ok() ? "unknown argument " + rest[0] + "; see --help" : input.error().message);
    return kUsage;
  }
  if (!loaded.deployment.problems.empty()) {
    print_problems(loaded.deployment.problems);
    return kBadConfig;
  }
  const auto command = *best;
  return finish(call_somewhere(std::move(loaded), command.interface_id, command.method,
                               boost::json::serialize(*input)),
                values->count("json") > 0);
}

}  // namespace tenon::app
