use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::basic::{LogLine, MetricValue, ProgressLine};
use super::faults::Fault;
use super::frame::{self, CallOptions};
use super::store::{Answer, Statement};
use super::time::{self, Outcome, PublishedEvent};
use super::world::{lock, Guest, Shared, World};
use super::{state, topic};
use crate::clock::since_epoch;
use crate::host as face;
use crate::{Batch, BatchBuffer, Call, Code, Result};

/// Under which plugins run.
pub(super) const INSTANCE: &str = "test";
/// 2026-01-01 00:00 UTC.
const BEGINNING_NS: i64 = 1_767_225_600_000_000_000;
const HOUR_NS: i64 = 3_600_000_000_000;

/// What the plugin meets: its configuration, other plugins, and every table of the interface in
/// memory. Copies are the same host; it may run several plugins, such as two generations.
#[derive(Clone)]
pub struct Host {
    pub(super) world: Shared,
}

impl Default for Host {
    fn default() -> Host {
        Host::new()
    }
}

impl Host {
    /// Time begins at 2026-01-01 00:00 UTC.
    pub fn new() -> Host {
        let world = World { now_ns: BEGINNING_NS, monotonic_ns: HOUR_NS, ..World::default() };
        Host { world: Arc::new(Mutex::new(world)) }
    }

    /// The JSON text of the configuration at a JSON pointer.
    pub fn config(&self, pointer: &str, json: &str) {
        lock(&self.world).config.insert(pointer.to_string(), json.to_string());
    }
    /// A folder for the plugin's files, removed with the host.
    pub fn data_folder(&self) -> Result<PathBuf> {
        lock(&self.world).folder()
    }

    /// Another plugin's method.
    pub fn provide(
        &self,
        interface: &str,
        method: &str,
        answer: impl Fn(&str) -> Result<String> + Send + Sync + 'static,
    ) {
        lock(&self.world).texts.push((format!("{interface} {method}"), Arc::new(answer)));
    }
    /// Another plugin's column method.
    pub fn provide_columns(
        &self,
        interface: &str,
        method: &str,
        answer: impl Fn(&Batch) -> Result<Vec<BatchBuffer>> + Send + Sync + 'static,
    ) {
        lock(&self.world).columns.push((format!("{interface} {method}"), Arc::new(answer)));
    }

    /// Runs `body` as a plugin would run it, with the host as a plugin sees it: for functions that a
    /// test calls by hand. Timers and subscriptions that it starts end with it.
    pub fn with_face<T>(&self, body: impl FnOnce(&crate::Host, &Call) -> Result<T>) -> Result<T> {
        let visitor = Visitor(Guest::new(&self.world, None));
        // SAFETY: both outlive the body.
        let shared = Arc::new(unsafe { face::Shared::new(&visitor.0.raw) });
        // SAFETY: as above.
        let face = unsafe { crate::Host::new(Arc::as_ptr(&shared)) };
        frame::invoke(&self.world, &CallOptions::default(), |call| body(&face, call))
    }

    pub fn now(&self) -> SystemTime {
        since_epoch(lock(&self.world).now_ns)
    }
    /// What the calendar says; timers are not touched.
    pub fn set_time(&self, now: SystemTime) {
        let since = now.duration_since(UNIX_EPOCH).unwrap_or_default();
        lock(&self.world).now_ns = i64::try_from(since.as_nanos()).unwrap_or(i64::MAX);
    }
    /// Moves the time on, and fires the timers that become due on the way, in their order.
    pub fn advance(&self, step: Duration) -> Outcome {
        time::advance(&self.world, step)
    }

    /// Publishes as another plugin. Panics when the topic or the data is none.
    pub fn publish(&self, topic: &str, json: &str, source: &str) -> u64 {
        topic::check_topic(topic).expect("a topic");
        topic::check_data(json).expect("the data of an event");
        time::accept(&mut lock(&self.world), topic, json, source)
    }
    /// Delivers every event that waits, each once. One that fails is lost when its subscription is
    /// live, and comes again with the next `deliver` when it is durable.
    pub fn deliver(&self) -> Outcome {
        time::deliver(&self.world)
    }
    /// All that was published, by whomever.
    pub fn events(&self) -> Vec<PublishedEvent> {
        lock(&self.world).events.clone()
    }

    /// What the store answers to statements that hold `part`; what is said last comes first.
    pub fn on_sql(
        &self,
        part: &str,
        answer: impl Fn(&Statement) -> Result<Answer> + Send + Sync + 'static,
    ) {
        lock(&self.world).store.answers.push((part.to_string(), Arc::new(answer)));
    }
    /// All that reached the store, in its order.
    pub fn statements(&self) -> Vec<Statement> {
        lock(&self.world).store.statements.clone()
    }

    pub fn state(&self, key: &str) -> Option<Vec<u8>> {
        lock(&self.world).state.get(key).and_then(|entry| entry.value.clone())
    }
    /// Panics when the key is none.
    pub fn set_state(&self, key: &str, value: impl AsRef<[u8]>) {
        state::write(&mut lock(&self.world), key, value.as_ref()).expect("a key");
    }

    pub fn log(&self) -> Vec<LogLine> {
        lock(&self.world).log.clone()
    }
    /// A line whose message holds that text.
    pub fn logged(&self, part: &str) -> bool {
        lock(&self.world).log.iter().any(|line| line.message.contains(part))
    }
    pub fn progress(&self) -> Vec<ProgressLine> {
        lock(&self.world).progress.clone()
    }
    pub fn metric(&self, name: &str, labels: &[(&str, &str)]) -> Option<MetricValue> {
        let owned = |(name, value): &(&str, &str)| (name.to_string(), value.to_string());
        let mut labels: Vec<_> = labels.iter().map(owned).collect();
        labels.sort();
        let world = lock(&self.world);
        let found = world.series.iter().find(|one| one.name == name && one.labels == labels);
        found.map(|one| one.value)
    }

    /// Arranges that a function of a table fails: "store.query", "message.call", "state.put" ...
    /// A name that is none panics and lists them.
    pub fn fail(&self, function: &str, code: Code, when: Fault) {
        lock(&self.world).faults.fail(function, code, when);
    }
    /// Forgets these failures.
    pub fn heal(&self) {
        lock(&self.world).faults.heal();
    }
    /// How often a function was called, failures included.
    pub fn calls(&self, function: &str) -> u64 {
        lock(&self.world).faults.calls(function)
    }
    /// As a host that does not have that table, such as `raw::STORE_ID`.
    pub fn hide(&self, table: &str) {
        lock(&self.world).hidden.insert(table.to_string());
    }
}

/// The test itself, in the place of a plugin; leaves also when the test panics.
struct Visitor(Arc<Guest>);

impl Drop for Visitor {
    fn drop(&mut self) {
        self.0.leave();
    }
}
