#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <iostream>
#include <mutex>

#include "host/app/call.hpp"
#include "host/app/cli.hpp"
#include "host/app/host.hpp"

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

// In a host that lives as long as the call.
Result<std::string> call_here(LoadedDeployment loaded, const MethodCall& wanted) {
  // Its log is for the operator of a host, not for the caller of a method.
  loaded.keep_quiet();
  ProgressLine progress;
  TN_TRY(auto host, Host::create(std::move(loaded)));
  host->on_progress([&](const std::string&, std::string_view text, uint64_t done, uint64_t total) {
    progress.show(text, done, total);
  });
  TN_CHECK(host->start_plugins());
  return host->plugins().call(nullptr, {wanted.interface_id, wanted.method}, wanted.input);
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

}  // namespace

int call_and_print(const std::optional<RunningHost>& running, LoadedDeployment loaded,
                   const MethodCall& wanted) {
  if (!running && !loaded.deployment.problems.empty()) {
    print_problems(loaded.deployment.problems);
    return kBadConfig;
  }
  const bool json = loaded.values.count("json") > 0;
  const auto output = running
                          ? call_remote(*running, wanted.interface_id, wanted.method, wanted.input)
                          : call_here(std::move(loaded), wanted);
  if (!output.ok()) return report(output.error());
  print_result(*output, json);
  return kOk;
}

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
  auto loaded = read_deployment(*values);
  const auto running = running_host(loaded);
  if (!running.ok()) return report(running.error());
  if (!*running) find_plugins(loaded);
  return call_and_print(*running, std::move(loaded),
                        {words[0], words[1], words.size() == 3 ? words[2] : "{}"});
}

}  // namespace tenon::app
