/* The layout of everything in the interface that is not draft, as released. A plugin that was built
 * yesterday relies on each line: never change one. A struct that grows at its end gets a new size
 * and further fields. */
#include <tenon/tenon.h>

#ifdef __cplusplus
#define TN_STATIC_ASSERT static_assert
#else
#define TN_STATIC_ASSERT _Static_assert
#endif
#define TN_SIZE(type, bytes) \
  TN_STATIC_ASSERT(sizeof(type) == bytes, #type " has another size than released")
#define TN_FIELD(type, field, at, bytes)                                              \
  TN_STATIC_ASSERT(offsetof(type, field) == at && sizeof(((type*)0)->field) == bytes, \
                   #type "." #field " has another place or size than released")
#define TN_VALUE(name, value) \
  TN_STATIC_ASSERT(name == value, #name " has another value than released")

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

TN_SIZE(tn_host_clock, 40);
TN_FIELD(tn_host_clock, struct_size, 0, 4);
TN_FIELD(tn_host_clock, reserved, 4, 4);
TN_FIELD(tn_host_clock, now_ns, 8, 8);
TN_FIELD(tn_host_clock, monotonic_ns, 16, 8);
TN_FIELD(tn_host_clock, start_timer, 24, 8);
TN_FIELD(tn_host_clock, stop_timer, 32, 8);

TN_SIZE(tn_plugin_timer, 16);
TN_FIELD(tn_plugin_timer, struct_size, 0, 4);
TN_FIELD(tn_plugin_timer, reserved, 4, 4);
TN_FIELD(tn_plugin_timer, fire, 8, 8);

TN_SIZE(tn_column, 48);
TN_FIELD(tn_column, name, 0, 16);
TN_FIELD(tn_column, type, 16, 4);
TN_FIELD(tn_column, reserved, 20, 4);
TN_FIELD(tn_column, data, 24, 8);
TN_FIELD(tn_column, count, 32, 8);
TN_FIELD(tn_column, offsets, 40, 8);

TN_SIZE(tn_batch, 24);
TN_FIELD(tn_batch, struct_size, 0, 4);
TN_FIELD(tn_batch, column_count, 4, 4);
TN_FIELD(tn_batch, columns, 8, 8);
TN_FIELD(tn_batch, rows, 16, 8);

TN_SIZE(tn_batch_sink, 24);
TN_FIELD(tn_batch_sink, struct_size, 0, 4);
TN_FIELD(tn_batch_sink, reserved, 4, 4);
TN_FIELD(tn_batch_sink, ctx, 8, 8);
TN_FIELD(tn_batch_sink, write, 16, 8);

TN_SIZE(tn_plugin_column, 16);
TN_FIELD(tn_plugin_column, struct_size, 0, 4);
TN_FIELD(tn_plugin_column, reserved, 4, 4);
TN_FIELD(tn_plugin_column, call, 8, 8);

TN_SIZE(tn_host_column, 16);
TN_FIELD(tn_host_column, struct_size, 0, 4);
TN_FIELD(tn_host_column, reserved, 4, 4);
TN_FIELD(tn_host_column, call, 8, 8);

TN_SIZE(tn_event, 80);
TN_FIELD(tn_event, struct_size, 0, 4);
TN_FIELD(tn_event, attempt, 4, 4);
TN_FIELD(tn_event, id, 8, 8);
TN_FIELD(tn_event, time_ns, 16, 8);
TN_FIELD(tn_event, missed, 24, 8);
TN_FIELD(tn_event, topic, 32, 16);
TN_FIELD(tn_event, source, 48, 16);
TN_FIELD(tn_event, data, 64, 16);

TN_SIZE(tn_host_events, 32);
TN_FIELD(tn_host_events, struct_size, 0, 4);
TN_FIELD(tn_host_events, reserved, 4, 4);
TN_FIELD(tn_host_events, publish, 8, 8);
TN_FIELD(tn_host_events, subscribe, 16, 8);
TN_FIELD(tn_host_events, unsubscribe, 24, 8);

TN_SIZE(tn_plugin_events, 16);
TN_FIELD(tn_plugin_events, struct_size, 0, 4);
TN_FIELD(tn_plugin_events, reserved, 4, 4);
TN_FIELD(tn_plugin_events, deliver, 8, 8);

TN_SIZE(tn_plugin_handover, 24);
TN_FIELD(tn_plugin_handover, struct_size, 0, 4);
TN_FIELD(tn_plugin_handover, reserved, 4, 4);
TN_FIELD(tn_plugin_handover, save, 8, 8);
TN_FIELD(tn_plugin_handover, restore, 16, 8);

TN_SIZE(tn_http_field, 32);
TN_FIELD(tn_http_field, name, 0, 16);
TN_FIELD(tn_http_field, value, 16, 16);

TN_SIZE(tn_http_request, 104);
TN_FIELD(tn_http_request, struct_size, 0, 4);
TN_FIELD(tn_http_request, param_count, 4, 4);
TN_FIELD(tn_http_request, header_count, 8, 4);
TN_FIELD(tn_http_request, reserved, 12, 4);
TN_FIELD(tn_http_request, method, 16, 16);
TN_FIELD(tn_http_request, path, 32, 16);
TN_FIELD(tn_http_request, query, 48, 16);
TN_FIELD(tn_http_request, remote_address, 64, 16);
TN_FIELD(tn_http_request, content_length, 80, 8);
TN_FIELD(tn_http_request, params, 88, 8);
TN_FIELD(tn_http_request, headers, 96, 8);

TN_SIZE(tn_http_exchange, 56);
TN_FIELD(tn_http_exchange, struct_size, 0, 4);
TN_FIELD(tn_http_exchange, reserved, 4, 4);
TN_FIELD(tn_http_exchange, ctx, 8, 8);
TN_FIELD(tn_http_exchange, read, 16, 8);
TN_FIELD(tn_http_exchange, respond, 24, 8);
TN_FIELD(tn_http_exchange, begin, 32, 8);
TN_FIELD(tn_http_exchange, write, 40, 8);
TN_FIELD(tn_http_exchange, finish, 48, 8);

TN_SIZE(tn_plugin_http, 16);
TN_FIELD(tn_plugin_http, struct_size, 0, 4);
TN_FIELD(tn_plugin_http, reserved, 4, 4);
TN_FIELD(tn_plugin_http, handle, 8, 8);

TN_SIZE(tn_metric_label, 32);
TN_FIELD(tn_metric_label, name, 0, 16);
TN_FIELD(tn_metric_label, value, 16, 16);

TN_SIZE(tn_host_metrics, 24);
TN_FIELD(tn_host_metrics, struct_size, 0, 4);
TN_FIELD(tn_host_metrics, reserved, 4, 4);
TN_FIELD(tn_host_metrics, series, 8, 8);
TN_FIELD(tn_host_metrics, record, 16, 8);

TN_SIZE(tn_host_progress, 16);
TN_FIELD(tn_host_progress, struct_size, 0, 4);
TN_FIELD(tn_host_progress, reserved, 4, 4);
TN_FIELD(tn_host_progress, report, 8, 8);

TN_SIZE(tn_host_state, 48);
TN_FIELD(tn_host_state, struct_size, 0, 4);
TN_FIELD(tn_host_state, reserved, 4, 4);
TN_FIELD(tn_host_state, get, 8, 8);
TN_FIELD(tn_host_state, put, 16, 8);
TN_FIELD(tn_host_state, put_if, 24, 8);
TN_FIELD(tn_host_state, remove, 32, 8);
TN_FIELD(tn_host_state, list, 40, 8);

TN_SIZE(tn_sql_value, 40);
TN_FIELD(tn_sql_value, type, 0, 4);
TN_FIELD(tn_sql_value, reserved, 4, 4);
TN_FIELD(tn_sql_value, integer, 8, 8);
TN_FIELD(tn_sql_value, real, 16, 8);
TN_FIELD(tn_sql_value, bytes, 24, 16);

TN_SIZE(tn_migration, 56);
TN_FIELD(tn_migration, version, 0, 4);
TN_FIELD(tn_migration, reserved, 4, 4);
TN_FIELD(tn_migration, name, 8, 16);
TN_FIELD(tn_migration, sqlite, 24, 16);
TN_FIELD(tn_migration, postgres, 40, 16);

TN_SIZE(tn_host_store, 56);
TN_FIELD(tn_host_store, struct_size, 0, 4);
TN_FIELD(tn_host_store, reserved, 4, 4);
TN_FIELD(tn_host_store, migrate, 8, 8);
TN_FIELD(tn_host_store, query, 16, 8);
TN_FIELD(tn_host_store, execute_many, 24, 8);
TN_FIELD(tn_host_store, begin, 32, 8);
TN_FIELD(tn_host_store, commit, 40, 8);
TN_FIELD(tn_host_store, rollback, 48, 8);

TN_SIZE(tn_tx, 8);

/* A function's type moves nothing when it changes. C alone can compare it without more headers. */
#ifndef __cplusplus
#define TN_FUNCTION(type, field, ...)                                                      \
  _Static_assert(__builtin_types_compatible_p(__typeof__(((type*)0)->field), __VA_ARGS__), \
                 #type "." #field " has another signature than released")

TN_FUNCTION(tn_sink, write, tn_status(TN_ABI*)(void*, tn_bytes));
TN_FUNCTION(tn_error_sink, set, void(TN_ABI*)(void*, tn_status, tn_str, tn_str));
TN_FUNCTION(tn_host_config, get, tn_status(TN_ABI*)(void*, const tn_call*, tn_str, const tn_sink*));
TN_FUNCTION(tn_host_config, data_folder, tn_status(TN_ABI*)(void*, const tn_call*, const tn_sink*));
TN_FUNCTION(tn_host_config, resolve_path,
            tn_status(TN_ABI*)(void*, const tn_call*, tn_str, const tn_sink*));
TN_FUNCTION(tn_host, query, const void*(TN_ABI*)(void*, tn_str));
TN_FUNCTION(tn_plugin, create,
            tn_status(TN_ABI*)(const tn_plugin*, const tn_call*, const tn_host*, tn_instance**));
TN_FUNCTION(tn_plugin, start, tn_status(TN_ABI*)(tn_instance*, const tn_call*));
TN_FUNCTION(tn_plugin, probe, tn_status(TN_ABI*)(tn_instance*, const tn_call*));
TN_FUNCTION(tn_plugin, stop, tn_status(TN_ABI*)(tn_instance*, const tn_call*));
TN_FUNCTION(tn_plugin, destroy, void(TN_ABI*)(tn_instance*, const tn_call*));
TN_FUNCTION(tn_entry, init, tn_status(TN_ABI*)(const tn_call*));
TN_FUNCTION(tn_entry, deinit, void(TN_ABI*)(void));
TN_FUNCTION(tn_entry, query, const void*(TN_ABI*)(tn_str));
TN_FUNCTION(tn_host_log, level, uint32_t(TN_ABI*)(void*));
TN_FUNCTION(tn_host_log, write,
            void(TN_ABI*)(void*, const tn_call*, uint32_t, tn_str, const tn_log_field*, uint64_t));
TN_FUNCTION(tn_plugin_message, call,
            tn_status(TN_ABI*)(tn_instance*, const tn_call*, uint32_t, tn_str, const tn_sink*));
TN_FUNCTION(tn_host_message, providers,
            tn_status(TN_ABI*)(void*, const tn_call*, const tn_selector*, const tn_sink*));
TN_FUNCTION(tn_host_message, resolve,
            tn_status(TN_ABI*)(void*, const tn_call*, const tn_selector*, tn_str, tn_method*));
TN_FUNCTION(tn_host_message, call,
            tn_status(TN_ABI*)(void*, const tn_call*, tn_method, tn_str, const tn_sink*));
TN_FUNCTION(tn_host_message, release, void(TN_ABI*)(void*, tn_method));
TN_FUNCTION(tn_host_clock, now_ns, int64_t(TN_ABI*)(void*));
TN_FUNCTION(tn_host_clock, monotonic_ns, int64_t(TN_ABI*)(void*));
TN_FUNCTION(tn_host_clock, start_timer,
            tn_status(TN_ABI*)(void*, const tn_call*, int64_t, int64_t, uint64_t, uint64_t*));
TN_FUNCTION(tn_host_clock, stop_timer, void(TN_ABI*)(void*, uint64_t));
TN_FUNCTION(tn_plugin_timer, fire, tn_status(TN_ABI*)(tn_instance*, const tn_call*, uint64_t));
TN_FUNCTION(tn_batch_sink, write, tn_status(TN_ABI*)(void*, const tn_batch*));
TN_FUNCTION(tn_plugin_column, call,
            tn_status(TN_ABI*)(tn_instance*, const tn_call*, uint32_t, const tn_batch*,
                               const tn_batch_sink*));
TN_FUNCTION(tn_host_column, call,
            tn_status(TN_ABI*)(void*, const tn_call*, tn_method, const tn_batch*,
                               const tn_batch_sink*));
TN_FUNCTION(tn_host_events, publish,
            tn_status(TN_ABI*)(void*, const tn_call*, tn_str, tn_str, uint64_t*));
TN_FUNCTION(tn_host_events, subscribe,
            tn_status(TN_ABI*)(void*, const tn_call*, tn_str, tn_str, uint32_t, uint64_t));
TN_FUNCTION(tn_host_events, unsubscribe, tn_status(TN_ABI*)(void*, const tn_call*, tn_str));
TN_FUNCTION(tn_plugin_events, deliver,
            tn_status(TN_ABI*)(tn_instance*, const tn_call*, uint64_t, const tn_event*));
TN_FUNCTION(tn_plugin_handover, save,
            tn_status(TN_ABI*)(tn_instance*, const tn_call*, const tn_sink*));
TN_FUNCTION(tn_plugin_handover, restore,
            tn_status(TN_ABI*)(tn_instance*, const tn_call*, tn_bytes));
TN_FUNCTION(tn_http_exchange, read, tn_status(TN_ABI*)(void*, void*, uint64_t*));
TN_FUNCTION(tn_http_exchange, respond,
            tn_status(TN_ABI*)(void*, uint32_t, const tn_http_field*, uint64_t, tn_bytes));
TN_FUNCTION(tn_http_exchange, begin,
            tn_status(TN_ABI*)(void*, uint32_t, const tn_http_field*, uint64_t, int64_t));
TN_FUNCTION(tn_http_exchange, write, tn_status(TN_ABI*)(void*, tn_bytes));
TN_FUNCTION(tn_http_exchange, finish, tn_status(TN_ABI*)(void*));
TN_FUNCTION(tn_plugin_http, handle,
            tn_status(TN_ABI*)(tn_instance*, const tn_call*, uint32_t, const tn_http_request*,
                               const tn_http_exchange*));
TN_FUNCTION(tn_host_metrics, series,
            tn_status(TN_ABI*)(void*, const tn_call*, uint32_t, tn_str, tn_str,
                               const tn_metric_label*, uint64_t, const double*, uint64_t,
                               uint64_t*));
TN_FUNCTION(tn_host_metrics, record, void(TN_ABI*)(void*, uint64_t, double));
TN_FUNCTION(tn_host_progress, report,
            void(TN_ABI*)(void*, const tn_call*, tn_str, uint64_t, uint64_t));
TN_FUNCTION(tn_host_state, get,
            tn_status(TN_ABI*)(void*, const tn_call*, tn_str, const tn_sink*, uint64_t*));
TN_FUNCTION(tn_host_state, put, tn_status(TN_ABI*)(void*, const tn_call*, tn_str, tn_bytes));
TN_FUNCTION(tn_host_state, put_if,
            tn_status(TN_ABI*)(void*, const tn_call*, tn_str, tn_bytes, uint64_t));
TN_FUNCTION(tn_host_state, remove, tn_status(TN_ABI*)(void*, const tn_call*, tn_str));
TN_FUNCTION(tn_host_state, list,
            tn_status(TN_ABI*)(void*, const tn_call*, tn_str, tn_str, uint64_t, const tn_sink*));
TN_FUNCTION(tn_host_store, migrate,
            tn_status(TN_ABI*)(void*, const tn_call*, const tn_migration*, uint64_t));
TN_FUNCTION(tn_host_store, query,
            tn_status(TN_ABI*)(void*, const tn_call*, tn_tx, tn_str, const tn_sql_value*, uint64_t,
                               const tn_sink*, uint64_t*));
TN_FUNCTION(tn_host_store, execute_many,
            tn_status(TN_ABI*)(void*, const tn_call*, tn_tx, tn_str, const tn_sql_value*, uint64_t,
                               uint64_t));
TN_FUNCTION(tn_host_store, begin, tn_status(TN_ABI*)(void*, const tn_call*, uint32_t, tn_tx*));
TN_FUNCTION(tn_host_store, commit, tn_status(TN_ABI*)(void*, const tn_call*, tn_tx));
TN_FUNCTION(tn_host_store, rollback, tn_status(TN_ABI*)(void*, const tn_call*, tn_tx));
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
TN_VALUE(TN_U8, 1u);
TN_VALUE(TN_I32, 2u);
TN_VALUE(TN_U32, 3u);
TN_VALUE(TN_I64, 4u);
TN_VALUE(TN_U64, 5u);
TN_VALUE(TN_F64, 6u);
TN_VALUE(TN_COLUMNS_MAX, 4096u);
TN_VALUE(TN_EVENT_TOPIC_MAX, 200u);
TN_VALUE(TN_EVENT_DATA_MAX, (1u << 20));
TN_VALUE(TN_EVENT_DURABLE, 1u);
TN_VALUE(TN_COUNTER, 1u);
TN_VALUE(TN_GAUGE, 2u);
TN_VALUE(TN_HISTOGRAM, 3u);
TN_VALUE(TN_STATE_KEY_MAX, 512u);
TN_VALUE(TN_SQL_NULL, 0u);
TN_VALUE(TN_SQL_INT, 1u);
TN_VALUE(TN_SQL_REAL, 2u);
TN_VALUE(TN_SQL_TEXT, 3u);
TN_VALUE(TN_SQL_BYTES, 4u);
TN_VALUE(TN_TX_READ, 0u);
TN_VALUE(TN_TX_WRITE, 1u);
