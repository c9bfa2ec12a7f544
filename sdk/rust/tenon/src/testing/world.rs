use std::collections::{BTreeMap, HashMap, HashSet};
use std::ffi::c_void;
use std::mem::size_of;
use std::path::PathBuf;
use std::sync::atomic::{AtomicPtr, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use super::basic::{LogLine, ProgressLine, Series};
use super::calls::{ColumnAnswer, TextAnswer};
use super::faults::Faults;
use super::host::INSTANCE;
use super::state::StateEntry;
use super::store::Script;
use super::time::{PublishedEvent, Subscription, Timer};
use super::{basic, calls, state, store, time};
use crate::call::write_to;
use crate::raw::*;
use crate::{Code, Error, Result};

/// All that a host of a test holds. No function of the test is called while it is locked.
#[derive(Default)]
pub(super) struct World {
    pub config: HashMap<String, String>,
    pub folder: Option<Folder>,
    pub hidden: HashSet<String>,
    pub faults: Faults,
    pub texts: Vec<(String, TextAnswer)>,
    pub columns: Vec<(String, ColumnAnswer)>,
    /// Interface and method that stand behind the handle of that number, from 1.
    pub methods: Vec<String>,
    pub log: Vec<LogLine>,
    pub progress: Vec<ProgressLine>,
    pub series: Vec<Series>,
    pub state: BTreeMap<String, StateEntry>,
    pub store: Script,
    pub now_ns: i64,
    pub monotonic_ns: i64,
    pub last_id: u64,
    pub timers: BTreeMap<u64, Timer>,
    pub subscriptions: Vec<Subscription>,
    pub events: Vec<PublishedEvent>,
    pub guests: Vec<Arc<Guest>>,
}

impl World {
    /// Of timers, events, calls, transactions.
    pub fn next_id(&mut self) -> u64 {
        self.last_id += 1;
        self.last_id
    }
    /// The plugin of that id, while it runs.
    pub fn guest(&self, id: u64) -> Option<Arc<Guest>> {
        self.guests.iter().find(|guest| guest.id == id).cloned()
    }
    pub fn folder(&mut self) -> Result<PathBuf> {
        if self.folder.is_none() {
            self.folder = Some(Folder::make()?);
        }
        Ok(self.folder.as_ref().map(|folder| folder.0.clone()).unwrap_or_default())
    }
}

pub(super) type Shared = Arc<Mutex<World>>;

pub(super) fn lock(world: &Mutex<World>) -> MutexGuard<'_, World> {
    // What a test panicked in is whole: nothing of the test runs under the lock.
    world.lock().unwrap_or_else(PoisonError::into_inner)
}

/// One plugin's instance on the host: the ctx of its tables.
pub(super) struct Guest {
    pub id: u64,
    pub world: Shared,
    /// The host as the plugin gets it; its ctx is this.
    pub raw: tn_host,
    pub instance: AtomicPtr<tn_instance>,
    pub timer: Option<tn_plugin_timer>,
    pub events: Option<tn_plugin_events>,
}

// SAFETY: `raw` points to static texts, and to the guest itself; the plugin behind `instance` is
// Send and Sync.
unsafe impl Send for Guest {}
// SAFETY: as above.
unsafe impl Sync for Guest {}

impl Guest {
    /// `entry` None: no plugin, but the test itself.
    pub fn new(world: &Shared, entry: Option<&tn_entry>) -> Arc<Guest> {
        let guest = Arc::new_cyclic(|guest: &Weak<Guest>| Guest {
            id: lock(world).next_id(),
            world: world.clone(),
            raw: tn_host {
                struct_size: size_of::<tn_host>() as u32,
                abi_major: TN_ABI_MAJOR,
                abi_minor: TN_ABI_MINOR,
                ctx: guest.as_ptr() as *mut c_void,
                version: tn_str::of("test"),
                instance: tn_str::of(INSTANCE),
                query: Some(query),
            },
            instance: AtomicPtr::default(),
            timer: entry.and_then(|entry| table_of(entry, CLOCK_ID)),
            events: entry.and_then(|entry| table_of(entry, EVENTS_ID)),
        });
        lock(world).guests.push(guest.clone());
        guest
    }

    /// Ends what ends with a generation.
    pub fn leave(&self) {
        let mut world = lock(&self.world);
        world.guests.retain(|guest| guest.id != self.id);
        world.timers.retain(|_, timer| timer.guest != self.id);
        world.subscriptions.retain(|one| one.durable || one.guest != Some(self.id));
        for one in &mut world.subscriptions {
            if one.guest == Some(self.id) {
                one.guest = None;
            }
        }
    }
    pub fn instance(&self) -> *mut tn_instance {
        self.instance.load(Ordering::Acquire)
    }
}

/// # Safety
/// `ctx` is that of a table of a guest that runs.
pub(super) unsafe fn guest_of<'a>(ctx: *mut c_void) -> &'a Guest {
    &*ctx.cast::<Guest>()
}

/// The world, once the call of that function was counted and nothing fails it.
///
/// # Safety
/// As for `guest_of`.
pub(super) unsafe fn enter<'a>(
    ctx: *mut c_void,
    function: &str,
    call: *const tn_call,
) -> Result<MutexGuard<'a, World>> {
    let mut world = lock(&guest_of(ctx).world);
    world.faults.enter(function)?;
    if crate::Call::new(call).cancelled() {
        return Err(Error::new(Code::Cancelled, "the caller has given up"));
    }
    Ok(world)
}

/// Output in two pieces, as it may come.
///
/// # Safety
/// The sink is that of the call under way.
pub(super) unsafe fn put(output: *const tn_sink, bytes: &[u8]) -> Result<()> {
    let (first, second) = bytes.split_at(bytes.len() / 2);
    write_to(output, first, "answer")?;
    write_to(output, second, "answer")
}

unsafe extern "C" fn query(ctx: *mut c_void, table: tn_str) -> *const c_void {
    let id = table.text();
    if lock(&guest_of(ctx).world).hidden.contains(id) {
        return std::ptr::null();
    }
    match id {
        LOG_ID => address(&basic::LOG),
        CONFIG_ID => address(&basic::CONFIG),
        METRICS_ID => address(&basic::METRICS),
        PROGRESS_ID => address(&basic::PROGRESS),
        MESSAGE_ID => address(&calls::MESSAGE),
        COLUMN_ID => address(&calls::COLUMN),
        STATE_ID => address(&state::STATE),
        STORE_ID => address(&store::STORE),
        CLOCK_ID => address(&time::CLOCK),
        EVENTS_ID => address(&time::EVENTS),
        _ => std::ptr::null(),
    }
}

fn address<T>(table: &'static T) -> *const c_void {
    (table as *const T).cast()
}

/// The plugin's table of that id.
pub(super) fn table_of<T: Copy>(entry: &tn_entry, id: &str) -> Option<T> {
    // SAFETY: the entry answers with its static table of that id, which is a T, or with NULL.
    unsafe { entry.query?(tn_str::of(id)).cast::<T>().as_ref() }.copied()
}

/// A folder for the plugin's files, removed when dropped.
pub(super) struct Folder(pub PathBuf);

static FOLDERS: AtomicU64 = AtomicU64::new(0);

impl Folder {
    fn make() -> Result<Folder> {
        let number = FOLDERS.fetch_add(1, Ordering::Relaxed);
        let name = format!("tenon-test.{}.{number}", std::process::id());
        let path = std::env::temp_dir().join(name);
        let failed = |error| Error::new(Code::Unavailable, format!("{}: {error}", path.display()));
        std::fs::create_dir(&path).map_err(failed)?;
        Ok(Folder(path))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
