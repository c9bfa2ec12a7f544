#include "host/plugins/instance_context.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "host/plugins/generation.hpp"
#include "host/plugins/host_tables.hpp"

namespace tenon::plugins {
namespace {

using namespace std::chrono_literals;

constexpr size_t kLinesKept = 50;
constexpr size_t kLongestLine = 500;

Error no_store(const std::string& id) {
  return {Code::unavailable, id + " asks for the store, but this host has none"};
}

}  // namespace

InstanceContext::InstanceContext(HostServices& services, Generation& generation, std::string config,
                                 std::filesystem::path config_folder)
    : services_(services),
      generation_(generation),
      id_(generation.id()),
      config_(boost::json::parse(config)),
      config_folder_(std::move(config_folder)),
      logger_(services.logging.logger(id_)),
      metrics_(services.metrics.plugin(id_)),
      host_{sizeof(tn_host),        TN_ABI_MAJOR, TN_ABI_MINOR, this,
            view(services.version), view(id_),    &query} {}

void InstanceContext::log(uint32_t level, std::string_view message) const {
  observe::write(*logger_, {static_cast<observe::Level>(level), message});
}

void InstanceContext::remember(std::string_view line) {
  const std::lock_guard lock(lines_mutex_);
  if (lines_.size() == kLinesKept) lines_.pop_front();
  lines_.emplace_back(line.substr(0, kLongestLine));
}

std::vector<std::string> InstanceContext::recent_lines() const {
  const std::lock_guard lock(lines_mutex_);
  return {lines_.begin(), lines_.end()};
}

const void* TN_ABI InstanceContext::query(void* ctx, tn_str table) {
  const std::string_view id = view(table);
  if (id == TN_LOG_ID) return log_table();
  if (id == TN_CONFIG_ID) return config_table();
  if (id == TN_MESSAGE_ID) return message_table();
  if (id == TN_COLUMN_ID) return column_table();
  if (id == TN_CLOCK_ID) return clock_table();
  if (id == TN_METRICS_ID) return metrics_table();
  if (id == TN_PROGRESS_ID) return progress_table();
  if (id == TN_EVENTS_ID) return context_of(ctx).services_.events ? events_table() : nullptr;
  if (!context_of(ctx).services_.store) return nullptr;
  if (id == TN_STORE_ID) return store_table();
  if (id == TN_STATE_ID) return state_table();
  return nullptr;
}

const Permissions& InstanceContext::permissions() const {
  return generation_.permissions();
}

Result<std::filesystem::path> InstanceContext::data_folder() {
  const auto folder = services_.data / "plugins" / id_;
  std::error_code failed;
  std::filesystem::create_directories(folder, failed);
  if (failed)
    return Error{Code::unavailable,
                 fmt::format("cannot make {}: {}", folder.string(), failed.message())};
  return folder;
}

bool InstanceContext::may_use(std::string_view interface_id) const {
  const auto& required = generation_.manifest().requires_;
  return std::any_of(required.begin(), required.end(), [&](const RequiredInterface& one) {
    return one.interface_id == interface_id;
  });
}

Result<store::Scope> InstanceContext::scope() {
  std::lock_guard lock(mutex_);
  if (!services_.store) return no_store(id_);
  if (!scope_) {
    TN_CHECK(permissions().may_open_store(id_));
    TN_TRY(auto scope, services_.store->scope(store_namespace(id_)));
    scope_ = std::move(scope);
  }
  return *scope_;
}

Result<store::KeyValue> InstanceContext::state() {
  std::lock_guard lock(mutex_);
  if (!services_.store) return no_store(id_);
  if (!state_) {
    TN_CHECK(permissions().may_open_store(id_));
    TN_TRY(auto state,
           store::KeyValue::open(*services_.store, store_namespace(id_), store::within(10s)));
    state_ = std::move(state);
  }
  return *state_;
}

}  // namespace tenon::plugins
