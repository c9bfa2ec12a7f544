//! Progress of long work, for whoever started it.

use crate::host::Table;
use crate::raw::*;
use crate::{Call, Host};

#[derive(Clone, Copy)]
pub struct Progress {
    table: Table<tn_host_progress>,
}

impl Progress {
    pub fn new(host: &Host) -> Progress {
        Progress { table: Table::find(host) }
    }

    /// `done` of `total` units (0: not known) of the step that `text` names. A host without this
    /// table shows nothing.
    pub fn report(&self, call: &Call, text: &str, done: u64, total: u64) {
        if let Ok(report) = self.table.function("report", |progress| progress.report) {
            let _ = call.invoke(|c| {
                // SAFETY: the text lives until this returns.
                unsafe { report(self.table.ctx(), c, tn_str::of(text), done, total) };
                TN_OK
            });
        }
    }
}
