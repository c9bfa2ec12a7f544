//! `tenon/store.h`, `tenon/state.h`.

use std::ffi::c_void;

use super::{tn_bytes, tn_call, tn_sink, tn_status, tn_str};

pub const STORE_ID: &str = "tenon.store/1";
pub const STATE_ID: &str = "tenon.state/1";

pub const TN_SQL_NULL: u32 = 0;
pub const TN_SQL_INT: u32 = 1;
pub const TN_SQL_REAL: u32 = 2;
pub const TN_SQL_TEXT: u32 = 3;
pub const TN_SQL_BYTES: u32 = 4;

#[repr(C)]
#[derive(Clone, Copy)]
pub struct tn_sql_value {
    pub r#type: u32,
    pub reserved: u32,
    pub integer: i64,
    pub real: f64,
    pub bytes: tn_bytes,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct tn_migration {
    pub version: u32,
    pub reserved: u32,
    pub name: tn_str,
    pub sqlite: tn_str,
    pub postgres: tn_str,
}

pub const TN_TX_READ: u32 = 0;
pub const TN_TX_WRITE: u32 = 1;

pub type tn_tx = u64;

#[repr(C)]
#[derive(Clone, Copy)]
pub struct tn_host_store {
    pub struct_size: u32,
    pub reserved: u32,
    pub migrate: Option<
        unsafe extern "C" fn(*mut c_void, *const tn_call, *const tn_migration, u64) -> tn_status,
    >,
    pub query: Option<
        unsafe extern "C" fn(
            *mut c_void,
            *const tn_call,
            tn_tx,
            tn_str,
            *const tn_sql_value,
            u64,
            *const tn_sink,
            *mut u64,
        ) -> tn_status,
    >,
    pub execute_many: Option<
        unsafe extern "C" fn(
            *mut c_void,
            *const tn_call,
            tn_tx,
            tn_str,
            *const tn_sql_value,
            u64,
            u64,
        ) -> tn_status,
    >,
    pub begin:
        Option<unsafe extern "C" fn(*mut c_void, *const tn_call, u32, *mut tn_tx) -> tn_status>,
    pub commit: Option<unsafe extern "C" fn(*mut c_void, *const tn_call, tn_tx) -> tn_status>,
    pub rollback: Option<unsafe extern "C" fn(*mut c_void, *const tn_call, tn_tx) -> tn_status>,
}

pub const TN_STATE_KEY_MAX: u32 = 512;

#[repr(C)]
#[derive(Clone, Copy)]
pub struct tn_host_state {
    pub struct_size: u32,
    pub reserved: u32,
    pub get: Option<
        unsafe extern "C" fn(
            *mut c_void,
            *const tn_call,
            tn_str,
            *const tn_sink,
            *mut u64,
        ) -> tn_status,
    >,
    pub put:
        Option<unsafe extern "C" fn(*mut c_void, *const tn_call, tn_str, tn_bytes) -> tn_status>,
    pub put_if: Option<
        unsafe extern "C" fn(*mut c_void, *const tn_call, tn_str, tn_bytes, u64) -> tn_status,
    >,
    pub remove: Option<unsafe extern "C" fn(*mut c_void, *const tn_call, tn_str) -> tn_status>,
    pub list: Option<
        unsafe extern "C" fn(
            *mut c_void,
            *const tn_call,
            tn_str,
            tn_str,
            u64,
            *const tn_sink,
        ) -> tn_status,
    >,
}
