#include <fmt/format.h>

#include <algorithm>
#include <boost/json/array.hpp>
#include <fstream>
#include <iostream>

#include "host/app/cli.hpp"
#include "host/app/installation.hpp"
#include "host/app/options.hpp"
#include "host/verify/child.hpp"
#include "host/verify/run_groups.hpp"

namespace tenon::app {
namespace {

using Words = std::vector<std::string>;

Result<Version> version_of(const po::variables_map& values, const char* option) {
  auto parsed = Version::parse(values[option].as<std::string>());
  if (parsed.ok()) return parsed;
  return Error{Code::invalid, fmt::format("--{}: {}", option, parsed.error().message)};
}

Result<verify::Options> options_of(const po::variables_map& values) {
  verify::Options out;
  out.seed = values["seed"].as<uint64_t>();
  out.cases = values["cases"].as<unsigned>();
  const double seconds = values["time-limit"].as<double>();
  if (!(seconds >= 0.1 && seconds <= 3600))
    return Error{Code::invalid, "--time-limit is between 0.1 and 3600 seconds"};
  out.time_limit = std::chrono::milliseconds(static_cast<int64_t>(seconds * 1000));
  TN_TRY(out.oldest_glibc, version_of(values, "oldest-glibc"));
  TN_TRY(out.oldest_libstdcxx, version_of(values, "oldest-glibcxx"));
  if (values.count("config")) out.config = values["config"].as<std::string>();
  if (values.count("deployment")) out.deployment = values["deployment"].as<std::string>();
  if (values.count("instance")) out.instance = values["instance"].as<std::string>();
  if (!out.config.empty() && !out.deployment.empty())
    return Error{Code::invalid, "--config and --deployment exclude each other"};
  if (!out.instance.empty() && out.deployment.empty())
    return Error{Code::invalid, "--instance names one of a --deployment"};
  if (values.count("with"))
    for (const auto& file : values["with"].as<Words>()) {
      if (const auto provider = plugins::inspect(file); !provider.ok())
        return Error{Code::invalid, "--with: " + provider.error().message};
      out.with.emplace_back(file);
    }
  out.run = values.count("static") == 0;
  return out;
}

void print(const std::vector<verify::Report>& reports, const po::variables_map& values) {
  if (!values.count("json")) {
    for (const auto& report : reports)
      std::cout << verify::to_text(report, values.count("verbose") != 0);
    return;
  }
  boost::json::array all;
  for (const auto& report : reports) all.push_back(verify::to_json(report));
  std::cout << boost::json::serialize(all) << '\n';
}

int usage(const std::string& why) {
  std::cerr << "tenon: verify: " << why << '\n';
  return kUsage;
}

}  // namespace

po::options_description verify_options() {
  po::options_description options("Options");
  options.add_options()  //
      ("config", po::value<std::string>(),
       "configuration of the instance (YAML or JSON), where its defaults do not do")  //
      ("deployment,c", po::value<std::string>(),
       "deployment file whose instance of the library has the configuration; so, too, with those "
       "of --with")  //
      ("instance", po::value<std::string>(),
       "which instance of the deployment; the first of the library when it is not given")  //
      ("with", po::value<Words>(),
       "library that provides what it requires; once for each")  //
      ("seed", po::value<uint64_t>()->default_value(1),
       "of the generated input; the same seed makes the same cases")  //
      ("cases", po::value<unsigned>()->default_value(200),
       "generated inputs a method, at most")  //
      ("time-limit", po::value<double>()->default_value(10, "10"),
       "seconds that a step or call may take")                                   //
      ("static", "check the file and its manifest only; none of its code runs")  //
      ("oldest-glibc", po::value<std::string>()->default_value("2.36"),
       "the oldest C library that it is to run with")  //
      ("oldest-glibcxx", po::value<std::string>()->default_value("3.4.30"),
       "the oldest C++ library, by its newest GLIBCXX version")                           //
      ("junit", po::value<std::string>(), "file to write the report to, for CI systems")  //
      ("verbose", "show checks that passed or were skipped, too")                         //
      ("json", "print JSON, for programs")("help,h", "show this help");
  return options;
}

int verify_command(const Words& arguments) {
  const auto values = parse_options(arguments, verify_options());
  if (!values.ok()) return usage(values.error().message);
  if (!values->count("arguments")) return usage("takes at least one library");
  auto options = options_of(*values);
  if (!options.ok()) return usage(options.error().message);
  verify::Programs programs;
  programs.worker = worker_program();
  std::vector<verify::Report> reports;
  for (const auto& file : (*values)["arguments"].as<Words>()) {
    options->library = file;
    reports.push_back(verify::verify(*options, programs));
  }
  print(reports, *values);
  if (values->count("junit")) {
    const auto file = (*values)["junit"].as<std::string>();
    std::ofstream out(file);
    if (!(out << verify::to_junit(reports) << std::flush))
      return report(Error{Code::internal, file + " cannot be written"});
  }
  const bool passed = std::all_of(reports.begin(), reports.end(),
                                  [](const auto& report) { return report.passed(); });
  return passed ? kOk : kFailed;
}

int verify_child_command(const Words& arguments) {
  return arguments.size() == 1 ? verify::run_child(arguments[0]) : usage("is started with a job");
}

}  // namespace tenon::app
