// `tenon reload` and `tenon rollback`: change the code of an instance in the running host.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <iostream>

#include "host/app/cli.hpp"
#include "host/app/options.hpp"
#include "host/app/remote.hpp"
#include "tenon/json.hpp"

namespace tenon::app {
namespace {

Result<RunningHost> host_to_change(const po::variables_map& values) {
  const auto loaded = read_deployment(values);
  TN_TRY(const auto running, running_host(loaded));
  if (running) return *running;
  if (!loaded.knows_data_folder())
    return Error{Code::unavailable,
                 config::to_string(loaded.parsed.problems) +
                     "\nthe file does not say on which data folder the host runs"};
  return Error{Code::unavailable,
               fmt::format("no host runs on {}", loaded.parsed.config.data.string())};
}

void print_list(const boost::json::object& outcome, const char* key) {
  for (const auto& one : outcome.at(key).as_array())
    std::cout << fmt::format("{} {}\n", key, one.as_string().c_str());
}

void print_outcome(const boost::json::object& outcome) {
  std::cout << outcome.at("outcome").as_string().c_str() << '\n';
  print_list(outcome, "added");
  print_list(outcome, "removed");
  for (const auto& one : outcome.at("changed").as_array()) {
    std::vector<std::string> what;
    for (const auto& part : one.at("what").as_array()) what.emplace_back(part.as_string());
    std::cout << fmt::format("changed {}: {}\n", one.at("id").as_string().c_str(),
                             fmt::join(what, ", "));
  }
  for (const auto& one : outcome.at("log_levels").as_array())
    std::cout << fmt::format("log level of {}\n", one.as_string().c_str());
}

// The one instance that the command names.
Result<std::string> instance_of(const po::variables_map& values) {
  std::vector<std::string> names;
  if (values.count("arguments")) names = values["arguments"].as<std::vector<std::string>>();
  if (names.size() == 1) return names[0];
  return Error{Code::invalid, "expected the name of one plugin instance"};
}

void print(const std::string& answer, bool json) {
  const auto record = json::parse(answer);
  if (json || !record.ok()) {
    std::cout << answer << '\n';
    return;
  }
  const auto& members = record->as_object();
  std::cout << fmt::format(
      "{}: generation {} ({}) after {} ({}): {}\n", members.at("outcome").as_string().c_str(),
      members.at("to").to_number<uint64_t>(), members.at("to_version").as_string().c_str(),
      members.at("from").to_number<uint64_t>(), members.at("from_version").as_string().c_str(),
      members.at("reason").as_string().c_str());
}

// The whole file, as it is now.
int reload_all(const po::variables_map& values) {
  for (const char* other : {"arguments", "file", "canary", "for"})
    if (values.count(other)) {
      std::cerr << "tenon: reload: --all stands alone\n";
      return kUsage;
    }
  const auto host = host_to_change(values);
  if (!host.ok()) return report(host.error());
  const auto answer = ask_host(*host, "PUT", "/api/host/config", "{}");
  if (!answer.ok() && answer.error().code == Code::conflict) {
    std::cerr << "tenon: " << answer.error().message << '\n';
    return kBadConfig;
  }
  if (!answer.ok()) return report(answer.error());
  const auto outcome = json::parse(*answer);
  if (values.count("json") || !outcome.ok())
    std::cout << *answer << '\n';
  else
    print_outcome(outcome->as_object());
  return kOk;
}

int send(const char* name, const po::variables_map& values, const char* method,
         const std::string& suffix, const std::string& body) {
  const auto instance = instance_of(values);
  if (!instance.ok()) {
    std::cerr << fmt::format("tenon: {}: {}\n", name, instance.error().message);
    return kUsage;
  }
  const auto host = host_to_change(values);
  if (!host.ok()) return report(host.error());
  const auto answer = ask_host(*host, method, "/api/host/plugins/" + *instance + suffix, body);
  if (!answer.ok()) return report(answer.error());
  print(*answer, values.count("json") != 0);
  return kOk;
}

}  // namespace

po::options_description reload_options() {
  auto options = deployment_options();
  options.add_options()                                                                     //
      ("all", "take the configuration file as it is now, whole or not at all")              //
      ("file", po::value<std::string>(), "library to load; default: the one it came from")  //
      ("canary", po::value<double>(), "percent of the calls that try the new code first")   //
      ("for", po::value<double>(), "seconds of the canary; default: 30");
  return options;
}

int reload_command(const std::vector<std::string>& arguments) {
  const auto values = parse_options(arguments, reload_options());
  if (!values.ok()) {
    std::cerr << "tenon: reload: " << values.error().message << '\n';
    return kUsage;
  }
  if (values->count("all")) return reload_all(*values);
  boost::json::object body;
  if (values->count("file"))
    body["file"] = std::filesystem::absolute((*values)["file"].as<std::string>()).string();
  if (values->count("canary")) {
    boost::json::object canary{{"share_percent", (*values)["canary"].as<double>()}};
    if (values->count("for"))
      canary["duration_ms"] = static_cast<int64_t>((*values)["for"].as<double>() * 1000);
    body["canary"] = std::move(canary);
  } else if (values->count("for")) {
    std::cerr << "tenon: reload: --for needs --canary\n";
    return kUsage;
  }
  return send("reload", *values, "PUT", "", boost::json::serialize(body));
}

int rollback_command(const std::vector<std::string>& arguments) {
  const auto values = parse_options(arguments, deployment_options());
  if (!values.ok()) {
    std::cerr << "tenon: rollback: " << values.error().message << '\n';
    return kUsage;
  }
  return send("rollback", *values, "POST", "/rollback", "{}");
}

}  // namespace tenon::app
