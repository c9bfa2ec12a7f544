#include "host/isolation/remote_plugin.hpp"

#include "host/isolation/life_wire.hpp"
#include "host/isolation/table_ids.hpp"
#include "tenon/log.h"

namespace tenon::isolation {

namespace {

// What the host holds as tn_instance*. Its first member makes it a Remote.
struct RemoteInstance {
  Remote remote;
  RemotePlugin* plugin = nullptr;
  uint64_t host = 0;
};
static_assert(offsetof(RemoteInstance, remote) == 0);

Target target_of(const tn_host& host) {
  Target target;
  for (const auto& [table, id] : kHostTables)
    target[table] = {host.ctx, host.query(host.ctx, view(id))};
  return target;
}

uint32_t tables_of(const Target& target) {
  uint32_t tables = 0;
  for (const auto& [table, id] : kHostTables)
    if (target[table].table) tables |= bit_of(table);
  return tables;
}

uint32_t level_of(const tn_host& host) {
  const auto* log = static_cast<const tn_host_log*>(host.query(host.ctx, view(TN_LOG_ID)));
  return log && TN_HAS(log, level) && log->level ? log->level(host.ctx) : TN_LOG_OFF;
}

}  // namespace

void TN_ABI RemotePlugin::destroy(tn_instance* instance, const tn_call* call) noexcept {
  const std::unique_ptr<RemoteInstance> owned(reinterpret_cast<RemoteInstance*>(instance));
  Destroy::proxy(instance, call);
  owned->plugin->forget(owned->host);
}

RemotePlugin::RemotePlugin(Endpoint& endpoint, bool own_clock)
    : endpoint_(endpoint), own_clock_(own_clock), life_{LifeForm::proxies(), this} {
  static_assert(offsetof(Life, table) == 0, "create finds the plugin behind its table");
  life_.table.destroy = &RemotePlugin::destroy;
  life_.table.create = [](const tn_plugin* self, const tn_call* call, const tn_host* host,
                          tn_instance** instance) {
    try {
      return reinterpret_cast<const Life*>(self)->plugin->create(call, host, instance);
    } catch (...) {  // out of memory
      return static_cast<tn_status>(TN_E_LIMIT);
    }
  };
}

tn_status RemotePlugin::init(const tn_call* call) {
  Outgoing out({&endpoint_, 0}, kOpInit);
  out.pass(call);
  if (!out.run()) return out.fail();
  const auto status = out.reply().number<tn_status>();
  out.take_error();
  const auto tables = out.reply().number<uint32_t>();
  const tn_status finished = out.finish(status);
  if (finished == TN_OK) tables_ = tables;
  return finished;
}

void RemotePlugin::deinit() {
  Outgoing out({&endpoint_, 0}, kOpDeinit);
  if (out.run()) (void)out.finish(TN_OK);
}

const void* RemotePlugin::query(std::string_view id) const {
  for (const auto& [table, name] : kPluginTables)
    if (name == id && (tables_ & bit_of(table)))
      return table == Table::life ? &life_.table : proxy_of(table);
  return nullptr;
}

tn_status RemotePlugin::create(const tn_call* call, const tn_host* host, tn_instance** instance) {
  auto made = std::make_unique<RemoteInstance>();
  made->plugin = this;
  const Target target = target_of(*host);
  auto added = endpoint_.targets().add(target);
  if (!added.ok()) return tenon::fail(call, added.error());
  made->host = *added;
  const uint32_t level = level_of(*host);
  {
    std::lock_guard lock(mutex_);
    hosts_[made->host] = {host, level};
  }
  Outgoing out({&endpoint_, 0}, kOpCreate);
  out.pass(call);
  put(out.body(), made->host);
  put(out.body(), tables_of(target));
  put(out.body(), level);
  put(out.body(), static_cast<uint8_t>(own_clock_));
  put(out.body(), host->version);
  put(out.body(), host->instance);
  tn_status status = TN_OK;
  if (out.run()) {
    status = out.reply().number<tn_status>();
    out.take_error();
    made->remote = {&endpoint_, out.reply().number<uint64_t>()};
    status = out.finish(status);
  } else {
    status = out.fail();
  }
  if (status == TN_OK) {
    *instance = reinterpret_cast<tn_instance*>(made.release());
  } else {
    forget(made->host);
  }
  return status;
}

void RemotePlugin::forget(uint64_t host) {
  {
    std::lock_guard lock(mutex_);
    hosts_.erase(host);
  }
  endpoint_.targets().remove(host);
}

LogLevels RemotePlugin::changed_log_levels() {
  std::lock_guard lock(mutex_);
  LogLevels changed;
  for (auto& [id, host] : hosts_) {
    const uint32_t level = level_of(*host.host);
    if (level != host.level) changed[id] = host.level = level;
  }
  return changed;
}

}  // namespace tenon::isolation
