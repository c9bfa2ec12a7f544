//! Time and timers. A plugin with timers has [`crate::Plugin::on_timer`].

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::host::Table;
use crate::raw::*;
use crate::{Call, Code, Error, Host, Result};

#[derive(Clone, Copy)]
pub struct Clock {
    table: Table<tn_host_clock>,
}

impl Clock {
    pub fn new(host: &Host) -> Clock {
        Clock { table: Table::find(host) }
    }

    /// The host's clock, which tests may set; the system's when this host has none.
    pub fn now(&self) -> SystemTime {
        match self.table.function("now_ns", |clock| clock.now_ns) {
            // SAFETY: the host's function, on its own ctx.
            Ok(now_ns) => since_epoch(unsafe { now_ns(self.table.ctx()) }),
            Err(_) => SystemTime::now(),
        }
    }
    /// A clock that never goes back: the one of [`Call::deadline`].
    pub fn monotonic(&self) -> Result<Duration> {
        let monotonic_ns = self.table.function("monotonic_ns", |clock| clock.monotonic_ns)?;
        // SAFETY: as above.
        let ns = unsafe { monotonic_ns(self.table.ctx()) };
        Ok(Duration::from_nanos(ns.max(0) as u64))
    }
    /// Fires `on_timer` with `token` after `delay`, then every `period` (zero: once).
    pub fn start_timer(&self, delay: Duration, period: Duration, token: u64) -> Result<Timer> {
        let start_timer = self.table.function("start_timer", |clock| clock.start_timer)?;
        let (delay, period) = (nanoseconds(delay)?, nanoseconds(period)?);
        let mut id = 0;
        // SAFETY: the id is written before the call returns.
        Call::nobody().invoke(|c| unsafe {
            start_timer(self.table.ctx(), c, delay, period, token, &mut id)
        })?;
        Ok(Timer { table: self.table, id })
    }
}

/// A timer; stopped when dropped, unless kept. After the drop it neither runs nor will run, unless
/// it is dropped by its own firing: a drop waits for a firing under way, so hold no lock that
/// `on_timer` takes.
#[must_use = "a timer that is dropped is stopped: store it, or keep() it"]
pub struct Timer {
    table: Table<tn_host_clock>,
    id: u64,
}

impl Timer {
    /// Lets it go on until the instance stops.
    pub fn keep(self) {
        std::mem::forget(self); // nothing in it is owned
    }
}

impl Drop for Timer {
    fn drop(&mut self) {
        if let Ok(stop_timer) = self.table.function("stop_timer", |clock| clock.stop_timer) {
            // SAFETY: started on the same table.
            unsafe { stop_timer(self.table.ctx(), self.id) }
        }
    }
}

pub(crate) fn since_epoch(ns: i64) -> SystemTime {
    let distance = Duration::from_nanos(ns.unsigned_abs());
    match ns < 0 {
        true => UNIX_EPOCH - distance,
        false => UNIX_EPOCH + distance,
    }
}

fn nanoseconds(time: Duration) -> Result<i64> {
    i64::try_from(time.as_nanos()).map_err(|_| {
        Error::new(Code::Invalid, format!("a timer cannot take {} seconds", time.as_secs()))
    })
}
