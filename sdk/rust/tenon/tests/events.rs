//! The events' face: publishing, subscriptions, deliveries.

use std::sync::Mutex;
use tenon::testing::{Host as TestHost, Running};
use tenon::{Call, Code, Error, Event, Events, Host, Plugin, ProviderEvent, Result, Subscription};

struct Listener {
    host: Host,
    events: Events,
    subscription: Mutex<Option<Subscription>>,
}

const SUBSCRIBE: u32 = 0;
const KEEP: u32 = 1;
const DURABLY: u32 = 2;
const DROP: u32 = 3;
const PUBLISH: u32 = 4;
const UNSUBSCRIBE: u32 = 5;

impl Plugin for Listener {
    fn new(host: Host, _: &Call) -> Result<Self> {
        Ok(Listener { host, events: Events::new(&host), subscription: Mutex::default() })
    }
    fn message(&self, call: &Call, method: u32, input: &str) -> Result<String> {
        let held = &self.subscription;
        match method {
            SUBSCRIBE => {
                let made = self.events.subscribe(call, input, "mine", 1)?;
                *held.lock().unwrap() = Some(made);
            }
            KEEP => self.events.subscribe(call, input, "mine", 2)?.keep(),
            DURABLY => self.events.subscribe_durably(call, input, "mine", 3)?,
            DROP => *held.lock().unwrap() = None,
            PUBLISH => return self.events.publish(call, input, "[1]").map(|id| id.to_string()),
            _ => self.events.unsubscribe(call, "mine")?,
        }
        Ok(String::new())
    }
    fn on_event(&self, _: &Call, event: &Event) -> Result<()> {
        let line = format!(
            "{} {} {} {} {} #{}",
            event.token, event.topic, event.source, event.data, event.missed, event.attempt
        );
        self.host.info(&line);
        match event.topic {
            "a.panic" => panic!("on an event"),
            "a.fails" => Err(Error::new(Code::Unavailable, "not now")),
            Events::PROVIDER => {
                let change = ProviderEvent::of(event)?;
                self.host.info(&format!("{} is {}", change.instance, change.state));
                Ok(())
            }
            _ => Ok(()),
        }
    }
}

fn heard(host: &TestHost) -> Vec<String> {
    host.log().into_iter().map(|line| line.message).collect()
}

#[test]
fn what_is_published_is_delivered_to_who_subscribed() {
    let host = TestHost::new();
    let plugin = Running::<Listener>::start(&host).unwrap();
    plugin.call(SUBSCRIBE, "a.*").unwrap();
    let id: u64 = plugin.call(PUBLISH, "a.b").unwrap().parse().unwrap();
    host.publish("b.a", "null", "other");
    host.publish("a.c", "{}", "other");
    assert_eq!(host.events()[0].id, id);
    assert_eq!(host.deliver().count, 2);
    assert_eq!(heard(&host), ["1 a.b test [1] 0 #1", "1 a.c other {} 0 #1"]);
}

#[test]
fn a_subscription_that_is_dropped_ends_and_one_that_is_kept_goes_on() {
    let host = TestHost::new();
    let plugin = Running::<Listener>::start(&host).unwrap();
    let delivered = || {
        host.publish("a.b", "1", "other");
        host.deliver().count
    };
    plugin.call(SUBSCRIBE, "a.*").unwrap();
    assert_eq!(delivered(), 1);
    plugin.call(DROP, "").unwrap();
    assert_eq!(delivered(), 0);
    plugin.call(KEEP, "a.*").unwrap();
    plugin.call(DROP, "").unwrap();
    assert_eq!(delivered(), 1);
}

#[test]
fn one_that_was_replaced_under_its_name_ends_nothing() {
    let host = TestHost::new();
    let plugin = Running::<Listener>::start(&host).unwrap();
    plugin.call(SUBSCRIBE, "a.*").unwrap();
    plugin.call(SUBSCRIBE, "b.*").unwrap(); // drops the first after the second was made
    host.publish("b.b", "1", "other");
    assert_eq!(host.deliver().count, 1);
    plugin.call(DURABLY, "c.*").unwrap();
    plugin.call(DROP, "").unwrap();
    host.publish("c.c", "1", "other");
    assert_eq!(host.deliver().count, 1);
    assert_eq!(host.calls("events.unsubscribe"), 0);
}

#[test]
fn a_live_event_that_fails_is_lost_and_a_durable_one_comes_again_in_order() {
    let host = TestHost::new();
    let plugin = Running::<Listener>::start(&host).unwrap();
    for (how, again) in [(SUBSCRIBE, 0), (DURABLY, 1)] {
        plugin.call(how, "a.*").unwrap();
        host.publish("a.fails", "1", "other");
        host.publish("a.b", "2", "other");
        let outcome = host.deliver();
        assert_eq!(outcome.errors, [Error::new(Code::Unavailable, "not now")]);
        assert_eq!(outcome.count, 2 - again);
        assert_eq!(host.deliver().errors.len(), again);
    }
    assert_eq!(heard(&host).last().unwrap(), "3 a.fails other 1 0 #2");
    plugin.call(UNSUBSCRIBE, "").unwrap();
    assert_eq!(host.deliver().count, 0);
    let unknown = plugin.call(UNSUBSCRIBE, "").unwrap_err();
    assert_eq!((unknown.code, unknown.path.as_str()), (Code::NotFound, "name"));
}

#[test]
fn a_durable_subscription_outlives_its_generation_and_a_live_one_does_not() {
    let host = TestHost::new();
    for (how, left) in [(SUBSCRIBE, 0), (KEEP, 0), (DURABLY, 1)] {
        let plugin = Running::<Listener>::start(&host).unwrap();
        plugin.call(how, "a.*").unwrap();
        plugin.stop().unwrap();
        host.publish("a.b", "1", "other");
        let next = Running::<Listener>::start(&host).unwrap();
        next.call(how, "a.*").unwrap();
        assert_eq!(host.deliver().count, left);
    }
    assert_eq!(host.calls("events.unsubscribe"), 0);
}

#[test]
fn a_panic_in_a_delivery_is_its_error() {
    let host = TestHost::new();
    let plugin = Running::<Listener>::start(&host).unwrap();
    plugin.call(SUBSCRIBE, "a.**").unwrap();
    host.publish("a.panic", "1", "other");
    assert_eq!(host.deliver().errors[0].message, "panicked: on an event");
    host.publish("a.b", "1", "other");
    assert_eq!(host.deliver().errors, []);
}

#[test]
fn the_hosts_event_says_which_provider_came_or_went() {
    let host = TestHost::new();
    let plugin = Running::<Listener>::start(&host).unwrap();
    plugin.call(SUBSCRIBE, Events::PROVIDER).unwrap();
    let data = r#"{"interface":"a.b/1","version":"1.0.0","instance":"other","state":"gone"}"#;
    host.publish(Events::PROVIDER, data, "");
    assert_eq!(host.deliver().errors, []);
    assert!(host.logged("other is gone"));
    host.publish(Events::PROVIDER, "{}", "");
    assert_eq!(host.deliver().errors[0].message, "interface is null or nothing, not a text");
}

#[test]
fn what_is_no_topic_pattern_or_json_is_refused() {
    let host = TestHost::new();
    let plugin = Running::<Listener>::start(&host).unwrap();
    assert_eq!(plugin.call(PUBLISH, "A").unwrap_err().path, "topic");
    assert_eq!(plugin.call(SUBSCRIBE, "a.**.b").unwrap_err().path, "pattern");
    let no_json = host.with_face(|face, call| Events::new(face).publish(call, "a.b", "{"));
    assert_eq!(no_json.unwrap_err().path, "data");
}

#[test]
fn a_plugin_without_events_says_so() {
    struct Without;
    impl Plugin for Without {
        fn new(host: Host, call: &Call) -> Result<Self> {
            Events::new(&host).subscribe(call, "a.b", "mine", 0)?.keep();
            Ok(Without)
        }
    }
    let host = TestHost::new();
    let _plugin = Running::<Without>::start(&host).unwrap();
    host.publish("a.b", "1", "other");
    assert_eq!(host.deliver().errors[0].message, "nothing is done on a.b");
}
