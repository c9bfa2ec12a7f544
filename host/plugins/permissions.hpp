// What one instance may do: from its manifest, what the operator grants, and the files that its
// configuration names.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "host/config/instance_settings.hpp"
#include "host/config/schema.hpp"
#include "host/plugins/manifest.hpp"
#include "host/plugins/permission_kind.hpp"
#include "tenon/result.hpp"

namespace tenon::plugins {

// The one text for all refusals, also of the kernel (Code::denied):
//   greeter may not read /etc/passwd: permission read is missing; add to
//   plugins.greeter.permissions: read: ["/etc/passwd"]
// `tried` is "read /etc/passwd", `values` is what to write into the list.
Error missing_permission(std::string_view instance, PermissionKind kind, std::string_view tried,
                         const std::vector<std::string>& values);
Error missing_permission(std::string_view instance, PermissionKind kind, std::string_view tried,
                         const std::string& value);

// The namespace of the store that belongs to an instance: its id, with '_' for '-'.
std::string store_namespace(std::string id);

// What grants are computed from. Only lent.
struct PermissionSources {
  const std::string& instance;
  const Manifest& manifest;
  const config::PermissionLists& granted;
  bool own = false;  // the library came with the host: it gets what its manifest wants, too
  std::filesystem::path data_folder;              // the instance's own; need not exist yet
  std::filesystem::path config_folder;            // where relative paths in its configuration begin
  const std::vector<config::PathValue>& written;  // files that the operator names in it
};

// - Routes, interfaces and namespaces of the store: what the operator lists; without a list, what
//   the manifest declares, and the instance's own namespace.
// - Outbound, read, write and environment: what the operator lists, and for the host's own
// libraries
//   what the manifest wants.
// - Its own data folder, and what its configuration names. A pattern such as lists/*.csv stands for
//   the folder; no configuration grants the root of the file system.
// Granted folders are followed through links once, when this is made: a link that is laid into the
// way later grants nothing.
// Immutable; copies are independent; any thread may ask.
class Permissions {
 public:
  // Grants nothing.
  Permissions() = default;
  explicit Permissions(const PermissionSources& sources);

  const std::string& instance() const { return instance_; }

  // Errors are those of missing_permission, or say what is wrong with what was asked. A file is
  // covered by itself and by every folder above it, wherever links lead; it need not exist (see
  // real_path). Write includes read. A relative path counts from the process's working folder.
  Result<void> may_read(const std::filesystem::path& path) const;
  Result<void> may_write(const std::filesystem::path& path) const;
  Result<void> may_use(std::string_view interface_id) const;
  Result<void> may_open_store(std::string_view ns) const;  // with '-' or '_'
  Result<void> may_connect(std::string_view host, std::uint16_t port) const;
  Result<void> may_serve(std::string_view method, std::string_view pattern) const;
  Result<void> may_see(std::string_view variable) const;

  bool serves(std::string_view method, std::string_view pattern) const {
    return may_serve(method, pattern).ok();
  }

  // For what the kernel enforces. Absolute, without links as of the time this was made; some may
  // not exist. `read` does not repeat `write`.
  const std::vector<std::filesystem::path>& read() const { return read_; }
  const std::vector<std::filesystem::path>& write() const { return write_; }
  const std::vector<config::OutboundGrant>& outbound() const { return outbound_; }
  const std::vector<std::string>& environment() const { return environment_; }
  const std::vector<std::string>& interfaces() const { return interfaces_; }
  const std::vector<std::string>& store() const { return store_; }  // with '_'

  // Whether that wish of the manifest is granted.
  bool grants(const WantedPermission& wanted) const;
  // The error of one that is not.
  Error refusal(const WantedPermission& wanted) const;

 private:
  Error refusal(PermissionKind kind, const std::string& value) const;

  std::string instance_;
  std::filesystem::path data_folder_;
  std::vector<std::filesystem::path> read_;
  std::vector<std::filesystem::path> write_;
  std::vector<config::OutboundGrant> outbound_;
  std::vector<std::string> environment_;
  std::vector<std::string> interfaces_;
  std::vector<std::string> store_;
  std::vector<config::RouteGrant> routes_;
  // Lists that the operator has not written: to add one entry is to write all that held without it.
  bool implied_interfaces_ = true;
  bool implied_store_ = true;
};

}  // namespace tenon::plugins
