//! One method for each table of the host, and what a plugin may have beside: timers, events,
//! streamed answers, a state that is handed over.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::Mutex;
use std::time::{Duration, UNIX_EPOCH};

use tenon::{
    params, BatchBuffer, Call, Clock, Code, Columns, Error, Event, Events, Host, Level, Method,
    Metrics, Migration, Mode, Plugin, Progress, Request, Response, Result, Selector, Series, State,
    Store, Subscription, Timer,
};

const STEPS: &[Migration] = &[
    Migration::new(1, "numbers", "CREATE TABLE {numbers} (n BIGINT NOT NULL, name TEXT)"),
    Migration::new(2, "by_n", "CREATE INDEX {#numbers_by_n} ON {numbers} (n)"),
];
const TICK: Duration = Duration::from_millis(20);
const LIVE: u64 = 1;
const DURABLE: u64 = 2;

/// What ends when it is dropped, and begins in `start`.
struct Running {
    halve: Method,
    _ticks: Timer,
    _live: Subscription,
}

pub struct Tour {
    host: Host,
    store: Store,
    state: State,
    clock: Clock,
    events: Events,
    columns: Columns,
    progress: Progress,
    greeting: String,
    calls: Series,
    last: Series,
    sizes: Series,
    running: Mutex<Option<Running>>,
    made: AtomicU64,
    ticks: AtomicU64,
    live: AtomicU64,
    durable: AtomicU64,
}

impl Plugin for Tour {
    fn new(host: Host, call: &Call) -> Result<Self> {
        let metrics = Metrics::new(&host);
        Ok(Tour {
            host,
            store: Store::new(&host),
            state: State::new(&host),
            clock: Clock::new(&host),
            events: Events::new(&host),
            columns: Columns::new(&host),
            progress: Progress::new(&host),
            greeting: host.config(call, "/greeting")?,
            calls: metrics.counter("tour.calls", "Calls of methods", &[("kind", "message")])?,
            last: metrics.gauge("tour.last", "The last number", &[])?,
            sizes: metrics.histogram("tour.sizes", "Numbers", &[10.0, 100.0], &[])?,
            running: Mutex::default(),
            made: AtomicU64::new(0),
            ticks: AtomicU64::new(0),
            live: AtomicU64::new(0),
            durable: AtomicU64::new(0),
        })
    }

    fn start(&self, call: &Call) -> Result<()> {
        self.store.migrate(call, STEPS)?;
        self.events.subscribe_durably(call, "tour.made", "durable", DURABLE)?;
        *self.running() = Some(Running {
            halve: self.host.method(call, "example.halves/1", "halve")?,
            _ticks: self.clock.start_timer(TICK, TICK, 7)?,
            _live: self.events.subscribe(call, "tour.*", "live", LIVE)?,
        });
        Ok(())
    }

    fn stop(&self) {
        *self.running() = None;
    }

    fn message(&self, call: &Call, method: u32, input: &str) -> Result<String> {
        let n = number(input)?;
        self.calls.record(1.0);
        match method {
            0 => self.store(call, n),
            1 => self.state(call, n),
            2 => self.clock(),
            3 => self.events(call, n),
            4 => self.metrics(n),
            5 => self.columns(call, n),
            6 => self.host(call, n),
            7 => Ok(format!(r#"{{"made":{}}}"#, self.made.fetch_add(1, Ordering::Relaxed) + 1)),
            _ => Err(Error::new(Code::NotFound, "there is no such method")),
        }
    }

    fn on_timer(&self, _: &Call, token: u64) -> Result<()> {
        self.ticks.fetch_add(token, Ordering::Relaxed);
        Ok(())
    }

    fn on_event(&self, _: &Call, event: &Event) -> Result<()> {
        let n = number(event.data)? as u64;
        match event.token {
            LIVE => self.live.fetch_add(n, Ordering::Relaxed),
            // The first delivery of a panic's event is answered with one.
            DURABLE if n == 13 && event.attempt == 1 => panic!("thirteen"),
            _ => self.durable.fetch_add(n, Ordering::Relaxed),
        };
        Ok(())
    }

    fn handle(&self, request: &mut Request, route: u32) -> Result<Response> {
        match route {
            0 => {
                let lines = request.query_param("lines").map_or(Ok(3), |text| number(&text))?;
                if lines > 1000 {
                    return Err(Error::new(Code::Invalid, "at most 1000 lines").at("lines"));
                }
                let mut out = request.begin(&Response::text(""), None)?;
                for line in 0..lines {
                    out.write(format!("{line}\n").as_bytes())?;
                }
                out.finish()
            }
            _ => {
                if request.header("x-panic").is_some() {
                    panic!("a route that panics");
                }
                let mut out = request.begin(&Response::text("got "), None)?;
                let mut chunk = [0; 1000];
                loop {
                    match request.read(&mut chunk)? {
                        0 => break out.finish(),
                        size => out.write(&chunk[..size])?,
                    }
                }
            }
        }
    }

    const HANDS_OVER: bool = true;
    fn save_state(&self, _: &Call) -> Result<Vec<u8>> {
        Ok(self.made.load(Ordering::Relaxed).to_string().into_bytes())
    }
    fn restore_state(&self, _: &Call, state: &[u8]) -> Result<()> {
        let made = std::str::from_utf8(state).ok().and_then(|text| text.parse().ok());
        let made = made.ok_or_else(|| Error::new(Code::Invalid, "this is no count"))?;
        self.made.store(made, Ordering::Relaxed);
        Ok(())
    }
}

impl Tour {
    fn running(&self) -> std::sync::MutexGuard<'_, Option<Running>> {
        self.running.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }

    /// Three rows that stay, and one that is rolled back.
    fn store(&self, call: &Call, n: i64) -> Result<String> {
        let transaction = self.store.begin(call, Mode::Write)?;
        transaction.execute("DELETE FROM {numbers}", &[])?;
        let changed = transaction
            .execute("INSERT INTO {numbers} (n, name) VALUES ($1, $2)", params![n, "first"])?;
        let more = [[(n + 1).into(), "second".into()], [(n + 2).into(), None::<&str>.into()]];
        transaction.execute_many("INSERT INTO {numbers} (n, name) VALUES ($1, $2)", &more)?;
        transaction.commit()?;

        let forgotten = self.store.begin(call, Mode::Write)?;
        forgotten.execute("INSERT INTO {numbers} (n, name) VALUES ($1, $2)", params![0, "no"])?;
        drop(forgotten);

        let rows = self.store.query(call, "SELECT n, name FROM {numbers} ORDER BY n", &[])?;
        let mut sum = 0;
        let mut names = Vec::new();
        for row in rows.iter() {
            sum += row.get::<i64>("n")?;
            names.push(row.get::<Option<&str>>("name")?.unwrap_or("-"));
        }
        let names = names.join(" ");
        Ok(format!(
            r#"{{"changed":{changed},"rows":{},"sum":{sum},"names":"{names}"}}"#,
            rows.len()
        ))
    }

    /// Adds to a number; a writer in between is tried again.
    fn state(&self, call: &Call, n: i64) -> Result<String> {
        loop {
            let entry = self.state.get(call, "sum")?;
            let (before, version) = match &entry {
                Some(entry) => (number(&String::from_utf8_lossy(&entry.value))?, entry.version),
                None => (0, 0),
            };
            let sum = before + n;
            match self.state.put_if(call, "sum", sum.to_string(), version) {
                Err(error) if error.code == Code::Conflict => continue,
                done => done?,
            }
            self.state.put(call, "gone", "")?;
            self.state.remove(call, "gone")?;
            let keys = self.state.list(call, "", "", 10)?.join(" ");
            let grown = self.state.get(call, "sum")?.map_or(0, |entry| entry.version) > version;
            return Ok(format!(r#"{{"sum":{sum},"grown":{grown},"keys":"{keys}"}}"#));
        }
    }

    fn clock(&self) -> Result<String> {
        let now = self.clock.now().duration_since(UNIX_EPOCH).unwrap_or_default().as_millis();
        let (ticks, monotonic) = (self.ticks.load(Ordering::Relaxed), self.clock.monotonic()?);
        Ok(format!(
            r#"{{"now_ms":{now},"monotonic_ms":{},"ticks":{ticks}}}"#,
            monotonic.as_millis()
        ))
    }

    fn events(&self, call: &Call, n: i64) -> Result<String> {
        if n > 0 {
            self.events.publish(call, "tour.made", &n.to_string())?;
        }
        let (live, durable) =
            (self.live.load(Ordering::Relaxed), self.durable.load(Ordering::Relaxed));
        Ok(format!(r#"{{"live":{live},"durable":{durable}}}"#))
    }

    fn metrics(&self, n: i64) -> Result<String> {
        self.last.record(n as f64);
        self.sizes.record(n as f64);
        Ok("{}".to_string())
    }

    fn columns(&self, call: &Call, n: i64) -> Result<String> {
        let mut input = BatchBuffer::new(2);
        input.flat("number", [n, n + 1])?;
        input.text("name", &["one", "two"])?;
        let answers = match &*self.running() {
            Some(running) => self.columns.call(call, &running.halve, &input)?,
            None => return Err(Error::new(Code::Unavailable, "not started")),
        };
        let answer = answers.first().ok_or_else(|| Error::new(Code::Internal, "no batch"))?;
        let view = answer.batch();
        let (halves, names) = (view.flat::<f64>("half")?, view.text("name")?);
        // What the other plugin refuses, and what is read as another type.
        let wrong = view.flat::<i64>("half").err().map(|error| error.message);
        Ok(format!(r#"{{"halves":{halves:?},"names":{names:?},"wrong":{wrong:?}}}"#)
            .replace("Some(\"", "\"")
            .replace("\")", "\""))
    }

    fn host(&self, call: &Call, n: i64) -> Result<String> {
        for done in 0..=2 {
            self.progress.report(call, "touring", done, 2);
        }
        let fields = [("n", n.to_string())];
        let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        self.host.log(Level::Info, "on tour", &fields, Some(call));
        let folder = self.host.data_folder(call)?;
        let written = std::fs::write(format!("{folder}/note"), "kept").is_ok();
        let selector = Selector { interface_id: "example.halves/1", ..Selector::default() };
        let providers = self.host.providers(call, &selector)?;
        let provider = providers.first().map_or("", |one| one.instance.as_str());
        let (instance, greeting) = (self.host.instance(), &self.greeting);
        Ok(format!(
            r#"{{"instance":"{instance}","greeting":{greeting},"written":{written},"provider":"{provider}"}}"#
        ))
    }
}

/// A whole number of JSON, within the bounds of the schemas below.
fn number(json: &str) -> Result<i64> {
    match json.trim().parse::<f64>() {
        Ok(number) if number.fract() == 0.0 && number.abs() < 1e15 => Ok(number as i64),
        _ => Err(Error::new(Code::Invalid, format!("expected a whole number, found {json}"))),
    }
}

tenon::plugin!(
    Tour,
    r#"{
  "manifest": 1,
  "id": "tour",
  "version": "0.1.0",
  "description": "Uses every table of the host, in Rust",
  "provides": [{
    "interface": "example.tour/1",
    "version": "1.0.0",
    "methods": [
      {"name": "store", "input": {"type": "integer", "minimum": 0, "maximum": 1000}, "output": {"type": "object"}},
      {"name": "state", "input": {"type": "integer", "minimum": 0, "maximum": 1000}, "output": {"type": "object"}},
      {"name": "clock", "input": {"type": "integer", "minimum": 0, "maximum": 1000}, "output": {"type": "object"}},
      {"name": "events", "input": {"type": "integer", "minimum": 0, "maximum": 1000}, "output": {"type": "object"}},
      {"name": "metrics", "input": {"type": "integer", "minimum": 0, "maximum": 1000}, "output": {"type": "object"}},
      {"name": "columns", "input": {"type": "integer", "minimum": 0, "maximum": 1000}, "output": {"type": "object"}},
      {"name": "host", "input": {"type": "integer", "minimum": 0, "maximum": 1000}, "output": {"type": "object"}},
      {"name": "count", "input": {"type": "integer", "minimum": 0, "maximum": 1000}, "output": {"type": "object"}}
    ]
  }],
  "requires": [{"interface": "example.halves/1"}],
  "routes": [
    {"method": "GET", "path": "/tour/lines"},
    {"method": "POST", "path": "/tour/echo"}
  ],
  "events": {"publishes": ["tour.*"], "subscribes": ["tour.*"]},
  "config_schema": {
    "type": "object",
    "properties": {"greeting": {"type": "string", "default": "Hello"}},
    "additionalProperties": false
  }
}"#
);
