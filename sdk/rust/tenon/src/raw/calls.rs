//! `tenon/message.h`, `tenon/http.h`, `tenon/column.h`: what plugins are asked, and ask of each other.

use std::ffi::c_void;

use super::{tn_bytes, tn_call, tn_instance, tn_sink, tn_status, tn_str};

pub const MESSAGE_ID: &str = "tenon.message/1";
pub const HTTP_ID: &str = "tenon.http/1";
pub const COLUMN_ID: &str = "tenon.column/1";

pub type tn_method = u64;

#[repr(C)]
#[derive(Clone, Copy)]
pub struct tn_plugin_message {
    pub struct_size: u32,
    pub reserved: u32,
    pub call: Option<
        unsafe extern "C" fn(
            *mut tn_instance,
            *const tn_call,
            u32,
            tn_str,
            *const tn_sink,
        ) -> tn_status,
    >,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct tn_selector {
    pub struct_size: u32,
    pub reserved: u32,
    pub interface_id: tn_str,
    pub range: tn_str,
    pub instance: tn_str,
    pub labels: tn_str,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct tn_host_message {
    pub struct_size: u32,
    pub reserved: u32,
    pub providers: Option<
        unsafe extern "C" fn(
            *mut c_void,
            *const tn_call,
            *const tn_selector,
            *const tn_sink,
        ) -> tn_status,
    >,
    pub resolve: Option<
        unsafe extern "C" fn(
            *mut c_void,
            *const tn_call,
            *const tn_selector,
            tn_str,
            *mut tn_method,
        ) -> tn_status,
    >,
    pub call: Option<
        unsafe extern "C" fn(
            *mut c_void,
            *const tn_call,
            tn_method,
            tn_str,
            *const tn_sink,
        ) -> tn_status,
    >,
    pub release: Option<unsafe extern "C" fn(*mut c_void, tn_method)>,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct tn_http_field {
    pub name: tn_str,
    pub value: tn_str,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct tn_http_request {
    pub struct_size: u32,
    pub param_count: u32,
    pub header_count: u32,
    pub reserved: u32,
    pub method: tn_str,
    pub path: tn_str,
    pub query: tn_str,
    pub remote_address: tn_str,
    pub content_length: i64,
    pub params: *const tn_http_field,
    pub headers: *const tn_http_field,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct tn_http_exchange {
    pub struct_size: u32,
    pub reserved: u32,
    pub ctx: *mut c_void,
    pub read: Option<unsafe extern "C" fn(*mut c_void, *mut c_void, *mut u64) -> tn_status>,
    pub respond: Option<
        unsafe extern "C" fn(*mut c_void, u32, *const tn_http_field, u64, tn_bytes) -> tn_status,
    >,
    pub begin:
        Option<unsafe extern "C" fn(*mut c_void, u32, *const tn_http_field, u64, i64) -> tn_status>,
    pub write: Option<unsafe extern "C" fn(*mut c_void, tn_bytes) -> tn_status>,
    pub finish: Option<unsafe extern "C" fn(*mut c_void) -> tn_status>,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct tn_plugin_http {
    pub struct_size: u32,
    pub reserved: u32,
    pub handle: Option<
        unsafe extern "C" fn(
            *mut tn_instance,
            *const tn_call,
            u32,
            *const tn_http_request,
            *const tn_http_exchange,
        ) -> tn_status,
    >,
}

pub const TN_U8: u32 = 1;
pub const TN_I32: u32 = 2;
pub const TN_U32: u32 = 3;
pub const TN_I64: u32 = 4;
pub const TN_U64: u32 = 5;
pub const TN_F64: u32 = 6;
pub const TN_COLUMNS_MAX: u32 = 4096;

#[repr(C)]
#[derive(Clone, Copy)]
pub struct tn_column {
    pub name: tn_str,
    pub r#type: u32,
    pub reserved: u32,
    pub data: *const c_void,
    pub count: u64,
    pub offsets: *const u64,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct tn_batch {
    pub struct_size: u32,
    pub column_count: u32,
    pub columns: *const tn_column,
    pub rows: u64,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct tn_batch_sink {
    pub struct_size: u32,
    pub reserved: u32,
    pub ctx: *mut c_void,
    pub write: Option<unsafe extern "C" fn(*mut c_void, *const tn_batch) -> tn_status>,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct tn_plugin_column {
    pub struct_size: u32,
    pub reserved: u32,
    pub call: Option<
        unsafe extern "C" fn(
            *mut tn_instance,
            *const tn_call,
            u32,
            *const tn_batch,
            *const tn_batch_sink,
        ) -> tn_status,
    >,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct tn_host_column {
    pub struct_size: u32,
    pub reserved: u32,
    pub call: Option<
        unsafe extern "C" fn(
            *mut c_void,
            *const tn_call,
            tn_method,
            *const tn_batch,
            *const tn_batch_sink,
        ) -> tn_status,
    >,
}
