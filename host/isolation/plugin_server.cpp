#include "host/isolation/plugin_server.hpp"

#include "host/isolation/life_wire.hpp"
#include "host/isolation/table_ids.hpp"

namespace tenon::isolation {

PluginServer::PluginServer(Endpoint& endpoint, const tn_entry& entry)
    : endpoint_(endpoint), entry_(entry) {
  endpoint.serve_unbound([this](Incoming& in) { return serve(in); });
}

Result<void> PluginServer::serve(Incoming& in) {
  switch (in.header.op) {
    case kOpInit:
      return init(in);
    case kOpDeinit:
      return deinit(in);
    case kOpCreate:
      return create(in);
    case Destroy::kOp:
      return destroy(in);
    default:
      return Error{Code::unsupported, "a plugin has no function " + std::to_string(in.header.op)};
  }
}

Result<void> PluginServer::init(Incoming& in) {
  CallArgument::Slot call;
  call.take(in);
  TN_CHECK(in.body.finish());
  const tn_status status =
      TN_HAS(&entry_, init) && entry_.init ? entry_.init(std::get<0>(call.arguments())) : TN_OK;
  put(in.reply, status);
  call.give(in.reply);
  uint32_t tables = 0;
  for (const auto& [table, id] : kPluginTables)
    if (status == TN_OK && entry_.query(view(id))) tables |= bit_of(table);
  put(in.reply, tables);
  return {};
}

Result<void> PluginServer::deinit(Incoming& in) {
  TN_CHECK(in.body.finish());
  if (entry_.deinit) entry_.deinit();
  return {};
}

Result<void> PluginServer::create(Incoming& in) {
  CallArgument::Slot call;
  call.take(in);
  const auto host = in.body.number<uint64_t>();
  HostFacts facts;
  facts.tables = in.body.number<uint32_t>();
  facts.log_level = in.body.number<uint32_t>();
  facts.own_clock = in.body.number<uint8_t>() != 0;
  facts.version = view(in.body.text());
  facts.instance = view(in.body.text());
  TN_CHECK(in.body.finish());
  const auto* life = table<tn_plugin>(TN_PLUGIN_ID);
  if (!life) return Error{Code::unsupported, "the plugin has no table " TN_PLUGIN_ID};

  Instance made;
  made.host = std::make_unique<RemoteHost>(Remote{&endpoint_, host}, std::move(facts));
  const tn_status status =
      life->create(life, std::get<0>(call.arguments()), made.host->get(), &made.plugin);
  uint64_t id = 0;
  if (status == TN_OK) {
    Target target;
    for (const auto& [kind, interface] : kPluginTables)
      target[kind] = {made.plugin, entry_.query(view(interface))};
    auto added = endpoint_.targets().add(target);
    if (!added.ok()) {
      life->destroy(made.plugin, nullptr);
      return std::move(added).error();
    }
    id = *added;
    std::lock_guard lock(mutex_);
    instances_[id] = std::move(made);
  }
  put(in.reply, status);
  call.give(in.reply);
  put(in.reply, id);
  return {};
}

Result<void> PluginServer::destroy(Incoming& in) {
  CallArgument::Slot call;
  call.take(in);
  TN_CHECK(in.body.finish());
  Instance ending;
  {
    std::lock_guard lock(mutex_);
    const auto found = instances_.find(in.header.target);
    if (found == instances_.end())
      return Error{Code::not_found, "there is no such instance to destroy"};
    ending = std::move(found->second);
    instances_.erase(found);
  }
  endpoint_.targets().remove(in.header.target);
  table<tn_plugin>(TN_PLUGIN_ID)->destroy(ending.plugin, std::get<0>(call.arguments()));
  call.give(in.reply);
  return {};
}

void PluginServer::set_log_level(uint64_t host, uint32_t level) {
  std::lock_guard lock(mutex_);
  for (const auto& [id, instance] : instances_)
    if (instance.host->target() == host) instance.host->set_log_level(level);
}

}  // namespace tenon::isolation
