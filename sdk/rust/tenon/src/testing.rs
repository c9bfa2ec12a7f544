//! A plugin under test, called through its C tables as a host calls it, with a host of the test.
//!
//! ```ignore
//! let mut host = testing::Host::new();
//! host.config("/greeting", "\"Shalom\"");
//! let plugin = testing::Running::<Greeter>::start(host).unwrap();
//! assert_eq!(plugin.get(0, &[("name", "Ada")]).unwrap().body, b"Shalom, Ada\n");
//! ```

use std::cell::RefCell;
use std::collections::HashMap;
use std::ffi::c_void;
use std::marker::PhantomData;
use std::mem::size_of;
use std::sync::Mutex;

use crate::call::fail;
use crate::raw::*;
use crate::{plugin, Call, Code, Error, Plugin, Response, Result};

type Answer = Box<dyn Fn(&str) -> Result<String> + Send + Sync>;

/// What the plugin meets: its configuration, other plugins, a log.
pub struct Host {
    config: HashMap<String, String>,
    answers: Vec<(String, Answer)>,
    log: Mutex<Vec<String>>,
}

impl Host {
    #[allow(clippy::new_without_default)]
    pub fn new() -> Host {
        Host { config: HashMap::new(), answers: Vec::new(), log: Mutex::new(Vec::new()) }
    }
    /// The JSON text of the configuration at a JSON pointer.
    pub fn config(&mut self, pointer: &str, json: &str) {
        self.config.insert(pointer.to_string(), json.to_string());
    }
    /// Another plugin's method.
    pub fn provide(
        &mut self,
        interface: &str,
        method: &str,
        answer: impl Fn(&str) -> Result<String> + Send + Sync + 'static,
    ) {
        self.answers.push((format!("{interface} {method}"), Box::new(answer)));
    }
}

/// A plugin that was started; stopped when dropped.
pub struct Running<P: Plugin> {
    // Boxed: the plugin keeps a pointer to `raw`, which keeps one to `host`.
    host: Box<Host>,
    _raw: Box<tn_host>,
    entry: tn_entry,
    instance: *mut tn_instance,
    _plugin: PhantomData<P>,
}

impl<P: Plugin> Running<P> {
    pub fn start(host: Host) -> Result<Running<P>> {
        let host = Box::new(host);
        let raw = Box::new(tn_host {
            struct_size: size_of::<tn_host>() as u32,
            abi_major: 1,
            abi_minor: 0,
            ctx: (&*host as *const Host) as *mut c_void,
            version: tn_str::of("test"),
            instance: tn_str::of("test"),
            query: Some(query),
        });
        let mut instance = std::ptr::null_mut();
        let entry = plugin::entry::<P>();
        let call = nobody();
        // SAFETY: the tables are those of this crate; host and call outlive the calls.
        unsafe {
            let life = life(&entry);
            call.invoke(|c| life.create.unwrap()(life, c, &*raw, &mut instance))?;
            if let Err(error) = call.invoke(|c| life.start.unwrap()(instance, c)) {
                life.destroy.unwrap()(instance, std::ptr::null());
                return Err(error);
            }
        }
        Ok(Running { host, _raw: raw, entry, instance, _plugin: PhantomData })
    }

    pub fn probe(&self) -> Result<()> {
        nobody().invoke(|c| unsafe { life(&self.entry).probe.unwrap()(self.instance, c) })
    }

    /// Calls the method of that number with JSON text.
    pub fn call(&self, method: u32, input: &str) -> Result<String> {
        let table = self.table::<tn_plugin_message>(MESSAGE_ID);
        let bytes = nobody().collect(|c, sink| unsafe {
            table.call.unwrap()(self.instance, c, method, tn_str::of(input), sink)
        })?;
        Ok(String::from_utf8(bytes).expect("a plugin answers in UTF-8"))
    }

    /// Asks for the route of that number, with the parameters of its pattern.
    pub fn get(&self, route: u32, params: &[(&str, &str)]) -> Result<Response> {
        self.request(route, "GET", params, &[], b"")
    }

    pub fn request(
        &self,
        route: u32,
        method: &str,
        params: &[(&str, &str)],
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> Result<Response> {
        let params = fields(params);
        let headers = fields(headers);
        let request = tn_http_request {
            struct_size: size_of::<tn_http_request>() as u32,
            param_count: params.len() as u32,
            header_count: headers.len() as u32,
            reserved: 0,
            method: tn_str::of(method),
            path: tn_str::of("/"),
            query: tn_str::EMPTY,
            remote_address: tn_str::of("127.0.0.1"),
            content_length: body.len() as i64,
            params: params.as_ptr(),
            headers: headers.as_ptr(),
        };
        let answer = RefCell::new(Exchange { body: body.to_vec(), answer: None });
        let exchange = tn_http_exchange {
            struct_size: size_of::<tn_http_exchange>() as u32,
            reserved: 0,
            ctx: (&answer as *const RefCell<Exchange>) as *mut c_void,
            read: Some(read),
            respond: Some(respond),
            begin: None,
            write: None,
            finish: None,
        };
        let table = self.table::<tn_plugin_http>(HTTP_ID);
        nobody().invoke(|c| unsafe {
            table.handle.unwrap()(self.instance, c, route, &request, &exchange)
        })?;
        Ok(answer.into_inner().answer.expect("a handler that succeeds has answered"))
    }

    /// The messages that were logged.
    pub fn log(&self) -> Vec<String> {
        self.host.log.lock().unwrap().clone()
    }

    fn table<T>(&self, id: &str) -> &'static T {
        // SAFETY: the entry answers with its static table of that id.
        unsafe { &*self.entry.query.unwrap()(tn_str::of(id)).cast::<T>() }
    }
}

impl<P: Plugin> Drop for Running<P> {
    fn drop(&mut self) {
        unsafe {
            let life = life(&self.entry);
            drop(nobody().invoke(|c| life.stop.unwrap()(self.instance, c)));
            life.destroy.unwrap()(self.instance, std::ptr::null());
        }
    }
}

struct Exchange {
    body: Vec<u8>,
    answer: Option<Response>,
}

fn nobody() -> Call<'static> {
    // SAFETY: NULL stands for a call of nobody.
    unsafe { Call::new(std::ptr::null()) }
}

unsafe fn life(entry: &tn_entry) -> &'static tn_plugin {
    &*entry.query.unwrap()(tn_str::of(PLUGIN_ID)).cast::<tn_plugin>()
}

fn fields(list: &[(&str, &str)]) -> Vec<tn_http_field> {
    let field = |(name, value): &(&str, &str)| tn_http_field {
        name: tn_str::of(name),
        value: tn_str::of(value),
    };
    list.iter().map(field).collect()
}

unsafe extern "C" fn read(ctx: *mut c_void, data: *mut c_void, size: *mut u64) -> tn_status {
    let mut exchange = (*ctx.cast::<RefCell<Exchange>>()).borrow_mut();
    // A piece at a time, as it comes from a network.
    let part = (*size as usize).min(exchange.body.len()).min(100);
    let taken: Vec<u8> = exchange.body.drain(..part).collect();
    std::ptr::copy_nonoverlapping(taken.as_ptr(), data.cast(), part);
    *size = part as u64;
    TN_OK
}

unsafe extern "C" fn respond(
    ctx: *mut c_void,
    status: u32,
    headers: *const tn_http_field,
    count: u64,
    body: tn_bytes,
) -> tn_status {
    let mut exchange = (*ctx.cast::<RefCell<Exchange>>()).borrow_mut();
    assert!(exchange.answer.is_none(), "answered twice");
    let mut answer = Response { status, headers: Vec::new(), body: body.bytes().to_vec() };
    for i in 0..count as usize {
        let field = &*headers.add(i);
        answer.headers.push((field.name.text().to_string(), field.value.text().to_string()));
    }
    exchange.answer = Some(answer);
    TN_OK
}

unsafe fn host<'a>(ctx: *mut c_void) -> &'a Host {
    &*ctx.cast::<Host>()
}

unsafe extern "C" fn query(_: *mut c_void, table: tn_str) -> *const c_void {
    static LOG: tn_host_log = tn_host_log {
        struct_size: size_of::<tn_host_log>() as u32,
        reserved: 0,
        level: None,
        write: Some(log_write),
    };
    static CONFIG: tn_host_config = tn_host_config {
        struct_size: size_of::<tn_host_config>() as u32,
        reserved: 0,
        get: Some(config_get),
        data_folder: None,
        resolve_path: None,
    };
    static MESSAGE: tn_host_message = tn_host_message {
        struct_size: size_of::<tn_host_message>() as u32,
        reserved: 0,
        providers: None,
        resolve: Some(resolve),
        call: Some(call_message),
        release: Some(release),
    };
    match table.text() {
        LOG_ID => (&LOG as *const tn_host_log).cast(),
        CONFIG_ID => (&CONFIG as *const tn_host_config).cast(),
        MESSAGE_ID => (&MESSAGE as *const tn_host_message).cast(),
        _ => std::ptr::null(),
    }
}

unsafe extern "C" fn log_write(
    ctx: *mut c_void,
    _: *const tn_call,
    _: u32,
    message: tn_str,
    _: *const tn_log_field,
    _: u64,
) {
    host(ctx).log.lock().unwrap().push(message.text().to_string());
}

unsafe fn answer(call: *const tn_call, found: Result<String>, output: *const tn_sink) -> tn_status {
    match found {
        Ok(text) => (*output).write.unwrap()((*output).ctx, tn_bytes::of(text.as_bytes())),
        Err(error) => fail(call, &error),
    }
}

unsafe extern "C" fn config_get(
    ctx: *mut c_void,
    call: *const tn_call,
    pointer: tn_str,
    output: *const tn_sink,
) -> tn_status {
    let found = host(ctx).config.get(pointer.text()).cloned();
    let missing = || Error::new(Code::NotFound, "the configuration has no such value");
    answer(call, found.ok_or_else(missing), output)
}

unsafe extern "C" fn resolve(
    ctx: *mut c_void,
    call: *const tn_call,
    selector: *const tn_selector,
    method: tn_str,
    handle: *mut tn_method,
) -> tn_status {
    let wanted = format!("{} {}", (*selector).interface_id.text(), method.text());
    match host(ctx).answers.iter().position(|(name, _)| *name == wanted) {
        Some(index) => {
            *handle = index as u64 + 1;
            TN_OK
        }
        None => fail(call, &Error::new(Code::NotFound, format!("the test provides no {wanted}"))),
    }
}

unsafe extern "C" fn call_message(
    ctx: *mut c_void,
    call: *const tn_call,
    handle: tn_method,
    input: tn_str,
    output: *const tn_sink,
) -> tn_status {
    let (_, function) = &host(ctx).answers[handle as usize - 1];
    answer(call, function(input.text()), output)
}

unsafe extern "C" fn release(_: *mut c_void, _: tn_method) {}
