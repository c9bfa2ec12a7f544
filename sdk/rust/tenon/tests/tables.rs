//! What a host may lack: tables, functions of them; and what else crosses the edge: life, log,
//! configuration, hand-over.

use std::time::Duration;
use tenon::raw::*;
use tenon::testing::{CallOptions, Fault, Host as TestHost, Running};
use tenon::{
    params, BatchBuffer, Call, Clock, Code, Columns, Error, Events, Host, Level, Metrics, Mode,
    Plugin, Progress, Result, Selector, State, Store,
};

#[test]
fn a_table_that_is_not_there_is_an_error_that_names_it() {
    let host = TestHost::new();
    host.provide("a.b/1", "c", |_| Ok(String::new()));
    host.with_face(|face, call| {
        let method = face.method(call, "a.b/1", "c")?;
        let ids = [
            LOG_ID,
            CONFIG_ID,
            MESSAGE_ID,
            COLUMN_ID,
            STORE_ID,
            STATE_ID,
            CLOCK_ID,
            EVENTS_ID,
            METRICS_ID,
            PROGRESS_ID,
        ];
        ids.iter().for_each(|id| host.hide(id));
        let (store, state, events) = (Store::new(face), State::new(face), Events::new(face));
        let (clock, metrics) = (Clock::new(face), Metrics::new(face));
        let second = Duration::from_secs(1);
        let calls: [(&str, Option<Error>); 24] = [
            (CONFIG_ID, face.config(call, "").err()),
            (CONFIG_ID, face.data_folder(call).err()),
            (CONFIG_ID, face.resolve_path(call, "x").err()),
            (MESSAGE_ID, face.method(call, "a.b/1", "c").err()),
            (MESSAGE_ID, face.providers(call, &Selector::default()).err()),
            (COLUMN_ID, Columns::new(face).call(call, &method, &BatchBuffer::new(0)).err()),
            (STORE_ID, store.migrate(call, &[]).err()),
            (STORE_ID, store.query(call, "", &[]).err()),
            (STORE_ID, store.execute(call, "", params![1]).err()),
            (STORE_ID, store.begin(call, Mode::Read).err()),
            (STATE_ID, state.get(call, "k").err()),
            (STATE_ID, state.put(call, "k", "").err()),
            (STATE_ID, state.put_if(call, "k", "", 0).err()),
            (STATE_ID, state.remove(call, "k").err()),
            (STATE_ID, state.list(call, "", "", 1).err()),
            (CLOCK_ID, clock.start_timer(second, second, 0).err()),
            (CLOCK_ID, clock.monotonic().err()),
            (EVENTS_ID, events.publish(call, "a", "1").err()),
            (EVENTS_ID, events.subscribe(call, "a", "a", 0).err()),
            (EVENTS_ID, events.subscribe_durably(call, "a", "a", 0).err()),
            (EVENTS_ID, events.unsubscribe(call, "a").err()),
            (METRICS_ID, metrics.counter("a", "", &[]).err()),
            (METRICS_ID, metrics.gauge("a", "", &[]).err()),
            (METRICS_ID, metrics.histogram("a", "", &[], &[]).err()),
        ];
        for (id, error) in calls {
            let expected = format!("this host does not offer {id} to this plugin");
            assert_eq!(error.unwrap(), Error::new(Code::Unsupported, expected));
        }
        // These never fail.
        assert!(!face.enabled(Level::Error));
        face.error("unheard");
        Progress::new(face).report(call, "unseen", 1, 2);
        assert!(clock.now().elapsed().unwrap() < Duration::from_secs(60));
        Ok(())
    })
    .unwrap();
    assert!(host.log().is_empty() && host.progress().is_empty());
}

#[test]
fn what_an_older_table_does_not_hold_is_not_read() {
    // The state's table of a host that knows get alone, at the end of its memory.
    let words = [16u64, 0xdead_beef];
    // SAFETY: it is readable for the 16 bytes that it says.
    let table = unsafe { known(words.as_ptr().cast::<tn_host_state>()) };
    assert_eq!(table.struct_size as usize, std::mem::size_of::<tn_host_state>());
    assert!(table.get.is_some());
    assert!(table.put.is_none() && table.put_if.is_none() && table.list.is_none());
    // A size in the middle of a member does not count that one.
    let words = [12u64, 0xdead_beef];
    // SAFETY: as above.
    let table = unsafe { known(words.as_ptr().cast::<tn_host_state>()) };
    assert!(table.get.is_none());
}

/// The ways of a life that go wrong, by the configuration.
struct Life {
    host: Host,
    way: String,
}

impl Plugin for Life {
    const HANDS_OVER: bool = true;
    fn new(host: Host, call: &Call) -> Result<Self> {
        Ok(Life { host, way: host.config(call, "/way")? })
    }
    fn start(&self, _: &Call) -> Result<()> {
        assert!(self.way != "start", "in start");
        Ok(())
    }
    fn probe(&self, call: &Call) -> Result<()> {
        let (who, deadline) = (call.principal(), call.deadline().is_some());
        let line = format!("{who} {deadline} {} {}", call.cancelled(), call.idempotency_key());
        self.host.log(Level::Warn, &line, &[("way", &self.way)], Some(call));
        assert!(self.way != "probe", "in probe");
        Ok(())
    }
    fn stop(&self) {
        assert!(self.way != "stop", "in stop");
    }
    fn save_state(&self, _: &Call) -> Result<Vec<u8>> {
        assert!(self.way != "save", "in save");
        Ok(vec![1, 2, 0xff])
    }
    fn restore_state(&self, _: &Call, state: &[u8]) -> Result<()> {
        assert!(self.way != "restore", "in restore");
        match state {
            [1, 2, 0xff] => Ok(()),
            _ => Err(Error::new(Code::Invalid, "this is no state of mine")),
        }
    }
}

impl Drop for Life {
    fn drop(&mut self) {
        self.host.info("dropped");
        assert!(self.way != "drop", "in drop");
    }
}

fn life(way: &str) -> (TestHost, Result<Running<Life>>) {
    let host = TestHost::new();
    host.config("/way", way);
    let running = Running::start(&host);
    (host, running)
}

#[test]
fn a_panic_in_any_step_of_its_life_is_an_error_of_that_step() {
    let panicked = |step: &str| Error::new(Code::Internal, format!("panicked: in {step}"));
    let (host, failed) = life("start");
    assert_eq!(failed.err().unwrap(), panicked("start"));
    assert!(host.logged("dropped"));
    assert_eq!(life("probe").1.unwrap().probe().unwrap_err(), panicked("probe"));
    assert_eq!(life("stop").1.unwrap().stop().unwrap_err(), panicked("stop"));
    assert_eq!(life("save").1.unwrap().save().unwrap_err(), panicked("save"));
    assert_eq!(life("restore").1.unwrap().restore(b"").unwrap_err(), panicked("restore"));
    life("drop").1.unwrap().stop().unwrap();
}

#[test]
fn state_is_handed_over_or_refused() {
    let (_, plugin) = life("well");
    let plugin = plugin.unwrap();
    plugin.restore(&plugin.save().unwrap()).unwrap();
    assert_eq!(plugin.restore(b"x").unwrap_err().message, "this is no state of mine");
    struct Without;
    impl Plugin for Without {
        fn new(_: Host, _: &Call) -> Result<Self> {
            Ok(Without)
        }
    }
    let without = Running::<Without>::start(&TestHost::new()).unwrap();
    let none = without.save().unwrap_err();
    assert_eq!(none.message, "the plugin has no table tenon.handover/1");
}

#[test]
fn a_call_says_for_whom_until_when_and_whether_still() {
    let (host, plugin) = life("well");
    let plugin = plugin.unwrap();
    plugin.set_options(CallOptions {
        timeout: Some(Duration::from_secs(1)),
        cancelled: true,
        principal: 7,
        request_id: "r-1".to_string(),
        idempotency_key: "key".to_string(),
    });
    plugin.probe().unwrap();
    let line = host.log().pop().unwrap();
    assert_eq!((line.level, line.message.as_str()), (Level::Warn as u32, "7 true true key"));
    assert_eq!(line.fields, [("way".to_string(), "well".to_string())]);
    assert_eq!(line.request_id, "r-1");
}

#[test]
fn calls_of_a_caller_who_has_given_up_are_cancelled() {
    let host = TestHost::new();
    struct Writes(State);
    impl Plugin for Writes {
        fn new(host: Host, _: &Call) -> Result<Self> {
            Ok(Writes(State::new(&host)))
        }
        fn probe(&self, call: &Call) -> Result<()> {
            self.0.put(call, "k", "")
        }
    }
    let plugin = Running::<Writes>::start(&host).unwrap();
    plugin.set_options(CallOptions { cancelled: true, ..CallOptions::default() });
    assert_eq!(plugin.probe().unwrap_err().code, Code::Cancelled);
}

#[test]
fn folders_and_paths_are_the_instances() {
    let host = TestHost::new();
    let (folder, path) = host
        .with_face(|face, call| Ok((face.data_folder(call)?, face.resolve_path(call, "a/b")?)))
        .unwrap();
    assert_eq!(path, format!("{folder}/a/b"));
    std::fs::write(format!("{folder}/x"), "kept while the host is").unwrap();
    assert_eq!(host.data_folder().unwrap().to_str().unwrap(), folder);
    drop(host);
    assert!(!std::path::Path::new(&folder).exists());
}

#[test]
fn providers_are_listed() {
    let host = TestHost::new();
    host.provide("a.b/1", "c", |_| Ok(String::new()));
    let list = |interface_id: &'static str| {
        let selector = Selector { interface_id, ..Selector::default() };
        host.with_face(|face, call| face.providers(call, &selector)).unwrap()
    };
    let found = list("a.b/1");
    assert_eq!((found.len(), found[0].state.as_str(), found[0].priority), (1, "ready", 0));
    assert_eq!(list("a.c/1"), []);
}

#[test]
fn failures_are_arranged_counted_and_healed() {
    let host = TestHost::new();
    let when = Fault { after: 1, times: 2, message: "the disk is full".to_string() };
    host.fail("state.put", Code::Unavailable, when);
    let put = || host.with_face(|face, call| State::new(face).put(call, "k", "")).is_ok();
    assert_eq!([put(), put(), put(), put()], [true, false, false, true]);
    host.fail("state.put", Code::Limit, Fault::default());
    assert!(!put());
    host.heal();
    assert!(put());
    assert_eq!(host.calls("state.put"), 6);
    let unknown = std::panic::catch_unwind(|| TestHost::new().calls("state.puts"));
    assert!(unknown.unwrap_err().downcast_ref::<String>().unwrap().contains("state.put_if"));
}

#[test]
fn handles_may_be_shared_between_threads() {
    fn shared<T: Send + Sync>() {}
    shared::<Host>();
    shared::<(Store, State, Clock, Events, Metrics, Progress, Columns)>();
    shared::<(tenon::Method, tenon::Series, tenon::Timer, tenon::Subscription)>();
    shared::<(BatchBuffer, tenon::Rows, tenon::Response)>();
}

#[test]
fn threads_of_its_own_call_for_nobody() {
    let host = TestHost::new();
    host.with_face(|face, _| {
        let state = State::new(face);
        std::thread::scope(|scope| {
            for i in 0..4 {
                scope.spawn(move || state.put(&Call::nobody(), &format!("k{i}"), "v").unwrap());
            }
        });
        Ok(())
    })
    .unwrap();
    assert_eq!(host.calls("state.put"), 4);
}
