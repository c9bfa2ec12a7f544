#include "host/verify/bench.hpp"

namespace tenon::verify {

Result<std::unique_ptr<Bench>> Bench::open(const Plan& plan, const std::filesystem::path& data,
                                           const std::filesystem::path& worker_program) {
  std::unique_ptr<Bench> bench(new Bench(plan, data));
  TN_CHECK(bench->open_services(data, worker_program));
  return bench;
}

Result<void> Bench::open_services(const std::filesystem::path& data,
                                  const std::filesystem::path& worker_program) {
  std::filesystem::create_directories(copies_.folder);
  observe::LogOptions log;
  log.file = (data / "log.txt").string();
  TN_TRY(logging_, observe::Logging::create(log));
  metrics_ = std::make_unique<observe::Metrics>();
  store::StoreOptions store;
  store.path = (data / "store.db").string();
  TN_TRY(store_, store::open_store(store));
  events_ = std::make_unique<plugins::EventHub>(plugins::EventOptions(), chains_, transactions_);
  TN_CHECK(events_->open(*store_));
  if (!worker_program.empty())
    workers_ = std::make_unique<workers::Workers>(worker_program, std::chrono::seconds(1));
  services_ = std::make_unique<plugins::HostServices>(
      plugins::HostServices{TENON_VERSION, data, *logging_, *metrics_, bus_, timers_, transactions_,
                            chains_, keeper_, store_.get(), workers_.get(), events_.get()});
  services_->on_crash = [this](const crash::CrashReport& report) {
    trouble(crash::to_text(report));
  };
  services_->on_denied = [this](const std::string&, const std::string& text) { trouble(text); };
  return {};
}

void Bench::trouble(const std::string& text) {
  const std::lock_guard lock(mutex_);
  troubles_.push_back(text);
}

std::vector<std::string> Bench::troubles() const {
  const std::lock_guard lock(mutex_);
  return troubles_;
}

Result<void> Bench::start_providers() {
  for (const auto& planned : plan_.providers) {
    auto provider =
        std::make_shared<plugins::Instance>(*services_, copies_, plugins::setup_of(planned));
    TN_CHECK(provider->start(control_));
    instances_.push_back(std::move(provider));
  }
  return {};
}

Result<std::shared_ptr<plugins::Instance>> Bench::make(const std::string& name, bool isolated) {
  plugins::InstanceSetup setup = plugins::setup_of(plan_.subject);
  setup.id = name;
  setup.isolated = isolated;
  setup.grants.data_folder = services_->data / "plugins" / name;
  TN_TRY(setup.permissions, plugins::permissions_for(setup, setup.candidate.manifest));
  auto made = std::make_shared<plugins::Instance>(*services_, copies_, std::move(setup));
  instances_.push_back(made);
  return made;
}

}  // namespace tenon::verify
