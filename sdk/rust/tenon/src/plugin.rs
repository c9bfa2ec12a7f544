use std::ffi::c_void;
use std::mem::size_of;

use crate::call::guarded;
use crate::raw::*;
use crate::{Call, Code, Error, Host, Request, Response, Result};

/// A plugin. Handlers run on many threads at once.
pub trait Plugin: Send + Sync + Sized + 'static {
    /// Reads and checks the configuration; calls nobody.
    fn new(host: Host, call: &Call) -> Result<Self>;
    /// Everything that it requires is started.
    fn start(&self, _call: &Call) -> Result<()> {
        Ok(())
    }
    /// Can it serve?
    fn probe(&self, _call: &Call) -> Result<()> {
        Ok(())
    }
    /// Joins its threads.
    fn stop(&self) {}
    /// The method of that number, counted from 0 over all that the manifest provides. JSON in, JSON
    /// out.
    fn message(&self, _call: &Call, method: u32, _input: &str) -> Result<String> {
        Err(Error::new(Code::NotFound, format!("there is no method number {method}")))
    }
    /// The route of that number.
    fn handle(&self, _request: &mut Request, route: u32) -> Result<Response> {
        Err(Error::new(Code::NotFound, format!("there is no route number {route}")))
    }
}

/// Declares a plugin: its type, and its manifest as a string literal of JSON. Makes the symbol
/// `tenon_entry`, and the note in which the host reads the manifest.
#[macro_export]
macro_rules! plugin {
    ($type:ty, $manifest:expr) => {
        const TENON_MANIFEST: &str = $manifest;
        #[used]
        #[link_section = ".note.tenon"]
        static TENON_NOTE: $crate::edge::Note<{ (TENON_MANIFEST.len() + 3) / 4 * 4 }> =
            $crate::edge::Note::new(TENON_MANIFEST);
        #[no_mangle]
        #[allow(non_upper_case_globals)]
        pub static tenon_entry: $crate::raw::tn_entry = $crate::edge::entry::<$type>();
    };
}

/// An ELF note with the manifest; NULs at its end are padding.
#[repr(C, align(4))]
pub struct Note<const SIZE: usize> {
    name_size: u32,
    text_size: u32,
    kind: u32,
    name: [u8; 8],
    text: [u8; SIZE],
}

impl<const SIZE: usize> Note<SIZE> {
    pub const fn new(manifest: &str) -> Note<SIZE> {
        let from = manifest.as_bytes();
        let mut text = [0; SIZE];
        let mut i = 0;
        while i < from.len() {
            text[i] = from[i];
            i += 1;
        }
        Note {
            name_size: 6,
            text_size: SIZE as u32,
            kind: TN_NOTE_MANIFEST,
            name: *b"tenon\0\0\0",
            text,
        }
    }
}

pub const fn entry<P: Plugin>() -> tn_entry {
    tn_entry {
        struct_size: size_of::<tn_entry>() as u32,
        magic: TN_ENTRY_MAGIC,
        platform: tn_platform::HERE,
        init: None,
        deinit: None,
        query: Some(query::<P>),
    }
}

struct Tables<P>(std::marker::PhantomData<P>);

impl<P: Plugin> Tables<P> {
    const LIFE: &'static tn_plugin = &tn_plugin {
        struct_size: size_of::<tn_plugin>() as u32,
        reserved: 0,
        create: Some(create::<P>),
        start: Some(start::<P>),
        probe: Some(probe::<P>),
        stop: Some(stop::<P>),
        destroy: Some(destroy::<P>),
    };
    const MESSAGE: &'static tn_plugin_message = &tn_plugin_message {
        struct_size: size_of::<tn_plugin_message>() as u32,
        reserved: 0,
        call: Some(message::<P>),
    };
    const HTTP: &'static tn_plugin_http = &tn_plugin_http {
        struct_size: size_of::<tn_plugin_http>() as u32,
        reserved: 0,
        handle: Some(handle::<P>),
    };
}

unsafe extern "C" fn query<P: Plugin>(table: tn_str) -> *const c_void {
    match table.text() {
        PLUGIN_ID => (Tables::<P>::LIFE as *const tn_plugin).cast(),
        MESSAGE_ID => (Tables::<P>::MESSAGE as *const tn_plugin_message).cast(),
        HTTP_ID => (Tables::<P>::HTTP as *const tn_plugin_http).cast(),
        _ => std::ptr::null(),
    }
}

/// # Safety
/// The instance is one that `create` made, and not yet destroyed.
unsafe fn of<'a, P>(instance: *mut tn_instance) -> &'a P {
    &*instance.cast::<P>()
}

unsafe extern "C" fn create<P: Plugin>(
    _: *const tn_plugin,
    call: *const tn_call,
    host: *const tn_host,
    instance: *mut *mut tn_instance,
) -> tn_status {
    guarded(call, || {
        let made = P::new(Host::new(host), &Call::new(call))?;
        *instance = Box::into_raw(Box::new(made)).cast();
        Ok(())
    })
}

unsafe extern "C" fn start<P: Plugin>(
    instance: *mut tn_instance,
    call: *const tn_call,
) -> tn_status {
    guarded(call, || of::<P>(instance).start(&Call::new(call)))
}

unsafe extern "C" fn probe<P: Plugin>(
    instance: *mut tn_instance,
    call: *const tn_call,
) -> tn_status {
    guarded(call, || of::<P>(instance).probe(&Call::new(call)))
}

unsafe extern "C" fn stop<P: Plugin>(
    instance: *mut tn_instance,
    call: *const tn_call,
) -> tn_status {
    guarded(call, || {
        of::<P>(instance).stop();
        Ok(())
    })
}

unsafe extern "C" fn destroy<P: Plugin>(instance: *mut tn_instance, _: *const tn_call) {
    guarded(std::ptr::null(), || {
        drop(Box::from_raw(instance.cast::<P>()));
        Ok(())
    });
}

unsafe extern "C" fn message<P: Plugin>(
    instance: *mut tn_instance,
    call: *const tn_call,
    method: u32,
    input: tn_str,
    output: *const tn_sink,
) -> tn_status {
    guarded(call, || {
        let input = std::str::from_utf8(input.bytes())
            .map_err(|_| Error::new(Code::Invalid, "the input is not UTF-8"))?;
        let answer = of::<P>(instance).message(&Call::new(call), method, input)?;
        let write = (*output).write.ok_or_else(|| Error::new(Code::Unsupported, "no sink"))?;
        match write((*output).ctx, tn_bytes::of(answer.as_bytes())) {
            TN_OK => Ok(()),
            status => Err(Error::new(Code::of(status), "the caller did not take the answer")),
        }
    })
}

unsafe extern "C" fn handle<P: Plugin>(
    instance: *mut tn_instance,
    call: *const tn_call,
    route: u32,
    request: *const tn_http_request,
    exchange: *const tn_http_exchange,
) -> tn_status {
    guarded(call, || {
        let mut request = Request::new(call, request, exchange);
        of::<P>(instance).handle(&mut request, route)?.send(exchange)
    })
}
