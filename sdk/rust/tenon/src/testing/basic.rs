//! `tenon.log/1`, `tenon.config/1`, `tenon.metrics/1`, `tenon.progress/1` of a test's host.

use std::ffi::c_void;
use std::mem::size_of;

use super::world::{enter, guest_of, lock, put};
use crate::call::{caught, guarded};
use crate::raw::*;
use crate::{Call, Code, Error};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogLine {
    /// As [`crate::Level`] numbers them.
    pub level: u32,
    pub message: String,
    pub fields: Vec<(String, String)>,
    pub request_id: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProgressLine {
    pub text: String,
    pub done: u64,
    pub total: u64,
}

/// Of a counter the sum, of a gauge what was set last, of a histogram the sum of what was observed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MetricValue {
    /// `raw::TN_COUNTER`, ...
    pub kind: u32,
    pub value: f64,
    /// How often it was recorded.
    pub count: u64,
}

pub(super) type Labels = Vec<(String, String)>;

pub(super) struct Series {
    pub name: String,
    pub labels: Labels,
    pub value: MetricValue,
}

pub(super) static LOG: tn_host_log = tn_host_log {
    struct_size: size_of::<tn_host_log>() as u32,
    reserved: 0,
    level: Some(level),
    write: Some(write),
};
pub(super) static CONFIG: tn_host_config = tn_host_config {
    struct_size: size_of::<tn_host_config>() as u32,
    reserved: 0,
    get: Some(get),
    data_folder: Some(data_folder),
    resolve_path: Some(resolve_path),
};
pub(super) static METRICS: tn_host_metrics = tn_host_metrics {
    struct_size: size_of::<tn_host_metrics>() as u32,
    reserved: 0,
    series: Some(series),
    record: Some(record),
};
pub(super) static PROGRESS: tn_host_progress = tn_host_progress {
    struct_size: size_of::<tn_host_progress>() as u32,
    reserved: 0,
    report: Some(report),
};

/// # Safety
/// There are that many, if any.
unsafe fn list<'a, T>(first: *const T, count: u64) -> &'a [T] {
    match count {
        0 => &[],
        _ => std::slice::from_raw_parts(first, count as usize),
    }
}

unsafe extern "C" fn level(_: *mut c_void) -> u32 {
    0
}

unsafe extern "C" fn write(
    ctx: *mut c_void,
    call: *const tn_call,
    level: u32,
    message: tn_str,
    fields: *const tn_log_field,
    count: u64,
) {
    let _ = caught(|| {
        let field =
            |field: &tn_log_field| (field.name.text().to_string(), field.value.text().to_string());
        let line = LogLine {
            level,
            message: message.text().to_string(),
            fields: list(fields, count).iter().map(field).collect(),
            request_id: Call::new(call).request_id().to_string(),
        };
        lock(&guest_of(ctx).world).log.push(line);
    });
}

unsafe extern "C" fn get(
    ctx: *mut c_void,
    call: *const tn_call,
    pointer: tn_str,
    output: *const tn_sink,
) -> tn_status {
    guarded(call, || {
        let found = enter(ctx, "config.get", call)?.config.get(pointer.text()).cloned();
        let missing =
            || Error::new(Code::NotFound, "the configuration has no such value").at(pointer.text());
        put(output, found.ok_or_else(missing)?.as_bytes())
    })
}

unsafe extern "C" fn data_folder(
    ctx: *mut c_void,
    call: *const tn_call,
    output: *const tn_sink,
) -> tn_status {
    guarded(call, || {
        let folder = enter(ctx, "config.data_folder", call)?.folder()?;
        put(output, folder.to_string_lossy().as_bytes())
    })
}

unsafe extern "C" fn resolve_path(
    ctx: *mut c_void,
    call: *const tn_call,
    path: tn_str,
    output: *const tn_sink,
) -> tn_status {
    guarded(call, || {
        let folder = enter(ctx, "config.resolve_path", call)?.folder()?;
        put(output, folder.join(path.text()).to_string_lossy().as_bytes())
    })
}

/// Lower-case words, joined by dots.
fn is_metric_name(name: &str) -> bool {
    let word = |word: &str| {
        word.starts_with(|c: char| c.is_ascii_lowercase())
            && word.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
    };
    name.len() <= 200 && name.split('.').all(word)
}

unsafe extern "C" fn series(
    ctx: *mut c_void,
    call: *const tn_call,
    kind: u32,
    name: tn_str,
    _help: tn_str,
    labels: *const tn_metric_label,
    label_count: u64,
    bounds: *const f64,
    bound_count: u64,
    series: *mut u64,
) -> tn_status {
    guarded(call, || {
        let mut world = enter(ctx, "metrics.series", call)?;
        let name = name.text();
        if !is_metric_name(name) {
            return Err(Error::new(Code::Invalid, format!("{name:?} is not a metric name")));
        }
        if list(bounds, bound_count).windows(2).any(|pair| pair[0] >= pair[1]) {
            return Err(Error::new(Code::Invalid, "the bounds of buckets ascend").at("bounds"));
        }
        let label = |label: &tn_metric_label| {
            (label.name.text().to_string(), label.value.text().to_string())
        };
        let mut labels: Labels = list(labels, label_count).iter().map(label).collect();
        labels.sort();
        let all = &mut world.series;
        if all.iter().any(|other| other.name == name && other.value.kind != kind) {
            return Err(Error::new(Code::Conflict, "this metric exists with another kind").at(name));
        }
        let same = |other: &Series| other.name == name && other.labels == labels;
        let found = all.iter().position(same).unwrap_or(all.len());
        if found == all.len() {
            if found == 1000 {
                return Err(Error::new(Code::Limit, "the instance has 1,000 series"));
            }
            let value = MetricValue { kind, value: 0.0, count: 0 };
            all.push(Series { name: name.to_string(), labels, value });
        }
        *series = found as u64;
        Ok(())
    })
}

unsafe extern "C" fn record(ctx: *mut c_void, series: u64, value: f64) {
    let mut world = lock(&guest_of(ctx).world);
    if let Some(Series { value: metric, .. }) = world.series.get_mut(series as usize) {
        if metric.kind == TN_COUNTER && value < 0.0 {
            return;
        }
        metric.value = if metric.kind == TN_GAUGE { value } else { metric.value + value };
        metric.count += 1;
    }
}

unsafe extern "C" fn report(
    ctx: *mut c_void,
    _: *const tn_call,
    text: tn_str,
    done: u64,
    total: u64,
) {
    let line = ProgressLine { text: text.text().to_string(), done, total };
    lock(&guest_of(ctx).world).progress.push(line);
}
