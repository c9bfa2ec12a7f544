//! `tenon.clock/1` and `tenon.events/1` of a test's host: nothing fires and nothing is delivered
//! before the test says so.

use std::collections::VecDeque;
use std::ffi::c_void;
use std::mem::size_of;
use std::time::Duration;

use super::frame::{self, CallOptions};
use super::topic::{check_data, check_pattern, check_topic, matches};
use super::world::{enter, guest_of, lock, Shared, World};
use crate::call::guarded;
use crate::raw::*;
use crate::{Code, Error, Result};

/// What timers or deliveries did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// How many ran.
    pub count: usize,
    /// Of those that failed.
    pub errors: Vec<Error>,
}

impl Outcome {
    fn add(&mut self, done: Result<()>) {
        self.count += 1;
        self.errors.extend(done.err());
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublishedEvent {
    pub id: u64,
    pub topic: String,
    /// JSON.
    pub data: String,
    /// The instance that published it; empty: the host.
    pub source: String,
}

pub(super) struct Timer {
    pub guest: u64,
    pub due_ns: i64,
    pub period_ns: i64,
    pub token: u64,
}

#[derive(Clone)]
pub(super) struct Waiting {
    event: PublishedEvent,
    time_ns: i64,
    attempt: u32,
}

pub(super) struct Subscription {
    pub pattern: String,
    pub name: String,
    pub durable: bool,
    pub token: u64,
    /// None: a durable one whose generation has ended.
    pub guest: Option<u64>,
    pub waiting: VecDeque<Waiting>,
}

pub(super) static CLOCK: tn_host_clock = tn_host_clock {
    struct_size: size_of::<tn_host_clock>() as u32,
    reserved: 0,
    now_ns: Some(now_ns),
    monotonic_ns: Some(monotonic_ns),
    start_timer: Some(start_timer),
    stop_timer: Some(stop_timer),
};
pub(super) static EVENTS: tn_host_events = tn_host_events {
    struct_size: size_of::<tn_host_events>() as u32,
    reserved: 0,
    publish: Some(publish),
    subscribe: Some(subscribe),
    unsubscribe: Some(unsubscribe),
};

unsafe extern "C" fn now_ns(ctx: *mut c_void) -> i64 {
    lock(&guest_of(ctx).world).now_ns
}
unsafe extern "C" fn monotonic_ns(ctx: *mut c_void) -> i64 {
    lock(&guest_of(ctx).world).monotonic_ns
}

unsafe extern "C" fn start_timer(
    ctx: *mut c_void,
    call: *const tn_call,
    delay_ns: i64,
    period_ns: i64,
    token: u64,
    timer: *mut u64,
) -> tn_status {
    guarded(call, || {
        let mut world = enter(ctx, "clock.start_timer", call)?;
        if delay_ns < 0 || period_ns < 0 {
            let why = "a timer's delay and period are not negative";
            return Err(Error::new(Code::Invalid, why));
        }
        let due_ns = world.monotonic_ns.saturating_add(delay_ns);
        let id = world.next_id();
        let guest = guest_of(ctx).id;
        world.timers.insert(id, Timer { guest, due_ns, period_ns, token });
        *timer = id;
        Ok(())
    })
}

unsafe extern "C" fn stop_timer(ctx: *mut c_void, timer: u64) {
    lock(&guest_of(ctx).world).timers.remove(&timer);
}

/// Moves the time on, and fires the timers that become due on the way, in their order.
pub(super) fn advance(world: &Shared, step: Duration) -> Outcome {
    let end = {
        let world = lock(world);
        world.monotonic_ns.saturating_add(i64::try_from(step.as_nanos()).unwrap_or(i64::MAX))
    };
    let mut outcome = Outcome::default();
    loop {
        // The lock ends with this line: the plugin is called without it.
        let due = next_due(&mut lock(world), end);
        match due {
            Some((guest, token)) => outcome.add(fire(world, guest, token)),
            None => break,
        }
    }
    move_to(&mut lock(world), end);
    outcome
}

fn move_to(world: &mut World, monotonic_ns: i64) {
    let step = (monotonic_ns - world.monotonic_ns).max(0);
    world.monotonic_ns += step;
    world.now_ns += step;
}

/// Guest and token of the timer that is due first, until `end`; it is then that late.
fn next_due(world: &mut World, end: i64) -> Option<(u64, u64)> {
    let (id, due_ns) = world
        .timers
        .iter()
        .map(|(id, timer)| (*id, timer.due_ns))
        .filter(|(_, due_ns)| *due_ns <= end)
        .min_by_key(|(id, due_ns)| (*due_ns, *id))?;
    move_to(world, due_ns);
    let timer = world.timers.get_mut(&id)?;
    let found = (timer.guest, timer.token);
    match timer.period_ns {
        0 => drop(world.timers.remove(&id)),
        period => timer.due_ns += period,
    }
    Some(found)
}

fn fire(world: &Shared, guest: u64, token: u64) -> Result<()> {
    let guest = lock(world).guest(guest).ok_or_else(gone)?;
    let fire = guest.timer.and_then(|timer| timer.fire).ok_or_else(gone)?;
    frame::invoke(world, &CallOptions::default(), |call| {
        // SAFETY: the instance lives while the guest is in the world.
        call.invoke(|c| unsafe { fire(guest.instance(), c, token) })
    })
}

fn gone() -> Error {
    Error::new(Code::Unavailable, "the plugin is gone")
}

unsafe extern "C" fn publish(
    ctx: *mut c_void,
    call: *const tn_call,
    topic: tn_str,
    data: tn_str,
    id: *mut u64,
) -> tn_status {
    guarded(call, || {
        let mut world = enter(ctx, "events.publish", call)?;
        check_topic(topic.text())?;
        check_data(data.text())?;
        let made = accept(&mut world, topic.text(), data.text(), super::host::INSTANCE);
        if !id.is_null() {
            *id = made;
        }
        Ok(())
    })
}

/// Notes an event, and lets it wait in each subscription that matches; its id.
pub(super) fn accept(world: &mut World, topic: &str, data: &str, source: &str) -> u64 {
    let (topic, data, source) = (topic.to_string(), data.to_string(), source.to_string());
    let event = PublishedEvent { id: world.next_id(), topic, data, source };
    world.events.push(event.clone());
    let id = event.id;
    let waiting = Waiting { event, time_ns: world.now_ns, attempt: 0 };
    for one in &mut world.subscriptions {
        if matches(&one.pattern, &waiting.event.topic) {
            one.waiting.push_back(waiting.clone());
        }
    }
    id
}

unsafe extern "C" fn subscribe(
    ctx: *mut c_void,
    call: *const tn_call,
    pattern: tn_str,
    name: tn_str,
    flags: u32,
    token: u64,
) -> tn_status {
    guarded(call, || {
        let mut world = enter(ctx, "events.subscribe", call)?;
        check_pattern(pattern.text())?;
        let guest = guest_of(ctx).id;
        let mut made = Subscription {
            pattern: pattern.text().to_string(),
            name: name.text().to_string(),
            durable: flags & TN_EVENT_DURABLE != 0,
            token,
            guest: Some(guest),
            waiting: VecDeque::new(),
        };
        let same = |one: &Subscription| one.name == made.name;
        if let Some(at) = world.subscriptions.iter().position(same) {
            let before = world.subscriptions.remove(at);
            // Under its name a durable one goes on.
            if before.durable && made.durable {
                made.waiting = before.waiting;
            }
        }
        world.subscriptions.push(made);
        Ok(())
    })
}

unsafe extern "C" fn unsubscribe(
    ctx: *mut c_void,
    call: *const tn_call,
    name: tn_str,
) -> tn_status {
    guarded(call, || {
        let mut world = enter(ctx, "events.unsubscribe", call)?;
        let before = world.subscriptions.len();
        world.subscriptions.retain(|one| one.name != name.text());
        if world.subscriptions.len() == before {
            let why = format!("there is no subscription {:?}", name.text());
            return Err(Error::new(Code::NotFound, why).at("name"));
        }
        Ok(())
    })
}

/// Delivers every event that waits, each once.
pub(super) fn deliver(world: &Shared) -> Outcome {
    let mut outcome = Outcome::default();
    // Durable ones whose first event failed keep their order until the next time.
    let mut held = Vec::new();
    loop {
        // As in `advance`.
        let next = take_event(&mut lock(world), &held);
        let delivery = match next {
            Some(delivery) => delivery,
            None => return outcome,
        };
        let done = hand_over(world, &delivery);
        if done.is_err() && delivery.durable {
            if let Some(one) = named(&mut lock(world), &delivery.name) {
                one.waiting.push_front(delivery.waiting);
            }
            held.push(delivery.name);
        }
        outcome.add(done);
    }
}

struct Delivery {
    guest: u64,
    name: String,
    token: u64,
    durable: bool,
    waiting: Waiting,
}

fn named<'a>(world: &'a mut World, name: &str) -> Option<&'a mut Subscription> {
    world.subscriptions.iter_mut().find(|one| one.name == name)
}

fn take_event(world: &mut World, held: &[String]) -> Option<Delivery> {
    world.subscriptions.iter_mut().filter(|one| !held.contains(&one.name)).find_map(|one| {
        let guest = one.guest?;
        let mut waiting = one.waiting.pop_front()?;
        waiting.attempt += 1;
        let (name, token, durable) = (one.name.clone(), one.token, one.durable);
        Some(Delivery { guest, name, token, durable, waiting })
    })
}

fn hand_over(world: &Shared, delivery: &Delivery) -> Result<()> {
    let guest = lock(world).guest(delivery.guest).ok_or_else(gone)?;
    let deliver = guest.events.and_then(|events| events.deliver).ok_or_else(gone)?;
    let Waiting { event, time_ns, attempt } = &delivery.waiting;
    let raw = tn_event {
        struct_size: size_of::<tn_event>() as u32,
        attempt: *attempt,
        id: event.id,
        time_ns: *time_ns,
        missed: 0,
        topic: tn_str::of(&event.topic),
        source: tn_str::of(&event.source),
        data: tn_str::of(&event.data),
    };
    frame::invoke(world, &CallOptions::default(), |call| {
        // SAFETY: the event lives until the call returns; the instance as for timers.
        call.invoke(|c| unsafe { deliver(guest.instance(), c, delivery.token, &raw) })
    })
}
