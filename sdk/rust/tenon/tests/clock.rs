//! The clock's face: time, timers.

use std::sync::Mutex;
use std::time::{Duration, UNIX_EPOCH};
use tenon::testing::{Host as TestHost, Running};
use tenon::{Call, Clock, Code, Error, Host, Plugin, Result, State, Timer};

const SECOND: Duration = Duration::from_secs(1);

struct Ticker {
    clock: Clock,
    state: State,
    timers: Mutex<Vec<Timer>>,
}

impl Plugin for Ticker {
    fn new(host: Host, _: &Call) -> Result<Self> {
        Ok(Ticker { clock: Clock::new(&host), state: State::new(&host), timers: Mutex::default() })
    }
    /// Starts a timer of as many seconds as the method's number, periodic when the input says so.
    fn message(&self, _: &Call, method: u32, input: &str) -> Result<String> {
        let delay = SECOND * method;
        let period = if input == "again" { delay } else { Duration::ZERO };
        let timer = self.clock.start_timer(delay, period, method.into())?;
        match input {
            "dropped" => drop(timer),
            "kept" => timer.keep(),
            _ => self.timers.lock().unwrap().push(timer),
        }
        Ok(String::new())
    }
    fn on_timer(&self, call: &Call, token: u64) -> Result<()> {
        match token {
            7 => panic!("on timer {token}"),
            8 => return Err(Error::new(Code::Limit, "enough")),
            // Its own firing may stop it.
            9 => self.timers.lock().unwrap().clear(),
            _ => {}
        }
        let before = self.state.get(call, "fired")?.map_or(Vec::new(), |entry| entry.value);
        self.state.put(call, "fired", [&before[..], &[token as u8]].concat())
    }
}

fn ticker() -> Running<Ticker> {
    Running::start(&TestHost::new()).unwrap()
}
fn fired(plugin: &Running<Ticker>) -> Vec<u8> {
    plugin.host().state("fired").unwrap_or_default()
}

#[test]
fn timers_fire_when_the_time_has_come_in_their_order() {
    let plugin = ticker();
    for (seconds, how) in [(3, ""), (2, ""), (1, "again"), (1, "kept")] {
        plugin.call(seconds, how).unwrap();
    }
    assert_eq!(plugin.host().advance(SECOND / 2).count, 0);
    assert_eq!(plugin.host().advance(SECOND / 2).count, 2);
    assert_eq!(plugin.host().advance(SECOND * 2).count, 4);
    assert_eq!(fired(&plugin), [1, 1, 2, 1, 3, 1]);
}

#[test]
fn a_timer_that_is_dropped_never_fires() {
    let plugin = ticker();
    plugin.call(1, "dropped").unwrap();
    assert_eq!(plugin.host().advance(SECOND * 5).count, 0);
    plugin.call(9, "again").unwrap();
    assert_eq!(plugin.host().advance(SECOND * 60).count, 1);
}

#[test]
fn timers_end_with_the_instance() {
    let host = TestHost::new();
    let plugin = Running::<Ticker>::start(&host).unwrap();
    plugin.call(1, "kept").unwrap();
    plugin.call(1, "").unwrap();
    plugin.stop().unwrap();
    assert_eq!(host.advance(SECOND * 5).count, 0);
}

#[test]
fn an_error_or_a_panic_on_a_timer_is_told_and_the_plugin_goes_on() {
    let plugin = ticker();
    for seconds in [1, 7, 8] {
        plugin.call(seconds, "").unwrap();
    }
    let outcome = plugin.host().advance(SECOND * 8);
    assert_eq!(outcome.count, 3);
    let panicked = Error::new(Code::Internal, "panicked: on timer 7");
    assert_eq!(outcome.errors, [panicked, Error::new(Code::Limit, "enough")]);
}

#[test]
fn time_is_the_hosts() {
    let host = TestHost::new();
    host.set_time(UNIX_EPOCH + SECOND);
    let times = |_: ()| {
        let read = host.with_face(|face, _| {
            let clock = Clock::new(face);
            Ok((clock.now(), clock.monotonic()?))
        });
        read.unwrap()
    };
    let (before, monotonic) = times(());
    assert_eq!(before, UNIX_EPOCH + SECOND);
    host.advance(SECOND * 3);
    assert_eq!(times(()), (before + SECOND * 3, monotonic + SECOND * 3));
}

#[test]
fn a_time_that_fits_no_timer_is_refused() {
    let host = TestHost::new();
    let started =
        host.with_face(|face, _| Clock::new(face).start_timer(Duration::MAX, SECOND, 1).map(drop));
    assert_eq!(started.unwrap_err().message, "a timer cannot take 18446744073709551615 seconds");
}

#[test]
fn a_plugin_without_timers_says_so() {
    struct Without;
    impl Plugin for Without {
        fn new(host: Host, _: &Call) -> Result<Self> {
            Clock::new(&host).start_timer(SECOND, SECOND, 5)?.keep();
            Ok(Without)
        }
    }
    let plugin = Running::<Without>::start(&TestHost::new()).unwrap();
    assert_eq!(plugin.host().advance(SECOND).errors[0].message, "nothing is done on timer 5");
}
