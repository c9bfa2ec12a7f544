/* The layout of everything in the interface that is not draft, as released. A plugin that was built yesterday relies on
 * each line: never change one. A struct that grows at its end gets a new size and further fields. */
#include <tenon/tenon.h>

#ifdef __cplusplus
#define TN_STATIC_ASSERT static_assert
#else
#define TN_STATIC_ASSERT _Static_assert
#endif
#define TN_SIZE(type, bytes) TN_STATIC_ASSERT(sizeof(type) == bytes, #type " has another size than released")
#define TN_FIELD(type, field, at) \
  TN_STATIC_ASSERT(offsetof(type, field) == at, #type "." #field " has moved from where it was released")
#define TN_VALUE(name, value) TN_STATIC_ASSERT(name == value, #name " has another value than released")

TN_SIZE(tn_str, 16);
TN_FIELD(tn_str, data, 0);
TN_FIELD(tn_str, size, 8);

TN_SIZE(tn_bytes, 16);
TN_FIELD(tn_bytes, data, 0);
TN_FIELD(tn_bytes, size, 8);

TN_SIZE(tn_sink, 24);
TN_FIELD(tn_sink, struct_size, 0);
TN_FIELD(tn_sink, reserved, 4);
TN_FIELD(tn_sink, ctx, 8);
TN_FIELD(tn_sink, write, 16);

TN_SIZE(tn_platform, 32);
TN_FIELD(tn_platform, struct_size, 0);
TN_FIELD(tn_platform, abi_major, 4);
TN_FIELD(tn_platform, abi_minor, 6);
TN_FIELD(tn_platform, arch, 8);
TN_FIELD(tn_platform, libc, 9);
TN_FIELD(tn_platform, pointer_bits, 10);
TN_FIELD(tn_platform, reserved, 11);
TN_FIELD(tn_platform, vendor, 12);

TN_SIZE(tn_error_sink, 24);
TN_FIELD(tn_error_sink, struct_size, 0);
TN_FIELD(tn_error_sink, reserved, 4);
TN_FIELD(tn_error_sink, ctx, 8);
TN_FIELD(tn_error_sink, set, 16);

TN_SIZE(tn_call, 104);
TN_FIELD(tn_call, struct_size, 0);
TN_FIELD(tn_call, flags, 4);
TN_FIELD(tn_call, deadline_ns, 8);
TN_FIELD(tn_call, cancelled, 16);
TN_FIELD(tn_call, error, 24);
TN_FIELD(tn_call, principal, 32);
TN_FIELD(tn_call, request_id, 40);
TN_FIELD(tn_call, idempotency_key, 56);
TN_FIELD(tn_call, trace_id, 72);
TN_FIELD(tn_call, span_id, 88);
TN_FIELD(tn_call, trace_flags, 96);
TN_FIELD(tn_call, reserved, 100);

TN_SIZE(tn_host_config, 32);
TN_FIELD(tn_host_config, struct_size, 0);
TN_FIELD(tn_host_config, reserved, 4);
TN_FIELD(tn_host_config, get, 8);
TN_FIELD(tn_host_config, data_folder, 16);
TN_FIELD(tn_host_config, resolve_path, 24);

TN_SIZE(tn_host, 56);
TN_FIELD(tn_host, struct_size, 0);
TN_FIELD(tn_host, abi_major, 4);
TN_FIELD(tn_host, abi_minor, 6);
TN_FIELD(tn_host, ctx, 8);
TN_FIELD(tn_host, version, 16);
TN_FIELD(tn_host, instance, 32);
TN_FIELD(tn_host, query, 48);

TN_SIZE(tn_plugin, 48);
TN_FIELD(tn_plugin, struct_size, 0);
TN_FIELD(tn_plugin, reserved, 4);
TN_FIELD(tn_plugin, create, 8);
TN_FIELD(tn_plugin, start, 16);
TN_FIELD(tn_plugin, probe, 24);
TN_FIELD(tn_plugin, stop, 32);
TN_FIELD(tn_plugin, destroy, 40);

TN_SIZE(tn_entry, 64);
TN_FIELD(tn_entry, struct_size, 0);
TN_FIELD(tn_entry, magic, 4);
TN_FIELD(tn_entry, platform, 8);
TN_FIELD(tn_entry, init, 40);
TN_FIELD(tn_entry, deinit, 48);
TN_FIELD(tn_entry, query, 56);

TN_SIZE(tn_log_field, 32);
TN_FIELD(tn_log_field, name, 0);
TN_FIELD(tn_log_field, value, 16);

TN_SIZE(tn_host_log, 24);
TN_FIELD(tn_host_log, struct_size, 0);
TN_FIELD(tn_host_log, reserved, 4);
TN_FIELD(tn_host_log, level, 8);
TN_FIELD(tn_host_log, write, 16);

TN_SIZE(tn_plugin_message, 16);
TN_FIELD(tn_plugin_message, struct_size, 0);
TN_FIELD(tn_plugin_message, reserved, 4);
TN_FIELD(tn_plugin_message, call, 8);

TN_SIZE(tn_selector, 56);
TN_FIELD(tn_selector, struct_size, 0);
TN_FIELD(tn_selector, reserved, 4);
TN_FIELD(tn_selector, interface_id, 8);
TN_FIELD(tn_selector, range, 24);
TN_FIELD(tn_selector, instance, 40);

TN_SIZE(tn_method, 8);

TN_SIZE(tn_host_message, 40);
TN_FIELD(tn_host_message, struct_size, 0);
TN_FIELD(tn_host_message, reserved, 4);
TN_FIELD(tn_host_message, providers, 8);
TN_FIELD(tn_host_message, resolve, 16);
TN_FIELD(tn_host_message, call, 24);
TN_FIELD(tn_host_message, release, 32);

TN_VALUE(TN_ABI_MAJOR, 1);
TN_VALUE(TN_ENTRY_MAGIC, 0x4e4f4e54u);
TN_VALUE(TN_CALL_IDEMPOTENT, 1u);
TN_VALUE(TN_OK, 0);
TN_VALUE(TN_E_INVALID, 1);
TN_VALUE(TN_E_NOT_FOUND, 2);
TN_VALUE(TN_E_CONFLICT, 3);
TN_VALUE(TN_E_UNAUTHENTICATED, 4);
TN_VALUE(TN_E_DENIED, 5);
TN_VALUE(TN_E_UNSUPPORTED, 6);
TN_VALUE(TN_E_UNAVAILABLE, 7);
TN_VALUE(TN_E_TIMEOUT, 8);
TN_VALUE(TN_E_CANCELLED, 9);
TN_VALUE(TN_E_LIMIT, 10);
TN_VALUE(TN_E_TOO_LARGE, 11);
TN_VALUE(TN_E_INTERNAL, 12);
TN_VALUE(TN_E_DATA_LOSS, 13);
TN_VALUE(TN_LOG_TRACE, 0u);
TN_VALUE(TN_LOG_DEBUG, 1u);
TN_VALUE(TN_LOG_INFO, 2u);
TN_VALUE(TN_LOG_WARN, 3u);
TN_VALUE(TN_LOG_ERROR, 4u);
TN_VALUE(TN_LOG_OFF, 5u);
TN_VALUE(TN_MANIFEST_FORMAT, 1);
TN_VALUE(TN_NOTE_MANIFEST, 1);
