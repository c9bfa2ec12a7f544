use std::cell::Cell;
use std::ffi::c_void;
use std::io::Write;
use std::mem::size_of;
use std::sync::{Arc, PoisonError};

use crate::call::{guarded, write_to};
use crate::host::Shared;
use crate::http::Answer;
use crate::raw::*;
use crate::{Batch, BatchOut, Call, Code, Error, Event, Host, Request, Response, Result};

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
    /// The column method of that number, counted as for `message`.
    fn column(&self, _: &Call, method: u32, _input: &Batch, _output: &mut BatchOut) -> Result<()> {
        Err(Error::new(Code::NotFound, format!("there is no column method number {method}")))
    }
    /// A timer that `Clock::start_timer` started.
    fn on_timer(&self, _call: &Call, token: u64) -> Result<()> {
        Err(Error::new(Code::Unsupported, format!("nothing is done on timer {token}")))
    }
    /// An event of a subscription, one at a time.
    fn on_event(&self, _call: &Call, event: &Event) -> Result<()> {
        Err(Error::new(Code::Unsupported, format!("nothing is done on {}", event.topic)))
    }

    /// Whether it hands its state to the next generation when it is reloaded, by the two below. Both
    /// run while no call is in either, and callers wait: be quick.
    const HANDS_OVER: bool = false;
    /// What the next generation needs, in a form that other versions can read or refuse.
    fn save_state(&self, _call: &Call) -> Result<Vec<u8>> {
        Err(Error::new(Code::Unsupported, "this plugin saves no state"))
    }
    /// Takes what the running generation saved. An error ends the reload.
    fn restore_state(&self, _call: &Call, _state: &[u8]) -> Result<()> {
        Err(Error::new(Code::Unsupported, "this plugin restores no state"))
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
        init: Some(init),
        deinit: None,
        query: Some(query::<P>),
    }
}

/// Once for each load, by a host. The hook of the standard library asks for the thread's name, which
/// pins the library to that thread of the host, so that it could not be unloaded. Tests and programs
/// that contain the plugin keep theirs.
unsafe extern "C" fn init(call: *const tn_call) -> tn_status {
    guarded(call, || {
        std::panic::set_hook(Box::new(|info| {
            // With the place in the source; the call gets the text alone. Nobody may be listening.
            let _ = writeln!(std::io::stderr(), "{info}");
        }));
        Ok(())
    })
}

struct Tables<P>(std::marker::PhantomData<P>);

/// A table with its size.
macro_rules! table {
    ($type:ident { $($member:ident: $function:expr),* $(,)? }) => {
        &$type {
            struct_size: size_of::<$type>() as u32,
            reserved: 0,
            $($member: Some($function)),*
        }
    };
}

impl<P: Plugin> Tables<P> {
    const LIFE: &'static tn_plugin = table!(tn_plugin {
        create: create::<P>,
        start: start::<P>,
        probe: probe::<P>,
        stop: stop::<P>,
        destroy: destroy::<P>,
    });
    const MESSAGE: &'static tn_plugin_message = table!(tn_plugin_message { call: message::<P> });
    const COLUMN: &'static tn_plugin_column = table!(tn_plugin_column { call: column::<P> });
    const HTTP: &'static tn_plugin_http = table!(tn_plugin_http { handle: handle::<P> });
    const TIMER: &'static tn_plugin_timer = table!(tn_plugin_timer { fire: fire::<P> });
    const EVENTS: &'static tn_plugin_events = table!(tn_plugin_events { deliver: deliver::<P> });
    const HANDOVER: &'static tn_plugin_handover =
        table!(tn_plugin_handover { save: save::<P>, restore: restore::<P> });
}

unsafe extern "C" fn query<P: Plugin>(table: tn_str) -> *const c_void {
    match table.text() {
        PLUGIN_ID => (Tables::<P>::LIFE as *const tn_plugin).cast(),
        MESSAGE_ID => (Tables::<P>::MESSAGE as *const tn_plugin_message).cast(),
        COLUMN_ID => (Tables::<P>::COLUMN as *const tn_plugin_column).cast(),
        HTTP_ID => (Tables::<P>::HTTP as *const tn_plugin_http).cast(),
        CLOCK_ID => (Tables::<P>::TIMER as *const tn_plugin_timer).cast(),
        EVENTS_ID => (Tables::<P>::EVENTS as *const tn_plugin_events).cast(),
        HANDOVER_ID if P::HANDS_OVER => (Tables::<P>::HANDOVER as *const tn_plugin_handover).cast(),
        _ => std::ptr::null(),
    }
}

/// What an instance points to. The plugin goes first.
struct Holder<P> {
    plugin: P,
    shared: Arc<Shared>,
}

/// # Safety
/// The instance is one that `create` made, and not yet destroyed.
unsafe fn of<'a, P>(instance: *mut tn_instance) -> &'a P {
    &(*instance.cast::<Holder<P>>()).plugin
}

unsafe extern "C" fn create<P: Plugin>(
    _: *const tn_plugin,
    call: *const tn_call,
    host: *const tn_host,
    instance: *mut *mut tn_instance,
) -> tn_status {
    guarded(call, || {
        let shared = Arc::new(Shared::new(host));
        let plugin = P::new(Host::new(Arc::as_ptr(&shared)), &Call::new(call))?;
        *instance = Box::into_raw(Box::new(Holder { plugin, shared })).cast();
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
        // The host ends them now; their names may be those of the next generation.
        let shared = &(*instance.cast::<Holder<P>>()).shared;
        shared.subscriptions.lock().unwrap_or_else(PoisonError::into_inner).clear();
        Ok(())
    })
}

unsafe extern "C" fn destroy<P: Plugin>(instance: *mut tn_instance, _: *const tn_call) {
    guarded(std::ptr::null(), || {
        drop(Box::from_raw(instance.cast::<Holder<P>>()));
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
        write_to(output, answer.as_bytes(), "answer")
    })
}

unsafe extern "C" fn column<P: Plugin>(
    instance: *mut tn_instance,
    call: *const tn_call,
    method: u32,
    input: *const tn_batch,
    output: *const tn_batch_sink,
) -> tn_status {
    guarded(call, || {
        let mut output = BatchOut::new(output);
        of::<P>(instance).column(&Call::new(call), method, &Batch::new(input)?, &mut output)
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
        let answer = Cell::new(Answer::None);
        let mut request = Request::new(call, request, exchange, &answer);
        let response = of::<P>(instance).handle(&mut request, route)?;
        request.conclude(&response)
    })
}

unsafe extern "C" fn fire<P: Plugin>(
    instance: *mut tn_instance,
    call: *const tn_call,
    token: u64,
) -> tn_status {
    guarded(call, || of::<P>(instance).on_timer(&Call::new(call), token))
}

unsafe extern "C" fn deliver<P: Plugin>(
    instance: *mut tn_instance,
    call: *const tn_call,
    token: u64,
    event: *const tn_event,
) -> tn_status {
    guarded(call, || of::<P>(instance).on_event(&Call::new(call), &Event::new(token, event)))
}

unsafe extern "C" fn save<P: Plugin>(
    instance: *mut tn_instance,
    call: *const tn_call,
    state: *const tn_sink,
) -> tn_status {
    guarded(call, || {
        let saved = of::<P>(instance).save_state(&Call::new(call))?;
        write_to(state, &saved, "state")
    })
}

unsafe extern "C" fn restore<P: Plugin>(
    instance: *mut tn_instance,
    call: *const tn_call,
    state: tn_bytes,
) -> tn_status {
    guarded(call, || of::<P>(instance).restore_state(&Call::new(call), state.bytes()))
}
