// tn_host_log on the wire.
#pragma once

#include "host/isolation/function.hpp"
#include "tenon/log.h"

namespace tenon::isolation {

// A structured field; the same shape as a label and a header.
template <class T>
concept NameValue = requires(T item) {
  { item.name } -> std::same_as<tn_str&>;
  { item.value } -> std::same_as<tn_str&>;
}
&&sizeof(T) == 2 * sizeof(tn_str);

template <NameValue T>
void put(Writer& out, const T& item) {
  out.text(item.name);
  out.text(item.value);
}
template <NameValue T>
void get(Reader& in, T& item) {
  item.name = in.text();
  item.value = in.text();
}
template <NameValue T>
inline constexpr uint64_t least_bytes<T> = 8;

using LogForm = Form<tn_host_log, offsetof(tn_host_log, level),
                     TN_WIRE(Table::host_log, tn_host_log, level, level),
                     TN_WIRE(Table::host_log, tn_host_log, level, write, OneWay, CallArgument,
                             Value<uint32_t>, Value<tn_str>, Items<tn_log_field>)>;

}  // namespace tenon::isolation
