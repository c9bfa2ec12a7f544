/* The layout of everything in the interface that is not draft, as released. A plugin that was built yesterday relies on
 * each line: never change one. A struct that grows at its end gets a new size and further fields. */
#include <tenon/tenon.h>

#ifdef __cplusplus
#define TN_STATIC_ASSERT static_assert
#else
#define TN_STATIC_ASSERT _Static_assert
#endif
#define TN_SIZE(type, bytes) TN_STATIC_ASSERT(sizeof(type) == bytes, #type " has another size than released")
#define TN_FIELD(type, field, at, bytes)                                      \
  TN_STATIC_ASSERT(offsetof(type, field) == at && sizeof(((type*)0)->field) == bytes, \
                   #type "." #field " has another place or size than released")
#define TN_VALUE(name, value) TN_STATIC_ASSERT(name == value, #name " has another value than released")

TN_SIZE(tn_str, 16);
TN_FIELD(tn_str, data, 0, 8);
TN_FIELD(tn_str, size, 8, 8);

TN_SIZE(tn_bytes, 16);
TN_FIELD(tn_bytes, data, 0, 8);
TN_FIELD(tn_bytes, size, 8, 8);

TN_SIZE(tn_sink, 24);
TN_FIELD(tn_sink, struct_size, 0, 4);
TN_FIELD(tn_sink, reserved, 4, 4);
TN_FIELD(tn_sink, ctx, 8, 8);
TN_FIELD(tn_sink, write, 16, 8);

TN_SIZE(tn_platform, 32);
TN_FIELD(tn_platform, struct_size, 0, 4);
TN_FIELD(tn_platform, abi_major, 4, 2);
TN_FIELD(tn_platform, abi_minor, 6, 2);
TN_FIELD(tn_platform, arch, 8, 1);
TN_FIELD(tn_platform, libc, 9, 1);
TN_FIELD(tn_platform, pointer_bits, 10, 1);
TN_FIELD(tn_platform, reserved, 11, 1);
TN_FIELD(tn_platform, vendor, 12, 20);

TN_SIZE(tn_error_sink, 24);
TN_FIELD(tn_error_sink, struct_size, 0, 4);
TN_FIELD(tn_error_sink, reserved, 4, 4);
TN_FIELD(tn_error_sink, ctx, 8, 8);
TN_FIELD(tn_error_sink, set, 16, 8);

TN_SIZE(tn_call, 112);
TN_FIELD(tn_call, struct_size, 0, 4);
TN_FIELD(tn_call, flags, 4, 4);
TN_FIELD(tn_call, deadline_ns, 8, 8);
TN_FIELD(tn_call, cancelled, 16, 8);
TN_FIELD(tn_call, error, 24, 8);
TN_FIELD(tn_call, principal, 32, 8);
TN_FIELD(tn_call, call_id, 40, 8);
TN_FIELD(tn_call, request_id, 48, 16);
TN_FIELD(tn_call, idempotency_key, 64, 16);
TN_FIELD(tn_call, trace_id, 80, 16);
TN_FIELD(tn_call, span_id, 96, 8);
TN_FIELD(tn_call, trace_flags, 104, 4);
TN_FIELD(tn_call, reserved, 108, 4);

TN_SIZE(tn_host_config, 32);
TN_FIELD(tn_host_config, struct_size, 0, 4);
TN_FIELD(tn_host_config, reserved, 4, 4);
TN_FIELD(tn_host_config, get, 8, 8);
TN_FIELD(tn_host_config, data_folder, 16, 8);
TN_FIELD(tn_host_config, resolve_path, 24, 8);

TN_SIZE(tn_host, 56);
TN_FIELD(tn_host, struct_size, 0, 4);
TN_FIELD(tn_host, abi_major, 4, 2);
TN_FIELD(tn_host, abi_minor, 6, 2);
TN_FIELD(tn_host, ctx, 8, 8);
TN_FIELD(tn_host, version, 16, 16);
TN_FIELD(tn_host, instance, 32, 16);
TN_FIELD(tn_host, query, 48, 8);

TN_SIZE(tn_plugin, 48);
TN_FIELD(tn_plugin, struct_size, 0, 4);
TN_FIELD(tn_plugin, reserved, 4, 4);
TN_FIELD(tn_plugin, create, 8, 8);
TN_FIELD(tn_plugin, start, 16, 8);
TN_FIELD(tn_plugin, probe, 24, 8);
TN_FIELD(tn_plugin, stop, 32, 8);
TN_FIELD(tn_plugin, destroy, 40, 8);

TN_SIZE(tn_entry, 64);
TN_FIELD(tn_entry, struct_size, 0, 4);
TN_FIELD(tn_entry, magic, 4, 4);
TN_FIELD(tn_entry, platform, 8, 32);
TN_FIELD(tn_entry, init, 40, 8);
TN_FIELD(tn_entry, deinit, 48, 8);
TN_FIELD(tn_entry, query, 56, 8);

TN_SIZE(tn_log_field, 32);
TN_FIELD(tn_log_field, name, 0, 16);
TN_FIELD(tn_log_field, value, 16, 16);

TN_SIZE(tn_host_log, 24);
TN_FIELD(tn_host_log, struct_size, 0, 4);
TN_FIELD(tn_host_log, reserved, 4, 4);
TN_FIELD(tn_host_log, level, 8, 8);
TN_FIELD(tn_host_log, write, 16, 8);

TN_SIZE(tn_plugin_message, 16);
TN_FIELD(tn_plugin_message, struct_size, 0, 4);
TN_FIELD(tn_plugin_message, reserved, 4, 4);
TN_FIELD(tn_plugin_message, call, 8, 8);

TN_SIZE(tn_selector, 72);
TN_FIELD(tn_selector, struct_size, 0, 4);
TN_FIELD(tn_selector, reserved, 4, 4);
TN_FIELD(tn_selector, interface_id, 8, 16);
TN_FIELD(tn_selector, range, 24, 16);
TN_FIELD(tn_selector, instance, 40, 16);
TN_FIELD(tn_selector, labels, 56, 16);

TN_SIZE(tn_method, 8);

TN_SIZE(tn_host_message, 40);
TN_FIELD(tn_host_message, struct_size, 0, 4);
TN_FIELD(tn_host_message, reserved, 4, 4);
TN_FIELD(tn_host_message, providers, 8, 8);
TN_FIELD(tn_host_message, resolve, 16, 8);
TN_FIELD(tn_host_message, call, 24, 8);
TN_FIELD(tn_host_message, release, 32, 8);

/* A function's type moves nothing when it changes. C alone can compare it without more headers. */
#ifndef __cplusplus
#define TN_FUNCTION(type, field, ...)                                                                        \
  _Static_assert(__builtin_types_compatible_p(__typeof__(((type*)0)->field), __VA_ARGS__),                  \
                 #type "." #field " has another signature than released")

TN_FUNCTION(tn_sink, write, tn_status(TN_ABI*)(void*, tn_bytes));
TN_FUNCTION(tn_error_sink, set, void(TN_ABI*)(void*, tn_status, tn_str, tn_str));
TN_FUNCTION(tn_host_config, get, tn_status(TN_ABI*)(void*, const tn_call*, tn_str, const tn_sink*));
TN_FUNCTION(tn_host_config, data_folder, tn_status(TN_ABI*)(void*, const tn_call*, const tn_sink*));
TN_FUNCTION(tn_host_config, resolve_path, tn_status(TN_ABI*)(void*, const tn_call*, tn_str, const tn_sink*));
TN_FUNCTION(tn_host, query, const void*(TN_ABI*)(void*, tn_str));
TN_FUNCTION(tn_plugin, create, tn_status(TN_ABI*)(const tn_plugin*, const tn_call*, const tn_host*, tn_instance**));
TN_FUNCTION(tn_plugin, start, tn_status(TN_ABI*)(tn_instance*, const tn_call*));
TN_FUNCTION(tn_plugin, probe, tn_status(TN_ABI*)(tn_instance*, const tn_call*));
TN_FUNCTION(tn_plugin, stop, tn_status(TN_ABI*)(tn_instance*, const tn_call*));
TN_FUNCTION(tn_plugin, destroy, void(TN_ABI*)(tn_instance*, const tn_call*));
TN_FUNCTION(tn_entry, init, tn_status(TN_ABI*)(const tn_call*));
TN_FUNCTION(tn_entry, deinit, void(TN_ABI*)(void));
TN_FUNCTION(tn_entry, query, const void*(TN_ABI*)(tn_str));
TN_FUNCTION(tn_host_log, level, uint32_t(TN_ABI*)(void*));
TN_FUNCTION(tn_host_log, write, void(TN_ABI*)(void*, const tn_call*, uint32_t, tn_str, const tn_log_field*, uint64_t));
TN_FUNCTION(tn_plugin_message, call, tn_status(TN_ABI*)(tn_instance*, const tn_call*, uint32_t, tn_str, const tn_sink*));
TN_FUNCTION(tn_host_message, providers, tn_status(TN_ABI*)(void*, const tn_call*, const tn_selector*, const tn_sink*));
TN_FUNCTION(tn_host_message, resolve, tn_status(TN_ABI*)(void*, const tn_call*, const tn_selector*, tn_str, tn_method*));
TN_FUNCTION(tn_host_message, call, tn_status(TN_ABI*)(void*, const tn_call*, tn_method, tn_str, const tn_sink*));
TN_FUNCTION(tn_host_message, release, void(TN_ABI*)(void*, tn_method));
#endif

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
