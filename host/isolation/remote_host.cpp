#include "host/isolation/remote_host.hpp"

#include <ctime>

#include "host/isolation/table_ids.hpp"

namespace tenon::isolation {

namespace {

int64_t read_clock(clockid_t clock) {
  timespec now{};
  clock_gettime(clock, &now);
  return int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}
int64_t TN_ABI now_here(void*) noexcept {
  return read_clock(CLOCK_REALTIME);
}
int64_t TN_ABI monotonic_here(void*) noexcept {
  return read_clock(CLOCK_MONOTONIC);
}

const tn_host_clock& local_clock() {
  static const tn_host_clock table = [] {
    auto made = *static_cast<const tn_host_clock*>(proxy_of(Table::host_clock));
    made.now_ns = &now_here;
    made.monotonic_ns = &monotonic_here;
    return made;
  }();
  return table;
}

}  // namespace

RemoteHost::RemoteHost(Remote remote, HostFacts facts)
    : remote_(remote),
      level_(facts.log_level),
      facts_(std::move(facts)),
      host_{sizeof(tn_host),      TN_ABI_MAJOR,          TN_ABI_MINOR,      this,
            view(facts_.version), view(facts_.instance), &RemoteHost::query} {
  static_assert(std::is_standard_layout_v<RemoteHost>);
}

uint32_t TN_ABI RemoteHost::level(void* self) noexcept {
  return static_cast<RemoteHost*>(self)->level_.load(std::memory_order_relaxed);
}

const void* TN_ABI RemoteHost::query(void* self, tn_str wanted) noexcept {
  static const tn_host_log log = [] {
    auto made = *static_cast<const tn_host_log*>(proxy_of(Table::host_log));
    made.level = &RemoteHost::level;
    return made;
  }();
  const HostFacts& facts = static_cast<RemoteHost*>(self)->facts_;
  for (const auto& [table, id] : kHostTables) {
    if (id != view(wanted) || !(facts.tables & bit_of(table))) continue;
    if (table == Table::host_log) return &log;
    if (table == Table::host_clock && !facts.own_clock) return &local_clock();
    return proxy_of(table);
  }
  return nullptr;
}

}  // namespace tenon::isolation
