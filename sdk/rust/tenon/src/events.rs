//! Events between plugins. A plugin that subscribes has [`crate::Plugin::on_event`], and declares
//! its topics in the manifest (`events`).

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::PoisonError;
use std::time::SystemTime;

use crate::clock::since_epoch;
use crate::host::{Shared, Table};
use crate::json;
use crate::raw::*;
use crate::{Call, Host, Result};

/// As it is delivered; its texts end with the call:
///
/// ```compile_fail
/// fn kept(event: &tenon::Event) -> &'static str {
///     event.data
/// }
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Event<'a> {
    /// Of the subscription.
    pub token: u64,
    /// The same in each delivery.
    pub id: u64,
    /// 1 for the first delivery.
    pub attempt: u32,
    /// Dropped since the subscription's last delivery.
    pub missed: u64,
    pub time: SystemTime,
    pub topic: &'a str,
    /// The instance that published it; empty: the host.
    pub source: &'a str,
    /// JSON.
    pub data: &'a str,
}

impl<'a> Event<'a> {
    /// # Safety
    /// `raw` and its views are valid for `'a`.
    pub(crate) unsafe fn new(token: u64, raw: *const tn_event) -> Event<'a> {
        let raw = known(raw);
        Event {
            token,
            id: raw.id,
            attempt: raw.attempt,
            missed: raw.missed,
            time: since_epoch(raw.time_ns),
            topic: raw.topic.text(),
            source: raw.source.text(),
            data: raw.data.text(),
        }
    }
}

/// The data of [`Events::PROVIDER`] events.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProviderEvent {
    pub interface: String,
    pub version: String,
    pub instance: String,
    /// "available" or "gone".
    pub state: String,
}

impl ProviderEvent {
    pub fn of(event: &Event) -> Result<ProviderEvent> {
        let data = json::parse(event.data)?;
        Ok(ProviderEvent {
            interface: data.text("interface")?,
            version: data.text("version")?,
            instance: data.text("instance")?,
            state: data.text("state")?,
        })
    }
}

#[derive(Clone, Copy)]
pub struct Events {
    table: Table<tn_host_events>,
}

impl Events {
    /// A live event of the host: a provider of a required interface has come or gone.
    pub const PROVIDER: &'static str = "tenon.provider";

    pub fn new(host: &Host) -> Events {
        Events { table: Table::find(host) }
    }

    /// `data` is one JSON value. Returns the event's id. Not while a transaction for writing is
    /// open: the store has one writer.
    pub fn publish(&self, call: &Call, topic: &str, data: &str) -> Result<u64> {
        let publish = self.table.function("publish", |events| events.publish)?;
        let (topic, data) = (tn_str::of(topic), tn_str::of(data));
        let mut id = 0;
        // SAFETY: the views live until the call returns.
        call.invoke(|c| unsafe { publish(self.table.ctx(), c, topic, data, &mut id) })?;
        Ok(id)
    }

    /// What is published from now on, as long as the subscription is not dropped. `name` is the
    /// instance's own: subscribing again under it replaces the subscription.
    pub fn subscribe(
        &self,
        call: &Call,
        pattern: &str,
        name: &str,
        token: u64,
    ) -> Result<Subscription> {
        self.subscribe_with(call, pattern, name, 0, token)?;
        Ok(Subscription::new(self.table, name))
    }

    /// What is published from now on, delivered at least once, in order, until `on_event`
    /// succeeds, also over restarts: until `unsubscribe`.
    pub fn subscribe_durably(
        &self,
        call: &Call,
        pattern: &str,
        name: &str,
        token: u64,
    ) -> Result<()> {
        self.subscribe_with(call, pattern, name, TN_EVENT_DURABLE, token)?;
        Subscription::forget(self.table.host().shared(), name);
        Ok(())
    }

    /// Forgets a durable subscription with all that it has not delivered.
    pub fn unsubscribe(&self, call: &Call, name: &str) -> Result<()> {
        let unsubscribe = self.table.function("unsubscribe", |events| events.unsubscribe)?;
        // SAFETY: the view lives until the call returns.
        call.invoke(|c| unsafe { unsubscribe(self.table.ctx(), c, tn_str::of(name)) })
    }

    fn subscribe_with(
        &self,
        call: &Call,
        pattern: &str,
        name: &str,
        flags: u32,
        token: u64,
    ) -> Result<()> {
        let subscribe = self.table.function("subscribe", |events| events.subscribe)?;
        let (pattern, name) = (tn_str::of(pattern), tn_str::of(name));
        // SAFETY: as above.
        call.invoke(|c| unsafe { subscribe(self.table.ctx(), c, pattern, name, flags, token) })
    }
}

/// A live subscription; ends when dropped, unless kept. One that was replaced under its name, or
/// outlives `stop`, ends nothing.
#[must_use = "a subscription that is dropped ends: store it, or keep() it"]
pub struct Subscription {
    table: Table<tn_host_events>,
    name: String,
    number: u64,
}

static LAST_NUMBER: AtomicU64 = AtomicU64::new(0);

impl Subscription {
    fn new(table: Table<tn_host_events>, name: &str) -> Subscription {
        let number = LAST_NUMBER.fetch_add(1, Ordering::Relaxed) + 1;
        let shared = table.host().shared();
        Subscription::forget(shared, name);
        let mut all = shared.subscriptions.lock().unwrap_or_else(PoisonError::into_inner);
        all.push((name.to_string(), number));
        drop(all);
        Subscription { table, name: name.to_string(), number }
    }

    /// The one of that name, if there is one, was replaced.
    fn forget(shared: &Shared, name: &str) {
        let mut all = shared.subscriptions.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|(other, _)| other != name);
    }

    /// Lets it go on until the instance stops.
    pub fn keep(mut self) {
        self.number = 0; // which none has
    }
}

impl Drop for Subscription {
    fn drop(&mut self) {
        let shared = self.table.host().shared();
        let mut all = shared.subscriptions.lock().unwrap_or_else(PoisonError::into_inner);
        let before = all.len();
        all.retain(|(_, number)| *number != self.number);
        let ended = all.len() < before;
        drop(all);
        if ended {
            // One that is gone already has ended as well.
            let _ = Events { table: self.table }.unsubscribe(&Call::nobody(), &self.name);
        }
    }
}
