#include "host/observe/log_metrics.hpp"

#include <prometheus/collectable.h>

namespace tenon::observe {
namespace {

constexpr std::string_view kName = "tenon_log_lines_total";

class LogCollectable final : public prometheus::Collectable {
 public:
  explicit LogCollectable(const Logging& logging) : logging_(logging) {}

  std::vector<prometheus::MetricFamily> Collect() const override {
    const LogCounts counts = logging_.counts();
    prometheus::MetricFamily family{
        std::string(kName), "Lines of the log", prometheus::MetricType::Counter, {}};
    const auto add = [&](const char* result, uint64_t count) {
      prometheus::ClientMetric metric;
      metric.label.push_back({"result", result});
      metric.counter.value = static_cast<double>(count);
      family.metric.push_back(std::move(metric));
    };
    add("written", counts.written);
    add("dropped", counts.dropped);
    add("failed", counts.failed);
    return {std::move(family)};
  }

 private:
  const Logging& logging_;
};

}  // namespace

Result<void> add_log_metrics(Metrics& metrics, const Logging& logging) {
  constexpr std::string_view names[] = {kName};
  return metrics.add_collectable(std::make_shared<LogCollectable>(logging), names);
}

}  // namespace tenon::observe
