use std::cell::RefCell;
use std::ffi::c_void;
use std::mem::size_of;
use std::panic::{catch_unwind, AssertUnwindSafe};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use crate::raw::{known, tn_bytes, tn_call, tn_error_sink, tn_sink, tn_status, tn_str, TN_OK};
use crate::Result;

/// The kinds of errors, as `tenon/status.h` has them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(i32)]
pub enum Code {
    Invalid = 1,
    NotFound = 2,
    Conflict = 3,
    Unauthenticated = 4,
    Denied = 5,
    Unsupported = 6,
    Unavailable = 7,
    Timeout = 8,
    Cancelled = 9,
    Limit = 10,
    TooLarge = 11,
    Internal = 12,
    DataLoss = 13,
}

impl Code {
    pub(crate) fn of(status: tn_status) -> Code {
        use Code::*;
        let known = [
            Invalid,
            NotFound,
            Conflict,
            Unauthenticated,
            Denied,
            Unsupported,
            Unavailable,
            Timeout,
            Cancelled,
            Limit,
            TooLarge,
            Internal,
            DataLoss,
        ];
        known.iter().copied().find(|code| *code as i32 == status).unwrap_or(Internal)
    }
}

/// What went wrong: `message` is a full phrase for a person, `path` says where in the input and may
/// be empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    pub code: Code,
    pub message: String,
    pub path: String,
}

impl Error {
    pub fn new(code: Code, message: impl Into<String>) -> Error {
        Error { code, message: message.into(), path: String::new() }
    }
    pub fn at(mut self, path: impl Into<String>) -> Error {
        self.path = path.into();
        self
    }
}

impl std::fmt::Display for Error {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if !self.path.is_empty() {
            write!(out, "{}: ", self.path)?;
        }
        out.write_str(&self.message)
    }
}

impl std::error::Error for Error {}

/// The call under way: who asks, until when, and whether they still care. Pass it on with calls of
/// your own.
pub struct Call<'a> {
    raw: tn_call,
    _lifetime: std::marker::PhantomData<&'a tn_call>,
}

impl<'a> Call<'a> {
    /// A call with no deadline and nobody to tell: for threads of the plugin's own.
    pub fn nobody() -> Call<'static> {
        // SAFETY: NULL stands for such a call.
        unsafe { Call::new(std::ptr::null()) }
    }

    pub(crate) fn raw(&self) -> tn_call {
        self.raw
    }

    /// # Safety
    /// `raw` is NULL, or valid for `'a`.
    pub(crate) unsafe fn new(raw: *const tn_call) -> Call<'a> {
        let raw = match raw.is_null() {
            true => tn_call { struct_size: size_of::<tn_call>() as u32, ..std::mem::zeroed() },
            false => known(raw),
        };
        Call { raw, _lifetime: std::marker::PhantomData }
    }

    pub fn request_id(&self) -> &str {
        // SAFETY: the host keeps what the call names until it returns, which is `'a`.
        unsafe { self.raw.request_id.text() }
    }
    pub fn idempotency_key(&self) -> &str {
        // SAFETY: as above.
        unsafe { self.raw.idempotency_key.text() }
    }
    /// On whose behalf; 0: nobody in particular.
    pub fn principal(&self) -> u64 {
        self.raw.principal
    }
    pub fn cancelled(&self) -> bool {
        // SAFETY: as above, or NULL; the host writes it atomically.
        unsafe { self.raw.cancelled.cast::<AtomicU32>().as_ref() }
            .map_or(false, |cancelled| cancelled.load(Ordering::Acquire) != 0)
    }
    /// On the clock CLOCK_MONOTONIC; none: no deadline.
    pub fn deadline(&self) -> Option<Duration> {
        match self.raw.deadline_ns {
            0 => None,
            ns => Some(Duration::from_nanos(ns.max(0) as u64)),
        }
    }

    /// Makes a call of the host in the course of this one; its failure becomes an error with the
    /// reason that the host gives.
    pub(crate) fn invoke(&self, call: impl FnOnce(*const tn_call) -> tn_status) -> Result<()> {
        let reason = RefCell::new(None);
        let sink = tn_error_sink {
            struct_size: size_of::<tn_error_sink>() as u32,
            reserved: 0,
            ctx: (&reason as *const RefCell<Option<Error>>) as *mut c_void,
            set: Some(take_reason),
        };
        let outgoing = tn_call { error: &sink, ..self.raw };
        match call(&outgoing) {
            TN_OK => Ok(()),
            status => {
                let mut error = reason.into_inner().unwrap_or_else(|| {
                    Error::new(Code::Internal, format!("failed without a reason (status {status})"))
                });
                error.code = Code::of(status);
                Err(error)
            }
        }
    }

    /// As `invoke`, with a sink; the bytes that came to it.
    pub(crate) fn collect(
        &self,
        call: impl FnOnce(*const tn_call, *const tn_sink) -> tn_status,
    ) -> Result<Vec<u8>> {
        let taken = RefCell::new(Vec::new());
        let sink = sink_into(&taken);
        self.invoke(|raw| call(raw, &sink))?;
        Ok(taken.into_inner())
    }
}

pub(crate) fn sink_into(taken: &RefCell<Vec<u8>>) -> tn_sink {
    tn_sink {
        struct_size: size_of::<tn_sink>() as u32,
        reserved: 0,
        ctx: (taken as *const RefCell<Vec<u8>>) as *mut c_void,
        write: Some(take_chunk),
    }
}

unsafe extern "C" fn take_reason(
    ctx: *mut c_void,
    status: tn_status,
    message: tn_str,
    path: tn_str,
) {
    // A reason that cannot be kept is none; the status remains.
    let _ = caught(|| {
        *(*ctx.cast::<RefCell<Option<Error>>>()).borrow_mut() =
            Some(Error::new(Code::of(status), message.text()).at(path.text()));
    });
}

unsafe extern "C" fn take_chunk(ctx: *mut c_void, chunk: tn_bytes) -> tn_status {
    let taken = caught(|| {
        (*ctx.cast::<RefCell<Vec<u8>>>()).borrow_mut().extend_from_slice(chunk.bytes());
    });
    taken.map_or(Code::Limit as i32, |()| TN_OK)
}

/// Writes `bytes` to the sink that a caller handed along.
///
/// # Safety
/// The sink is the one of the call under way.
pub(crate) unsafe fn write_to(sink: *const tn_sink, bytes: &[u8], what: &str) -> Result<()> {
    let write = (*sink).write.ok_or_else(|| Error::new(Code::Unsupported, "there is no sink"))?;
    match write((*sink).ctx, tn_bytes::of(bytes)) {
        TN_OK => Ok(()),
        status => Err(Error::new(Code::of(status), format!("the caller did not take the {what}"))),
    }
}

/// Tells the caller why, and gives the status to return.
///
/// # Safety
/// `raw` is NULL or the call under way.
pub(crate) unsafe fn fail(raw: *const tn_call, error: &Error) -> tn_status {
    if !raw.is_null() {
        if let Some(sink) = known(raw).error.as_ref() {
            if let Some(set) = sink.set {
                let (message, path) = (tn_str::of(&error.message), tn_str::of(&error.path));
                set(sink.ctx, error.code as i32, message, path);
            }
        }
    }
    error.code as i32
}

/// Runs `body`; a panic in it becomes an error that says what it said.
pub(crate) fn caught<T>(body: impl FnOnce() -> T) -> Result<T> {
    catch_unwind(AssertUnwindSafe(body)).map_err(|panic| {
        let said = panic
            .downcast_ref::<&str>()
            .map(|text| text.to_string())
            .or_else(|| panic.downcast_ref::<String>().cloned())
            .unwrap_or_default();
        // What was panicked with may itself panic when it is dropped; that is then kept.
        if let Err(again) = catch_unwind(AssertUnwindSafe(|| drop(panic))) {
            std::mem::forget(again);
        }
        Error::new(Code::Internal, format!("panicked: {said}"))
    })
}

/// Runs `body` at the edge of the plugin: an error or a panic becomes the call's.
///
/// # Safety
/// As for `fail`.
pub(crate) unsafe fn guarded(raw: *const tn_call, body: impl FnOnce() -> Result<()>) -> tn_status {
    match caught(body).and_then(|result| result) {
        Ok(()) => TN_OK,
        Err(error) => fail(raw, &error),
    }
}
