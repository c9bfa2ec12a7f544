use std::marker::PhantomData;
use std::mem::size_of;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, PoisonError};

use super::exchange::{fields, Exchange, HttpRequest};
use super::frame::{self, CallOptions};
use super::world::{table_of, Guest};
use super::Host;
use crate::columns::collect_batches;
use crate::raw::*;
use crate::{plugin, BatchBuffer, Call, Code, Error, Plugin, Response, Result};

/// A plugin that was started; stopped when dropped. It may be called from several threads.
pub struct Running<P: Plugin> {
    host: Host,
    guest: Arc<Guest>,
    entry: tn_entry,
    options: Mutex<CallOptions>,
    stopped: bool,
    _plugin: PhantomData<P>,
}

impl<P: Plugin> Running<P> {
    pub fn start(host: &Host) -> Result<Running<P>> {
        let entry = plugin::entry::<P>();
        let guest = Guest::new(&host.world, Some(&entry));
        let mut running = Running {
            host: host.clone(),
            guest,
            entry,
            options: Mutex::default(),
            // Until it has started there is nothing to stop.
            stopped: true,
            _plugin: PhantomData,
        };
        let life = running.life();
        let create = life.create.ok_or_else(lacks)?;
        let start = life.start.ok_or_else(lacks)?;
        let mut made = std::ptr::null_mut();
        let raw: *const tn_host = &running.guest.raw;
        // SAFETY: the host lives as long as `running`.
        running.call_plugin(|c| unsafe { create(&life, c, raw, &mut made) })?;
        running.guest.instance.store(made, Ordering::Release);
        // SAFETY: the instance was made just now.
        running.call_plugin(|c| unsafe { start(made, c) })?;
        running.stopped = false;
        Ok(running)
    }

    /// The host that it runs on.
    pub fn host(&self) -> &Host {
        &self.host
    }
    /// What the calls from now on carry.
    pub fn set_options(&self, options: CallOptions) {
        *self.options.lock().unwrap_or_else(PoisonError::into_inner) = options;
    }

    pub fn probe(&self) -> Result<()> {
        let probe = self.life().probe.ok_or_else(lacks)?;
        // SAFETY: the instance lives until this is dropped.
        self.call_plugin(|c| unsafe { probe(self.instance(), c) })
    }
    /// Dropping it stops it as well, and drops the error.
    pub fn stop(mut self) -> Result<()> {
        self.end()
    }

    /// Calls the method of that number with JSON text.
    pub fn call(&self, method: u32, input: &str) -> Result<String> {
        let call = self.table::<tn_plugin_message>(MESSAGE_ID)?.call.ok_or_else(lacks)?;
        let (instance, input) = (self.instance(), tn_str::of(input));
        let bytes = self.in_call(|outer| {
            // SAFETY: the input lives until the call returns.
            outer.collect(|c, sink| unsafe { call(instance, c, method, input, sink) })
        })?;
        let no_text = |_| Error::new(Code::Internal, "the answer of the plugin is not UTF-8");
        String::from_utf8(bytes).map_err(no_text)
    }
    /// Calls the column method of that number.
    pub fn batch(&self, method: u32, input: &BatchBuffer) -> Result<Vec<BatchBuffer>> {
        let call = self.table::<tn_plugin_column>(COLUMN_ID)?.call.ok_or_else(lacks)?;
        let instance = self.instance();
        collect_batches(|sink| {
            input.with_raw(|raw| {
                // SAFETY: batch and sink live until the call returns.
                self.call_plugin(|c| unsafe { call(instance, c, method, raw, sink) })
            })
        })
    }

    /// Asks for the route of that number, with the parameters of its pattern.
    pub fn get(&self, route: u32, params: &[(&str, &str)]) -> Result<Response> {
        self.request(&HttpRequest { route, params, ..HttpRequest::default() })
    }
    pub fn request(&self, request: &HttpRequest) -> Result<Response> {
        let params = fields(request.params);
        let headers = fields(request.headers);
        let raw = tn_http_request {
            struct_size: size_of::<tn_http_request>() as u32,
            param_count: params.len() as u32,
            header_count: headers.len() as u32,
            reserved: 0,
            method: tn_str::of(request.method),
            path: tn_str::of("/"),
            query: tn_str::of(request.query),
            remote_address: tn_str::of("127.0.0.1"),
            content_length: request.body.len() as i64,
            params: params.as_ptr(),
            headers: headers.as_ptr(),
        };
        let answer = Exchange::new(request);
        let exchange = Exchange::raw(&answer);
        let handle = self.table::<tn_plugin_http>(HTTP_ID)?.handle.ok_or_else(lacks)?;
        let (instance, route) = (self.instance(), request.route);
        // SAFETY: request and exchange live until the call returns.
        self.call_plugin(|c| unsafe { handle(instance, c, route, &raw, &exchange) })?;
        let none = || Error::new(Code::Internal, "the handler has not answered");
        answer.into_inner().answer().ok_or_else(none)
    }

    /// What a reload takes from it.
    pub fn save(&self) -> Result<Vec<u8>> {
        let save = self.table::<tn_plugin_handover>(HANDOVER_ID)?.save.ok_or_else(lacks)?;
        let instance = self.instance();
        // SAFETY: the sink lives until the call returns.
        self.in_call(|outer| outer.collect(|c, sink| unsafe { save(instance, c, sink) }))
    }
    /// What a reload hands to it.
    pub fn restore(&self, state: &[u8]) -> Result<()> {
        let restore = self.table::<tn_plugin_handover>(HANDOVER_ID)?.restore.ok_or_else(lacks)?;
        // SAFETY: the state lives until the call returns.
        self.call_plugin(|c| unsafe { restore(self.instance(), c, tn_bytes::of(state)) })
    }

    fn in_call<T>(&self, body: impl FnOnce(&Call) -> Result<T>) -> Result<T> {
        let options = self.options.lock().unwrap_or_else(PoisonError::into_inner).clone();
        frame::invoke(&self.host.world, &options, body)
    }
    fn call_plugin(&self, call: impl FnOnce(*const tn_call) -> tn_status) -> Result<()> {
        self.in_call(|outer| outer.invoke(call))
    }
    fn instance(&self) -> *mut tn_instance {
        self.guest.instance()
    }
    fn life(&self) -> tn_plugin {
        table_of(&self.entry, PLUGIN_ID).expect("every plugin of this crate has a life")
    }
    fn table<T: Copy>(&self, id: &str) -> Result<T> {
        let lacks = || Error::new(Code::Unsupported, format!("the plugin has no table {id}"));
        table_of(&self.entry, id).ok_or_else(lacks)
    }

    fn end(&mut self) -> Result<()> {
        let (life, instance) = (self.life(), self.instance());
        let stopped = std::mem::replace(&mut self.stopped, true);
        let done = match life.stop {
            // SAFETY: started and not stopped.
            Some(stop) if !stopped => self.call_plugin(|c| unsafe { stop(instance, c) }),
            _ => Ok(()),
        };
        self.guest.leave();
        self.guest.instance.store(std::ptr::null_mut(), Ordering::Release);
        if let Some(destroy) = life.destroy.filter(|_| !instance.is_null()) {
            // SAFETY: it was made, and is destroyed once.
            unsafe { destroy(instance, std::ptr::null()) };
        }
        done
    }
}

impl<P: Plugin> Drop for Running<P> {
    fn drop(&mut self) {
        // Whoever wants the error calls stop().
        let _ = self.end();
    }
}

fn lacks() -> Error {
    Error::new(Code::Unsupported, "the plugin's table lacks a function")
}
