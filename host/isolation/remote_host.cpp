#include "host/isolation/remote_host.hpp"

#include "host/isolation/table_ids.hpp"

namespace tenon::isolation {

RemoteHost::RemoteHost(Remote remote, uint32_t tables, std::string version, std::string instance)
    : remote_(remote),
      tables_(tables),
      version_(std::move(version)),
      instance_(std::move(instance)),
      host_{sizeof(tn_host), TN_ABI_MAJOR,    TN_ABI_MINOR,      this,
            view(version_),  view(instance_), &RemoteHost::query} {
  static_assert(std::is_standard_layout_v<RemoteHost>);
}

const void* TN_ABI RemoteHost::query(void* self, tn_str wanted) noexcept {
  const uint32_t tables = static_cast<RemoteHost*>(self)->tables_;
  for (const auto& [table, id] : kHostTables)
    if (id == view(wanted) && (tables & bit_of(table))) return proxy_of(table);
  return nullptr;
}

}  // namespace tenon::isolation
