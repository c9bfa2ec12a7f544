use std::collections::HashMap;

use crate::{Code, Error, Result};

/// When an arranged failure happens.
#[derive(Clone, Debug)]
pub struct Fault {
    /// Calls that still succeed.
    pub after: u64,
    /// Calls that fail then.
    pub times: u64,
    pub message: String,
}

impl Default for Fault {
    fn default() -> Fault {
        Fault { after: 0, times: u64::MAX, message: "the test arranged this failure".to_string() }
    }
}

const FUNCTIONS: &[&str] = &[
    "config.get",
    "config.data_folder",
    "config.resolve_path",
    "message.providers",
    "message.resolve",
    "message.call",
    "column.call",
    "store.migrate",
    "store.query",
    "store.execute_many",
    "store.begin",
    "store.commit",
    "store.rollback",
    "state.get",
    "state.put",
    "state.put_if",
    "state.remove",
    "state.list",
    "clock.start_timer",
    "metrics.series",
    "events.publish",
    "events.subscribe",
    "events.unsubscribe",
];

#[derive(Default)]
struct Plan {
    calls: u64,
    fault: Option<(Code, Fault)>,
}

#[derive(Default)]
pub(super) struct Faults {
    plans: HashMap<&'static str, Plan>,
}

impl Faults {
    fn plan(&mut self, function: &str) -> &mut Plan {
        let known = FUNCTIONS.iter().find(|name| **name == function);
        let known = known.unwrap_or_else(|| {
            let all = FUNCTIONS.join(", ");
            panic!("{function:?} is no function of the host's tables; there are {all}")
        });
        self.plans.entry(known).or_default()
    }

    pub(super) fn fail(&mut self, function: &str, code: Code, when: Fault) {
        self.plan(function).fault = Some((code, when));
    }
    pub(super) fn heal(&mut self) {
        self.plans.values_mut().for_each(|plan| plan.fault = None);
    }
    pub(super) fn calls(&mut self, function: &str) -> u64 {
        self.plan(function).calls
    }

    /// Counts the call, and fails it if it shall fail.
    pub(super) fn enter(&mut self, function: &str) -> Result<()> {
        let plan = self.plan(function);
        plan.calls += 1;
        match &mut plan.fault {
            Some((_, when)) if when.after > 0 => when.after -= 1,
            Some((code, when)) if when.times > 0 => {
                when.times -= 1;
                return Err(Error::new(*code, when.message.clone()));
            }
            _ => {}
        }
        Ok(())
    }
}
