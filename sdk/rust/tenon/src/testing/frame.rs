use std::sync::atomic::AtomicU32;
use std::time::Duration;

use super::world::{lock, Shared};
use crate::raw::*;
use crate::{Call, Result};

/// What the calls of a test carry.
#[derive(Clone, Debug, Default)]
pub struct CallOptions {
    /// On the host's clock.
    pub timeout: Option<Duration>,
    pub cancelled: bool,
    /// 0: nobody in particular.
    pub principal: u64,
    pub request_id: String,
    pub idempotency_key: String,
}

/// Makes one call into the plugin; what it leaves open in the store is rolled back.
pub(super) fn invoke<T>(
    world: &Shared,
    options: &CallOptions,
    body: impl FnOnce(&Call) -> Result<T>,
) -> Result<T> {
    let cancelled = AtomicU32::new(options.cancelled.into());
    let (call_id, now_ns) = {
        let mut world = lock(world);
        (world.next_id(), world.monotonic_ns)
    };
    let none = Call::nobody().raw();
    let raw = tn_call {
        deadline_ns: options.timeout.map_or(0, |time| now_ns + time.as_nanos() as i64),
        cancelled: (&cancelled as *const AtomicU32).cast(),
        principal: options.principal,
        call_id,
        request_id: tn_str::of(&options.request_id),
        idempotency_key: tn_str::of(&options.idempotency_key),
        ..none
    };
    // SAFETY: what it names lives until the body returns.
    let done = body(&unsafe { Call::new(&raw) });
    lock(world).store.end_call(call_id);
    done
}
