//! `tenon/log.h`, `config.h`, `clock.h`, `events.h`, `metrics.h`, `progress.h`, `handover.h`.

use std::ffi::c_void;

use super::{tn_bytes, tn_call, tn_instance, tn_sink, tn_status, tn_str};

pub const LOG_ID: &str = "tenon.log/1";
pub const CONFIG_ID: &str = "tenon.config/1";
pub const CLOCK_ID: &str = "tenon.clock/1";
pub const EVENTS_ID: &str = "tenon.events/1";
pub const METRICS_ID: &str = "tenon.metrics/1";
pub const PROGRESS_ID: &str = "tenon.progress/1";
pub const HANDOVER_ID: &str = "tenon.handover/1";

#[repr(C)]
#[derive(Clone, Copy)]
pub struct tn_log_field {
    pub name: tn_str,
    pub value: tn_str,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct tn_host_log {
    pub struct_size: u32,
    pub reserved: u32,
    pub level: Option<unsafe extern "C" fn(*mut c_void) -> u32>,
    pub write: Option<
        unsafe extern "C" fn(*mut c_void, *const tn_call, u32, tn_str, *const tn_log_field, u64),
    >,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct tn_host_config {
    pub struct_size: u32,
    pub reserved: u32,
    pub get: Option<
        unsafe extern "C" fn(*mut c_void, *const tn_call, tn_str, *const tn_sink) -> tn_status,
    >,
    pub data_folder:
        Option<unsafe extern "C" fn(*mut c_void, *const tn_call, *const tn_sink) -> tn_status>,
    pub resolve_path: Option<
        unsafe extern "C" fn(*mut c_void, *const tn_call, tn_str, *const tn_sink) -> tn_status,
    >,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct tn_host_clock {
    pub struct_size: u32,
    pub reserved: u32,
    pub now_ns: Option<unsafe extern "C" fn(*mut c_void) -> i64>,
    pub monotonic_ns: Option<unsafe extern "C" fn(*mut c_void) -> i64>,
    pub start_timer: Option<
        unsafe extern "C" fn(*mut c_void, *const tn_call, i64, i64, u64, *mut u64) -> tn_status,
    >,
    pub stop_timer: Option<unsafe extern "C" fn(*mut c_void, u64)>,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct tn_plugin_timer {
    pub struct_size: u32,
    pub reserved: u32,
    pub fire: Option<unsafe extern "C" fn(*mut tn_instance, *const tn_call, u64) -> tn_status>,
}

pub const TN_EVENT_TOPIC_MAX: u32 = 200;
pub const TN_EVENT_DATA_MAX: u32 = 1 << 20;
pub const TN_EVENT_DURABLE: u32 = 1;

#[repr(C)]
#[derive(Clone, Copy)]
pub struct tn_event {
    pub struct_size: u32,
    pub attempt: u32,
    pub id: u64,
    pub time_ns: i64,
    pub missed: u64,
    pub topic: tn_str,
    pub source: tn_str,
    pub data: tn_str,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct tn_host_events {
    pub struct_size: u32,
    pub reserved: u32,
    pub publish: Option<
        unsafe extern "C" fn(*mut c_void, *const tn_call, tn_str, tn_str, *mut u64) -> tn_status,
    >,
    pub subscribe: Option<
        unsafe extern "C" fn(*mut c_void, *const tn_call, tn_str, tn_str, u32, u64) -> tn_status,
    >,
    pub unsubscribe: Option<unsafe extern "C" fn(*mut c_void, *const tn_call, tn_str) -> tn_status>,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct tn_plugin_events {
    pub struct_size: u32,
    pub reserved: u32,
    pub deliver: Option<
        unsafe extern "C" fn(*mut tn_instance, *const tn_call, u64, *const tn_event) -> tn_status,
    >,
}

pub const TN_COUNTER: u32 = 1;
pub const TN_GAUGE: u32 = 2;
pub const TN_HISTOGRAM: u32 = 3;

#[repr(C)]
#[derive(Clone, Copy)]
pub struct tn_metric_label {
    pub name: tn_str,
    pub value: tn_str,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct tn_host_metrics {
    pub struct_size: u32,
    pub reserved: u32,
    pub series: Option<
        unsafe extern "C" fn(
            *mut c_void,
            *const tn_call,
            u32,
            tn_str,
            tn_str,
            *const tn_metric_label,
            u64,
            *const f64,
            u64,
            *mut u64,
        ) -> tn_status,
    >,
    pub record: Option<unsafe extern "C" fn(*mut c_void, u64, f64)>,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct tn_host_progress {
    pub struct_size: u32,
    pub reserved: u32,
    pub report: Option<unsafe extern "C" fn(*mut c_void, *const tn_call, tn_str, u64, u64)>,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct tn_plugin_handover {
    pub struct_size: u32,
    pub reserved: u32,
    pub save:
        Option<unsafe extern "C" fn(*mut tn_instance, *const tn_call, *const tn_sink) -> tn_status>,
    pub restore:
        Option<unsafe extern "C" fn(*mut tn_instance, *const tn_call, tn_bytes) -> tn_status>,
}
