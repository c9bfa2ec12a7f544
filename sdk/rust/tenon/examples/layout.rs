//! Prints the layout of every struct of the interface, for a comparison with the C headers: name,
//! size, and the place of each member; and the value of every constant.

use tenon::raw::*;
use tenon::{Code, Level};

macro_rules! layout {
    ($($type:ident { $($member:ident),* $(,)? })*) => {$({
        let room = std::mem::MaybeUninit::<$type>::uninit();
        let base = room.as_ptr();
        print!("{} {}", stringify!($type), std::mem::size_of::<$type>());
        $(
            // SAFETY: only addresses are taken.
            let at = unsafe { std::ptr::addr_of!((*base).$member) } as usize - base as usize;
            print!(" {}={}", stringify!($member).trim_start_matches("r#"), at);
        )*
        println!();
    })*};
}

macro_rules! constants {
    ($($name:ident)*) => {$( println!("{} {}", stringify!($name), $name); )*};
}

/// Those that have another name here.
macro_rules! renamed {
    ($($name:ident = $value:expr;)*) => {$( println!("{} {}", stringify!($name), $value); )*};
}

fn main() {
    layout! {
        tn_str { data, size }
        tn_bytes { data, size }
        tn_sink { struct_size, reserved, ctx, write }
        tn_platform { struct_size, abi_major, abi_minor, arch, libc, pointer_bits, reserved, vendor }
        tn_error_sink { struct_size, reserved, ctx, set }
        tn_call {
            struct_size, flags, deadline_ns, cancelled, error, principal, call_id, request_id,
            idempotency_key, trace_id, span_id, trace_flags, reserved,
        }
        tn_host { struct_size, abi_major, abi_minor, ctx, version, instance, query }
        tn_plugin { struct_size, reserved, create, start, probe, stop, destroy }
        tn_entry { struct_size, magic, platform, init, deinit, query }
        tn_log_field { name, value }
        tn_host_log { struct_size, reserved, level, write }
        tn_host_config { struct_size, reserved, get, data_folder, resolve_path }
        tn_plugin_message { struct_size, reserved, call }
        tn_selector { struct_size, reserved, interface_id, range, instance, labels }
        tn_host_message { struct_size, reserved, providers, resolve, call, release }
        tn_http_field { name, value }
        tn_http_request {
            struct_size, param_count, header_count, reserved, method, path, query, remote_address,
            content_length, params, headers,
        }
        tn_http_exchange { struct_size, reserved, ctx, read, respond, begin, write, finish }
        tn_plugin_http { struct_size, reserved, handle }
        tn_column { name, r#type, reserved, data, count, offsets }
        tn_batch { struct_size, column_count, columns, rows }
        tn_batch_sink { struct_size, reserved, ctx, write }
        tn_plugin_column { struct_size, reserved, call }
        tn_host_column { struct_size, reserved, call }
        tn_sql_value { r#type, reserved, integer, real, bytes }
        tn_migration { version, reserved, name, sqlite, postgres }
        tn_host_store {
            struct_size, reserved, migrate, query, execute_many, begin, commit, rollback,
        }
        tn_host_state { struct_size, reserved, get, put, put_if, remove, list }
        tn_host_clock { struct_size, reserved, now_ns, monotonic_ns, start_timer, stop_timer }
        tn_plugin_timer { struct_size, reserved, fire }
        tn_event { struct_size, attempt, id, time_ns, missed, topic, source, data }
        tn_host_events { struct_size, reserved, publish, subscribe, unsubscribe }
        tn_plugin_events { struct_size, reserved, deliver }
        tn_metric_label { name, value }
        tn_host_metrics { struct_size, reserved, series, record }
        tn_host_progress { struct_size, reserved, report }
        tn_plugin_handover { struct_size, reserved, save, restore }
    }
    constants! {
        TN_ABI_MAJOR TN_ABI_MINOR TN_ARCH_X86_64 TN_ARCH_AARCH64 TN_LIBC_GLIBC TN_LIBC_MUSL
        TN_CALL_IDEMPOTENT TN_OK TN_ENTRY_MAGIC TN_NOTE_MANIFEST TN_U8 TN_I32 TN_U32 TN_I64 TN_U64
        TN_F64 TN_COLUMNS_MAX TN_SQL_NULL TN_SQL_INT TN_SQL_REAL TN_SQL_TEXT TN_SQL_BYTES
        TN_TX_READ TN_TX_WRITE TN_STATE_KEY_MAX TN_EVENT_TOPIC_MAX TN_EVENT_DATA_MAX
        TN_EVENT_DURABLE TN_COUNTER TN_GAUGE TN_HISTOGRAM
    }
    renamed! {
        TN_PLUGIN_ID = PLUGIN_ID;
        TN_LOG_ID = LOG_ID;
        TN_CONFIG_ID = CONFIG_ID;
        TN_MESSAGE_ID = MESSAGE_ID;
        TN_HTTP_ID = HTTP_ID;
        TN_COLUMN_ID = COLUMN_ID;
        TN_STORE_ID = STORE_ID;
        TN_STATE_ID = STATE_ID;
        TN_CLOCK_ID = CLOCK_ID;
        TN_EVENTS_ID = EVENTS_ID;
        TN_METRICS_ID = METRICS_ID;
        TN_PROGRESS_ID = PROGRESS_ID;
        TN_HANDOVER_ID = HANDOVER_ID;
        TN_E_INVALID = Code::Invalid as i32;
        TN_E_NOT_FOUND = Code::NotFound as i32;
        TN_E_CONFLICT = Code::Conflict as i32;
        TN_E_UNAUTHENTICATED = Code::Unauthenticated as i32;
        TN_E_DENIED = Code::Denied as i32;
        TN_E_UNSUPPORTED = Code::Unsupported as i32;
        TN_E_UNAVAILABLE = Code::Unavailable as i32;
        TN_E_TIMEOUT = Code::Timeout as i32;
        TN_E_CANCELLED = Code::Cancelled as i32;
        TN_E_LIMIT = Code::Limit as i32;
        TN_E_TOO_LARGE = Code::TooLarge as i32;
        TN_E_INTERNAL = Code::Internal as i32;
        TN_E_DATA_LOSS = Code::DataLoss as i32;
        TN_LOG_TRACE = Level::Trace as u32;
        TN_LOG_DEBUG = Level::Debug as u32;
        TN_LOG_INFO = Level::Info as u32;
        TN_LOG_WARN = Level::Warn as u32;
        TN_LOG_ERROR = Level::Error as u32;
    }
}
