#include "host/plugins/permissions.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <boost/json/serialize.hpp>

#include "host/plugins/paths.hpp"
#include "host/sandbox/denied.hpp"

namespace tenon::plugins {
namespace {

namespace fs = std::filesystem;

// A list item for YAML. JSON's quotes are YAML's; only the configuration's own ${...} is escaped.
std::string yaml_text(const std::string& value) {
  const std::string quoted = boost::json::serialize(boost::json::value(value));
  std::string out;
  for (size_t i = 0; i < quoted.size(); ++i) {
    if (quoted[i] == '$' && i + 1 < quoted.size() && quoted[i + 1] == '{') out.push_back('$');
    out.push_back(quoted[i]);
  }
  return out;
}

template <class List, class Value>
bool contains(const List& list, const Value& value) {
  return std::find(list.begin(), list.end(), value) != list.end();
}

// The folder that a pattern such as lists/2024-*/x.csv is looked for in, anything else as it is.
fs::path without_pattern(const fs::path& path) {
  fs::path out;
  for (const fs::path& part : path) {
    if (part.native().find_first_of("*?[") != std::string::npos) break;
    out /= part;
  }
  return out;
}

// Where a granted path leads now. One that leads nowhere sensible is kept as it is written: it
// covers what it names if that becomes a plain file or folder.
fs::path granted_place(const fs::path& path) {
  const fs::path whole = fs::absolute(path).lexically_normal();
  auto real = real_path(whole);
  fs::path place = real.ok() ? *std::move(real) : whole;
  return place.has_filename() || place == place.root_path() ? place : place.parent_path();
}

// "read /etc/passwd"
std::string tried_words(PermissionKind kind, std::string_view value) {
  switch (kind) {
    case PermissionKind::store:
      return fmt::format("open the store's namespace {}", value);
    case PermissionKind::routes:
      return fmt::format("serve {}", value);
    case PermissionKind::interfaces:
      return fmt::format("use the interface {}", value);
    case PermissionKind::outbound:
      return fmt::format("connect to {}", value);
    case PermissionKind::read:
      return fmt::format("read {}", value);
    case PermissionKind::write:
      return fmt::format("write {}", value);
    case PermissionKind::environment:
      return fmt::format("see the environment variable {}", value);
  }
  return std::string(value);
}

Result<fs::path> asked_place(const fs::path& path) {
  if (path.empty()) return Error{Code::invalid, "the path is empty"};
  return real_path(fs::absolute(path));
}

void add(std::vector<fs::path>& list, fs::path place) {
  if (!contains(list, place)) list.push_back(std::move(place));
}

bool covered(const fs::path& place, const std::vector<fs::path>& grants) {
  return std::any_of(grants.begin(), grants.end(),
                     [&](const fs::path& grant) { return lies_in(place, grant); });
}

}  // namespace

Error missing_permission(std::string_view instance, PermissionKind kind, std::string_view tried,
                         const std::vector<std::string>& values) {
  std::vector<std::string> items;
  items.reserve(values.size());
  for (const auto& value : values) items.push_back(yaml_text(value));
  const std::string name(permission_name(kind));
  const sandbox::Denied denied{name,
                               std::string(tried),
                               "permissions." + name,
                               fmt::format("[{}]", fmt::join(items, ", ")),
                               {}};
  return {Code::denied, sandbox::describe(denied, instance),
          fmt::format("plugins.{}.permissions.{}", instance, name)};
}

Error missing_permission(std::string_view instance, PermissionKind kind, std::string_view tried,
                         const std::string& value) {
  return missing_permission(instance, kind, tried, std::vector<std::string>{value});
}

std::string store_namespace(std::string id) {
  std::replace(id.begin(), id.end(), '-', '_');
  return id;
}

Permissions::Permissions(const PermissionSources& sources)
    : instance_(sources.instance),
      outbound_(sources.granted.outbound),
      environment_(sources.granted.environment),
      implied_interfaces_(!sources.granted.interfaces),
      implied_store_(!sources.granted.store) {
  if (!sources.data_folder.empty()) {
    data_folder_ = granted_place(sources.data_folder);
    add(write_, data_folder_);
  }
  for (const auto& path : sources.granted.write) add(write_, granted_place(path));
  for (const auto& path : sources.granted.read) add(read_, granted_place(path));
  for (const auto& value : sources.written) {
    const fs::path place = granted_place(without_pattern(sources.config_folder / value.text));
    if (place == place.root_path()) continue;
    add(value.use == config::PathUse::write ? write_ : read_, place);
  }

  store_ = {store_namespace(instance_)};
  if (!implied_store_) {
    store_.clear();
    for (const auto& name : *sources.granted.store) store_.push_back(store_namespace(name));
  }
  for (const auto& required : sources.manifest.requires_)
    interfaces_.push_back(required.interface_id);
  if (!implied_interfaces_) interfaces_ = *sources.granted.interfaces;
  if (sources.granted.routes) {
    routes_ = *sources.granted.routes;
  } else {
    // Patterns that the router would refuse grant nothing, and are told when routes are checked.
    for (const auto& route : sources.manifest.routes)
      if (auto grant = config::RouteGrant::parse(route.method + " " + route.path); grant.ok())
        routes_.push_back(*std::move(grant));
  }

  if (!sources.own) return;
  for (const auto& wanted : sources.manifest.wants) {
    if (wanted.kind == PermissionKind::read) add(read_, granted_place(wanted.value));
    if (wanted.kind == PermissionKind::write) add(write_, granted_place(wanted.value));
    if (wanted.kind == PermissionKind::environment) environment_.push_back(wanted.value);
    if (wanted.kind == PermissionKind::store && implied_store_)
      store_.push_back(store_namespace(wanted.value));
    if (wanted.kind == PermissionKind::outbound)
      if (auto grant = config::OutboundGrant::parse(wanted.value); grant.ok())
        outbound_.push_back(*std::move(grant));
  }
}

Error Permissions::refusal(PermissionKind kind, const std::string& value) const {
  std::vector<std::string> values;
  if (kind == PermissionKind::interfaces && implied_interfaces_) values = interfaces_;
  if (kind == PermissionKind::store && implied_store_) values = store_;
  values.push_back(value);
  return missing_permission(instance_, kind, tried_words(kind, value), values);
}

Result<void> Permissions::may_read(const fs::path& path) const {
  TN_TRY(const auto place, asked_place(path));
  if (covered(place, read_) || covered(place, write_)) return {};
  return refusal(PermissionKind::read, place.string());
}

Result<void> Permissions::may_write(const fs::path& path) const {
  TN_TRY(const auto place, asked_place(path));
  if (covered(place, write_)) return {};
  return refusal(PermissionKind::write, place.string());
}

Result<void> Permissions::may_use(std::string_view interface_id) const {
  if (contains(interfaces_, interface_id)) return {};
  return refusal(PermissionKind::interfaces, std::string(interface_id));
}

Result<void> Permissions::may_open_store(std::string_view ns) const {
  const std::string name = store_namespace(std::string(ns));
  if (contains(store_, name)) return {};
  return refusal(PermissionKind::store, name);
}

Result<void> Permissions::may_connect(std::string_view host, std::uint16_t port) const {
  const bool granted =
      std::any_of(outbound_.begin(), outbound_.end(),
                  [&](const config::OutboundGrant& grant) { return grant.covers(host, port); });
  if (granted) return {};
  const bool bare = host.find(':') != std::string_view::npos && !host.starts_with('[');
  const std::string place =
      bare ? fmt::format("[{}]:{}", host, port) : fmt::format("{}:{}", host, port);
  return refusal(PermissionKind::outbound, place);
}

Result<void> Permissions::may_serve(std::string_view method, std::string_view pattern) const {
  const bool granted =
      std::any_of(routes_.begin(), routes_.end(),
                  [&](const config::RouteGrant& grant) { return grant.covers(method, pattern); });
  if (granted) return {};
  return refusal(PermissionKind::routes, fmt::format("{} {}", method, pattern));
}

Result<void> Permissions::may_see(std::string_view variable) const {
  if (contains(environment_, variable)) return {};
  return refusal(PermissionKind::environment, std::string(variable));
}

Error Permissions::refusal(const WantedPermission& wanted) const {
  const std::string value =
      wanted.kind == PermissionKind::store ? store_namespace(wanted.value) : wanted.value;
  return refusal(wanted.kind, value);
}

bool Permissions::grants(const WantedPermission& wanted) const {
  switch (wanted.kind) {
    case PermissionKind::read:
      return may_read(wanted.value).ok();
    case PermissionKind::write:
      return may_write(wanted.value).ok();
    case PermissionKind::environment:
      return may_see(wanted.value).ok();
    case PermissionKind::store:
      return may_open_store(wanted.value).ok();
    case PermissionKind::outbound: {
      const auto asked = config::OutboundGrant::parse(wanted.value);
      return asked.ok() && std::any_of(outbound_.begin(), outbound_.end(),
                                       [&](const auto& grant) { return grant.covers(*asked); });
    }
    default:
      return true;  // declared elsewhere
  }
}

}  // namespace tenon::plugins
