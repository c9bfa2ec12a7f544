#include "host/isolation/remote_plugin.hpp"

#include "host/isolation/life_wire.hpp"
#include "host/isolation/table_ids.hpp"

namespace tenon::isolation {

namespace {

// What the host holds as tn_instance*. Its first member makes it a Remote.
struct RemoteInstance {
  Remote remote;
  uint64_t host = 0;
};
static_assert(offsetof(RemoteInstance, remote) == 0);

void TN_ABI destroy(tn_instance* instance, const tn_call* call) noexcept {
  const std::unique_ptr<RemoteInstance> owned(reinterpret_cast<RemoteInstance*>(instance));
  Destroy::proxy(instance, call);
  owned->remote.endpoint->targets().remove(owned->host);
}

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

}  // namespace

RemotePlugin::RemotePlugin(Endpoint& endpoint)
    : endpoint_(endpoint), life_{LifeForm::proxies(), this} {
  static_assert(offsetof(Life, table) == 0, "create finds the plugin behind its table");
  life_.table.destroy = &destroy;
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
  made->host = endpoint_.next_id();
  const Target target = target_of(*host);
  Outgoing out({&endpoint_, 0}, kOpCreate);
  out.pass(call);
  put(out.body(), made->host);
  put(out.body(), tables_of(target));
  put(out.body(), host->version);
  put(out.body(), host->instance);
  endpoint_.targets().add(made->host, target);
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
    endpoint_.targets().remove(made->host);
  }
  return status;
}

}  // namespace tenon::isolation
