//! The C interface, version 1, as far as this crate uses it: written after the headers `tenon/*.h`,
//! which say what each function means. A test holds the layout against the headers.
#![allow(non_camel_case_types)]

use std::ffi::c_void;

pub type tn_status = i32;
pub type tn_method = u64;

#[repr(C)]
#[derive(Clone, Copy)]
pub struct tn_str {
    pub data: *const u8,
    pub size: u64,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct tn_bytes {
    pub data: *const c_void,
    pub size: u64,
}

#[repr(C)]
pub struct tn_sink {
    pub struct_size: u32,
    pub reserved: u32,
    pub ctx: *mut c_void,
    pub write: Option<unsafe extern "C" fn(*mut c_void, tn_bytes) -> tn_status>,
}

#[repr(C)]
pub struct tn_platform {
    pub struct_size: u32,
    pub abi_major: u16,
    pub abi_minor: u16,
    pub arch: u8,
    pub libc: u8,
    pub pointer_bits: u8,
    pub reserved: u8,
    pub vendor: [u8; 20],
}

#[repr(C)]
pub struct tn_error_sink {
    pub struct_size: u32,
    pub reserved: u32,
    pub ctx: *mut c_void,
    pub set: Option<unsafe extern "C" fn(*mut c_void, tn_status, tn_str, tn_str)>,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct tn_call {
    pub struct_size: u32,
    pub flags: u32,
    pub deadline_ns: i64,
    pub cancelled: *const u32,
    pub error: *const tn_error_sink,
    pub principal: u64,
    pub call_id: u64,
    pub request_id: tn_str,
    pub idempotency_key: tn_str,
    pub trace_id: [u8; 16],
    pub span_id: [u8; 8],
    pub trace_flags: u32,
    pub reserved: u32,
}

#[repr(C)]
pub struct tn_host {
    pub struct_size: u32,
    pub abi_major: u16,
    pub abi_minor: u16,
    pub ctx: *mut c_void,
    pub version: tn_str,
    pub instance: tn_str,
    pub query: Option<unsafe extern "C" fn(*mut c_void, tn_str) -> *const c_void>,
}

/// Opaque to the host.
#[repr(C)]
pub struct tn_instance {
    _private: [u8; 0],
}

pub type LifeStep = unsafe extern "C" fn(*mut tn_instance, *const tn_call) -> tn_status;

#[repr(C)]
pub struct tn_plugin {
    pub struct_size: u32,
    pub reserved: u32,
    pub create: Option<
        unsafe extern "C" fn(
            *const tn_plugin,
            *const tn_call,
            *const tn_host,
            *mut *mut tn_instance,
        ) -> tn_status,
    >,
    pub start: Option<LifeStep>,
    pub probe: Option<LifeStep>,
    pub stop: Option<LifeStep>,
    pub destroy: Option<unsafe extern "C" fn(*mut tn_instance, *const tn_call)>,
}

#[repr(C)]
pub struct tn_entry {
    pub struct_size: u32,
    pub magic: u32,
    pub platform: tn_platform,
    pub init: Option<unsafe extern "C" fn(*const tn_call) -> tn_status>,
    pub deinit: Option<unsafe extern "C" fn()>,
    pub query: Option<unsafe extern "C" fn(tn_str) -> *const c_void>,
}

#[repr(C)]
pub struct tn_log_field {
    pub name: tn_str,
    pub value: tn_str,
}

#[repr(C)]
pub struct tn_host_log {
    pub struct_size: u32,
    pub reserved: u32,
    pub level: Option<unsafe extern "C" fn(*mut c_void) -> u32>,
    pub write: Option<
        unsafe extern "C" fn(*mut c_void, *const tn_call, u32, tn_str, *const tn_log_field, u64),
    >,
}

#[repr(C)]
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
pub struct tn_selector {
    pub struct_size: u32,
    pub reserved: u32,
    pub interface_id: tn_str,
    pub range: tn_str,
    pub instance: tn_str,
    pub labels: tn_str,
}

#[repr(C)]
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

pub const TN_OK: tn_status = 0;
pub const TN_ENTRY_MAGIC: u32 = 0x4e4f_4e54;
pub const TN_NOTE_MANIFEST: u32 = 1;

pub const PLUGIN_ID: &str = "tenon.plugin/1";
pub const LOG_ID: &str = "tenon.log/1";
pub const CONFIG_ID: &str = "tenon.config/1";
pub const MESSAGE_ID: &str = "tenon.message/1";
pub const HTTP_ID: &str = "tenon.http/1";

impl tn_str {
    pub const EMPTY: tn_str = tn_str { data: std::ptr::null(), size: 0 };

    /// Borrows: the view is valid as long as `text`.
    pub fn of(text: &str) -> tn_str {
        tn_str { data: text.as_ptr(), size: text.len() as u64 }
    }

    /// # Safety
    /// The view is valid for as long as the result is used.
    pub unsafe fn bytes<'a>(self) -> &'a [u8] {
        if self.size == 0 {
            return &[];
        }
        std::slice::from_raw_parts(self.data, self.size as usize)
    }

    /// Text from the host is UTF-8; what is not reads as empty.
    ///
    /// # Safety
    /// As for `bytes`.
    pub unsafe fn text<'a>(self) -> &'a str {
        std::str::from_utf8(self.bytes()).unwrap_or("")
    }
}

impl tn_bytes {
    pub fn of(bytes: &[u8]) -> tn_bytes {
        tn_bytes { data: bytes.as_ptr().cast(), size: bytes.len() as u64 }
    }

    /// # Safety
    /// The view is valid for as long as the result is used.
    pub unsafe fn bytes<'a>(self) -> &'a [u8] {
        tn_str { data: self.data.cast(), size: self.size }.bytes()
    }
}

impl tn_platform {
    /// What this crate is compiled for.
    pub const HERE: tn_platform = tn_platform {
        struct_size: std::mem::size_of::<tn_platform>() as u32,
        abi_major: 1,
        abi_minor: 0,
        arch: if cfg!(target_arch = "aarch64") { 2 } else { 1 },
        libc: if cfg!(target_env = "musl") { 2 } else { 1 },
        pointer_bits: 64,
        reserved: 0,
        vendor: *b"tenon\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0",
    };
}

#[cfg(not(all(
    target_os = "linux",
    target_pointer_width = "64",
    target_endian = "little",
    any(target_arch = "x86_64", target_arch = "aarch64")
)))]
compile_error!("tenon has no interface for this platform yet");
