// Fails, throws or hangs in the step that its configuration names, after it has registered timers,
// metrics and state.
#include <tenon/clock.hpp>
#include <tenon/metrics.hpp>
#include <tenon/plugin.hpp>
#include <tenon/state.hpp>

#include <thread>

struct TroubleConfig {
  std::string step = "none";
  int64_t seconds = 3600;
};
BOOST_DESCRIBE_STRUCT(TroubleConfig, (), (step, seconds))

class Trouble {
 public:
  using Config = TroubleConfig;

  Trouble(tenon::Host& host, const Config& config) : host_(host), config_(config) {
    if (config_.step == "create") throw std::runtime_error("thrown in its constructor");
  }
  tenon::Result<void> start(tenon::Call& call) {
    TN_CHECK(tenon::Clock(host_).start_timer(std::chrono::milliseconds(1),
                                             std::chrono::milliseconds(1), 1));
    TN_TRY(const auto series,
           tenon::Metrics(host_).counter("trouble_starts_total", "Starts that were tried"));
    series.record();
    if (config_.step == "start") return tenon::Error{tenon::Code::unavailable, "half-way through"};
    if (config_.step == "throw") throw std::runtime_error("thrown in start");
    if (config_.step == "hang") std::this_thread::sleep_for(std::chrono::seconds(config_.seconds));
    (void)call;
    return {};
  }
  tenon::Result<void> probe(tenon::Call&) {
    if (config_.step == "probe")
      return tenon::Error{tenon::Code::unavailable, "its dependency is away"};
    return {};
  }
  void stop() {
    if (config_.step == "stop") throw std::runtime_error("thrown in stop");
    if (config_.step == "hang-in-stop")
      std::this_thread::sleep_for(std::chrono::seconds(config_.seconds));
  }
  tenon::Result<void> on_timer(tenon::Call&, uint64_t) {
    if (config_.step == "hang-in-timer")
      std::this_thread::sleep_for(std::chrono::seconds(config_.seconds));
    if (config_.step == "timer") throw std::runtime_error("thrown in a timer");
    return {};
  }
  void page(tenon::Request&, tenon::Response& response) {
    if (config_.step == "hang-in-call")
      std::this_thread::sleep_for(std::chrono::seconds(config_.seconds));
    response.text("no trouble");
  }
  void ask() {}

 private:
  tenon::Host& host_;
  const Config config_;
};

TENON_PLUGIN(Trouble, tenon::about("trouble", "1.0.0", "Fails where it is told to"),
             tenon::get<&Trouble::page>("/trouble"),
             tenon::provides("test.trouble/1", "1.0.0", tenon::method<&Trouble::ask>("ask")))
