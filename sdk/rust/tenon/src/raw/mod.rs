//! The C interface, version 1: written after the headers `tenon/*.h`, which say what each function
//! means. A test holds every struct and constant against the headers.
#![allow(non_camel_case_types)]

mod calls;
mod data;
mod host;

use std::ffi::c_void;
use std::mem::{size_of, MaybeUninit};

pub use calls::*;
pub use data::*;
pub use host::*;

pub type tn_status = i32;

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
#[derive(Clone, Copy)]
pub struct tn_sink {
    pub struct_size: u32,
    pub reserved: u32,
    pub ctx: *mut c_void,
    pub write: Option<unsafe extern "C" fn(*mut c_void, tn_bytes) -> tn_status>,
}

#[repr(C)]
#[derive(Clone, Copy)]
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
#[derive(Clone, Copy)]
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
#[derive(Clone, Copy)]
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
#[derive(Clone, Copy)]
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
#[derive(Clone, Copy)]
pub struct tn_entry {
    pub struct_size: u32,
    pub magic: u32,
    pub platform: tn_platform,
    pub init: Option<unsafe extern "C" fn(*const tn_call) -> tn_status>,
    pub deinit: Option<unsafe extern "C" fn()>,
    pub query: Option<unsafe extern "C" fn(tn_str) -> *const c_void>,
}

pub const TN_ABI_MAJOR: u16 = 1;
pub const TN_ABI_MINOR: u16 = 0;
pub const TN_ARCH_X86_64: u8 = 1;
pub const TN_ARCH_AARCH64: u8 = 2;
pub const TN_LIBC_GLIBC: u8 = 1;
pub const TN_LIBC_MUSL: u8 = 2;
pub const TN_CALL_IDEMPOTENT: u32 = 1;
pub const TN_OK: tn_status = 0;
pub const TN_ENTRY_MAGIC: u32 = 0x4e4f_4e54;
pub const TN_NOTE_MANIFEST: u32 = 1;

pub const PLUGIN_ID: &str = "tenon.plugin/1";

/// A struct that begins with its own size and grows at its end.
///
/// # Safety
/// `repr(C)`, begins with `struct_size: u32`, and all zero is one of its values.
pub unsafe trait Grows: Copy {}

macro_rules! grows {
    ($($type:ident)*) => {$(
        // SAFETY: as required: numbers, pointers and optional functions behind a struct_size.
        unsafe impl Grows for $type {}
    )*};
}
grows! {
    tn_call tn_host tn_plugin tn_http_request tn_http_exchange tn_batch tn_event
    tn_host_log tn_host_config tn_host_message tn_host_column tn_host_store tn_host_state
    tn_host_clock tn_host_events tn_host_metrics tn_host_progress
}

/// A copy of what both sides know of a struct: members beyond the size that it says are zero.
///
/// # Safety
/// `found` is readable for as many bytes as its struct_size says.
pub unsafe fn known<T: Grows>(found: *const T) -> T {
    // Whole words, so that no pointer is taken by half.
    let size = (*found.cast::<u32>() as usize).min(size_of::<T>()) & !7;
    let mut copy = MaybeUninit::<T>::zeroed();
    std::ptr::copy_nonoverlapping(found.cast::<u8>(), copy.as_mut_ptr().cast::<u8>(), size);
    copy.as_mut_ptr().cast::<u32>().write(size_of::<T>() as u32);
    copy.assume_init()
}

impl tn_str {
    pub const EMPTY: tn_str = tn_str { data: std::ptr::null(), size: 0 };

    /// Borrows: the view is valid as long as `text`.
    pub fn of(text: &str) -> tn_str {
        tn_str { data: text.as_ptr(), size: text.len() as u64 }
    }

    /// # Safety
    /// The view is valid for as long as the result is used.
    pub unsafe fn bytes<'a>(self) -> &'a [u8] {
        if self.size == 0 || self.data.is_null() {
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
        struct_size: size_of::<tn_platform>() as u32,
        abi_major: TN_ABI_MAJOR,
        abi_minor: TN_ABI_MINOR,
        arch: if cfg!(target_arch = "aarch64") { TN_ARCH_AARCH64 } else { TN_ARCH_X86_64 },
        libc: if cfg!(target_env = "musl") { TN_LIBC_MUSL } else { TN_LIBC_GLIBC },
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
