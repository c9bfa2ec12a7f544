use std::ffi::c_void;
use std::sync::Mutex;

use crate::raw::*;
use crate::{Call, Code, Error, Result};

/// How much a line of the log matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u32)]
pub enum Level {
    Trace = 0,
    Debug = 1,
    Info = 2,
    Warn = 3,
    Error = 4,
}

/// What all handles of one instance share; lives as long as the plugin.
pub(crate) struct Shared {
    raw: *const tn_host,
    /// Names of live subscriptions that a [`crate::Subscription`] ends, each with its number.
    pub(crate) subscriptions: Mutex<Vec<(String, u64)>>,
}

impl Shared {
    /// # Safety
    /// `raw` is valid until the plugin that gets a host of this is dropped.
    pub(crate) unsafe fn new(raw: *const tn_host) -> Shared {
        Shared { raw, subscriptions: Mutex::new(Vec::new()) }
    }
}

// SAFETY: what it points to is the host's, which any thread may use.
unsafe impl Send for Shared {}
// SAFETY: as above.
unsafe impl Sync for Shared {}

/// The host as one instance sees it; may be used from every thread, and is cheap to copy. It ends
/// with the plugin: keep no copy where that outlives it, such as in a `static` or a thread that
/// `stop` does not join.
#[derive(Clone, Copy)]
pub struct Host {
    shared: *const Shared,
}

// SAFETY: every function of the host's tables may be called from any thread, and the host stays
// until the plugin is dropped.
unsafe impl Send for Host {}
// SAFETY: as above.
unsafe impl Sync for Host {}

impl Host {
    /// # Safety
    /// `shared` is valid until the plugin that gets this is dropped.
    pub(crate) unsafe fn new(shared: *const Shared) -> Host {
        Host { shared }
    }

    pub(crate) fn shared(&self) -> &Shared {
        // SAFETY: see `new`.
        unsafe { &*self.shared }
    }

    fn raw(&self) -> &tn_host {
        // SAFETY: see `Shared::new`.
        unsafe { &*self.shared().raw }
    }

    pub fn version(&self) -> &str {
        // SAFETY: the host's own texts stay as long as it does.
        unsafe { self.raw().version.text() }
    }
    /// The id of this instance in the deployment file.
    pub fn instance(&self) -> &str {
        // SAFETY: as above.
        unsafe { self.raw().instance.text() }
    }

    /// Whether lines of that level are kept.
    pub fn enabled(&self, level: Level) -> bool {
        let table = Table::<tn_host_log>::find(self);
        match table.function("level", |log| log.level) {
            // SAFETY: the host's function, on its own ctx.
            Ok(lowest) => level as u32 >= unsafe { lowest(table.ctx()) },
            Err(_) => false,
        }
    }
    /// Writes a line with fields. `call` gives it the request id.
    pub fn log(&self, level: Level, message: &str, fields: &[(&str, &str)], call: Option<&Call>) {
        let table = Table::<tn_host_log>::find(self);
        let write = match table.function("write", |log| log.write) {
            Ok(write) => write,
            Err(_) => return,
        };
        let fields: Vec<tn_log_field> = fields
            .iter()
            .map(|(name, value)| tn_log_field { name: tn_str::of(name), value: tn_str::of(value) })
            .collect();
        let line = |raw: *const tn_call| {
            let (level, message, count) = (level as u32, tn_str::of(message), fields.len() as u64);
            // SAFETY: all views live until this returns.
            unsafe { write(table.ctx(), raw, level, message, fields.as_ptr(), count) };
            TN_OK
        };
        match call {
            Some(call) => drop(call.invoke(line)),
            None => drop(line(std::ptr::null())),
        }
    }
    pub fn debug(&self, message: &str) {
        self.log(Level::Debug, message, &[], None)
    }
    pub fn info(&self, message: &str) {
        self.log(Level::Info, message, &[], None)
    }
    pub fn warn(&self, message: &str) {
        self.log(Level::Warn, message, &[], None)
    }
    pub fn error(&self, message: &str) {
        self.log(Level::Error, message, &[], None)
    }

    /// The value of the configuration at a JSON pointer (empty: all of it), as JSON text.
    pub fn config(&self, call: &Call, pointer: &str) -> Result<String> {
        let table = Table::<tn_host_config>::find(self);
        let get = table.function("get", |config| config.get)?;
        // SAFETY: the views live until the call returns.
        text(call.collect(|raw, sink| unsafe { get(table.ctx(), raw, tn_str::of(pointer), sink) })?)
    }
    /// A folder that belongs to this instance alone.
    pub fn data_folder(&self, call: &Call) -> Result<String> {
        let table = Table::<tn_host_config>::find(self);
        let folder = table.function("data_folder", |config| config.data_folder)?;
        // SAFETY: as above.
        text(call.collect(|raw, sink| unsafe { folder(table.ctx(), raw, sink) })?)
    }
    /// What a relative path of the configuration stands for.
    pub fn resolve_path(&self, call: &Call, path: &str) -> Result<String> {
        let table = Table::<tn_host_config>::find(self);
        let resolve = table.function("resolve_path", |config| config.resolve_path)?;
        // SAFETY: as above.
        text(
            call.collect(|raw, sink| unsafe { resolve(table.ctx(), raw, tn_str::of(path), sink) })?,
        )
    }
}

/// A table of the host's, and the id under which it is found.
pub(crate) trait HostTable: Grows {
    const ID: &'static str;
}

macro_rules! host_tables {
    ($($type:ident $id:ident)*) => {$(
        impl HostTable for $type {
            const ID: &'static str = $id;
        }
    )*};
}
host_tables! {
    tn_host_log LOG_ID
    tn_host_config CONFIG_ID
    tn_host_message MESSAGE_ID
    tn_host_column COLUMN_ID
    tn_host_store STORE_ID
    tn_host_state STATE_ID
    tn_host_clock CLOCK_ID
    tn_host_events EVENTS_ID
    tn_host_metrics METRICS_ID
    tn_host_progress PROGRESS_ID
}

/// A table as this host has it; it may have none, or one that lacks newer functions.
#[derive(Clone, Copy)]
pub(crate) struct Table<T> {
    host: Host,
    functions: Option<T>,
}

impl<T: HostTable> Table<T> {
    pub(crate) fn find(host: &Host) -> Table<T> {
        let raw = host.raw();
        let found = match raw.query {
            // SAFETY: the host answers with its table of that id, or with NULL.
            Some(query) => unsafe { query(raw.ctx, tn_str::of(T::ID)) },
            None => std::ptr::null(),
        };
        let functions = match found.is_null() {
            true => None,
            // SAFETY: under that id the host has this table, as large as it says.
            false => Some(unsafe { known(found.cast::<T>()) }),
        };
        Table { host: *host, functions }
    }

    pub(crate) fn host(&self) -> &Host {
        &self.host
    }
    /// First argument of each of its functions.
    pub(crate) fn ctx(&self) -> *mut c_void {
        self.host.raw().ctx
    }

    /// The function that `member` picks, or an error that names what is not there.
    pub(crate) fn function<F>(&self, name: &str, member: impl Fn(&T) -> Option<F>) -> Result<F> {
        let id = T::ID;
        let why = match &self.functions {
            Some(table) => match member(table) {
                Some(function) => return Ok(function),
                None => format!("the {id} of this host has no {name}"),
            },
            None => format!("this host does not offer {id} to this plugin"),
        };
        Err(Error::new(Code::Unsupported, why))
    }
}

pub(crate) fn text(bytes: Vec<u8>) -> Result<String> {
    String::from_utf8(bytes).map_err(|_| Error::new(Code::Internal, "the answer is not UTF-8"))
}
