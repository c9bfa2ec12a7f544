#include "host/observe/process_metrics.hpp"

#include <unistd.h>

#include <ctime>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace tenon::observe {
namespace {

constexpr std::string_view kNames[] = {
    "process_resident_memory_bytes", "process_open_fds",           "process_threads",
    "process_cpu_seconds_total",     "process_start_time_seconds", "tenon_build_info"};

// Fields of /proc/self/stat from the third on; the second, the command, may hold anything.
std::vector<std::string> stat_fields() {
  std::ifstream file("/proc/self/stat");
  std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  const size_t end_of_command = text.rfind(')');
  if (end_of_command == text.npos) return {};
  std::istringstream rest(text.substr(end_of_command + 1));
  return {std::istream_iterator<std::string>(rest), std::istream_iterator<std::string>()};
}

double boot_time_seconds() {
  std::ifstream file("/proc/stat");
  for (std::string word; file >> word;) {
    if (word != "btime") continue;
    double seconds = 0;
    file >> seconds;
    return seconds;
  }
  return 0;
}

double count_open_fds() {
  std::error_code failed;
  double count = 0;
  for (std::filesystem::directory_iterator at("/proc/self/fd", failed), end; !failed && at != end;
       at.increment(failed))
    ++count;
  // The folder itself was open while it was read.
  return count > 0 ? count - 1 : 0;
}

class ProcessCollectable final : public prometheus::Collectable {
 public:
  explicit ProcessCollectable(std::string version) : version_(std::move(version)) {}

  std::vector<prometheus::MetricFamily> Collect() const override {
    const ProcessFigures now = read_process_figures();
    std::vector<prometheus::MetricFamily> out;
    const auto gauge = [&](std::string_view name, const char* help, double value) {
      prometheus::ClientMetric metric;
      metric.gauge.value = value;
      out.push_back({std::string(name), help, prometheus::MetricType::Gauge, {metric}});
    };
    gauge(kNames[0], "Memory in RAM, in bytes", now.resident_bytes);
    gauge(kNames[1], "Open file descriptors", now.open_fds);
    gauge(kNames[2], "Threads", now.threads);
    prometheus::ClientMetric cpu;
    cpu.counter.value = now.cpu_seconds;
    out.push_back({std::string(kNames[3]),
                   "Processor time used, in seconds",
                   prometheus::MetricType::Counter,
                   {cpu}});
    gauge(kNames[4], "When the process started, in seconds since 1970", now.start_time_seconds);
    gauge(kNames[5], "The running build", 1);
    out.back().metric[0].label.push_back({"version", version_});
    return out;
  }

 private:
  const std::string version_;
};

}  // namespace

ProcessFigures read_process_figures() {
  ProcessFigures out;
  // Numbers of proc(5) less the three fields before: 20 threads, 22 start, 24 resident pages.
  const auto fields = stat_fields();
  if (fields.size() > 21) {
    out.threads = std::stod(fields[17]);
    out.start_time_seconds =
        boot_time_seconds() + std::stod(fields[19]) / static_cast<double>(sysconf(_SC_CLK_TCK));
    out.resident_bytes = std::stod(fields[21]) * static_cast<double>(sysconf(_SC_PAGESIZE));
  }
  out.open_fds = count_open_fds();
  timespec cpu{};
  if (clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &cpu) == 0)
    out.cpu_seconds = static_cast<double>(cpu.tv_sec) + static_cast<double>(cpu.tv_nsec) / 1e9;
  return out;
}

Result<void> add_process_metrics(Metrics& metrics, std::string version) {
  return metrics.add_collectable(std::make_shared<ProcessCollectable>(std::move(version)), kNames);
}

}  // namespace tenon::observe
