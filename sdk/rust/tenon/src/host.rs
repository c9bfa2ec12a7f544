use std::ffi::c_void;

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

/// The host as one instance sees it; may be used from every thread, and is cheap to copy.
#[derive(Clone, Copy)]
pub struct Host {
    raw: *const tn_host,
}

// SAFETY: every function of the host's tables may be called from any thread, and the host stays
// until the plugin is dropped.
unsafe impl Send for Host {}
unsafe impl Sync for Host {}

impl Host {
    /// # Safety
    /// `raw` is valid until the plugin that gets this is dropped.
    pub(crate) unsafe fn new(raw: *const tn_host) -> Host {
        Host { raw }
    }

    fn raw(&self) -> &tn_host {
        // SAFETY: see `new`.
        unsafe { &*self.raw }
    }

    fn table<T>(&self, id: &str) -> Result<&T> {
        let host = self.raw();
        // SAFETY: the host answers with its table of that id, or with NULL.
        let table = host.query.map(|query| unsafe { query(host.ctx, tn_str::of(id)) });
        match table {
            Some(found) if !found.is_null() => Ok(unsafe { &*found.cast::<T>() }),
            _ => Err(Error::new(
                Code::Unsupported,
                format!("this host does not offer {id} to this plugin"),
            )),
        }
    }

    pub fn version(&self) -> &str {
        unsafe { self.raw().version.text() }
    }
    /// The id of this instance in the deployment file.
    pub fn instance(&self) -> &str {
        unsafe { self.raw().instance.text() }
    }

    /// Writes a line with fields. `call` gives it the request id.
    pub fn log(&self, level: Level, message: &str, fields: &[(&str, &str)], call: Option<&Call>) {
        let table = match self.table::<tn_host_log>(LOG_ID) {
            Ok(table) => table,
            Err(_) => return,
        };
        let fields: Vec<tn_log_field> = fields
            .iter()
            .map(|(name, value)| tn_log_field { name: tn_str::of(name), value: tn_str::of(value) })
            .collect();
        let write = |raw: *const tn_call| {
            if let Some(write) = table.write {
                let message = tn_str::of(message);
                // SAFETY: all views live until this returns.
                unsafe {
                    write(
                        self.raw().ctx,
                        raw,
                        level as u32,
                        message,
                        fields.as_ptr(),
                        fields.len() as u64,
                    )
                }
            }
            TN_OK
        };
        match call {
            Some(call) => drop(call.invoke(write)),
            None => drop(write(std::ptr::null())),
        }
    }
    pub fn info(&self, message: &str) {
        self.log(Level::Info, message, &[], None)
    }

    /// The value of the configuration at a JSON pointer (empty: all of it), as JSON text.
    pub fn config(&self, call: &Call, pointer: &str) -> Result<String> {
        let table = self.table::<tn_host_config>(CONFIG_ID)?;
        let get = table.get.ok_or_else(absent)?;
        // SAFETY: the views live until the call returns.
        text(call.collect(|raw, sink| unsafe { get(self.ctx(), raw, tn_str::of(pointer), sink) })?)
    }
    /// A folder that belongs to this instance alone.
    pub fn data_folder(&self, call: &Call) -> Result<String> {
        let table = self.table::<tn_host_config>(CONFIG_ID)?;
        let folder = table.data_folder.ok_or_else(absent)?;
        text(call.collect(|raw, sink| unsafe { folder(self.ctx(), raw, sink) })?)
    }

    /// Finds a method of another plugin, once. The manifest must require the interface.
    pub fn method(&self, call: &Call, interface: &str, method: &str) -> Result<Method> {
        let table = self.table::<tn_host_message>(MESSAGE_ID)?;
        let resolve = table.resolve.ok_or_else(absent)?;
        let selector = tn_selector {
            struct_size: std::mem::size_of::<tn_selector>() as u32,
            reserved: 0,
            interface_id: tn_str::of(interface),
            range: tn_str::EMPTY,
            instance: tn_str::EMPTY,
            labels: tn_str::EMPTY,
        };
        let mut handle = 0;
        call.invoke(|raw| unsafe {
            resolve(self.ctx(), raw, &selector, tn_str::of(method), &mut handle)
        })?;
        Ok(Method { host: *self, handle })
    }

    fn ctx(&self) -> *mut c_void {
        self.raw().ctx
    }
}

/// A method of another plugin; released when dropped.
pub struct Method {
    host: Host,
    handle: tn_method,
}

impl Method {
    /// JSON text in and out.
    pub fn call(&self, call: &Call, input: &str) -> Result<String> {
        let table = self.host.table::<tn_host_message>(MESSAGE_ID)?;
        let function = table.call.ok_or_else(absent)?;
        text(call.collect(|raw, sink| unsafe {
            function(self.host.ctx(), raw, self.handle, tn_str::of(input), sink)
        })?)
    }
}

impl Drop for Method {
    fn drop(&mut self) {
        if let Ok(table) = self.host.table::<tn_host_message>(MESSAGE_ID) {
            if let Some(release) = table.release {
                // SAFETY: resolved from the same host, and released once.
                unsafe { release(self.host.ctx(), self.handle) }
            }
        }
    }
}

fn absent() -> Error {
    Error::new(Code::Unsupported, "this host does not have that function")
}

fn text(bytes: Vec<u8>) -> Result<String> {
    String::from_utf8(bytes).map_err(|_| Error::new(Code::Internal, "the answer is not UTF-8"))
}
