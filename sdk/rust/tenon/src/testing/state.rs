//! `tenon.state/1` of a test's host, in memory.

use std::ffi::c_void;
use std::mem::size_of;

use super::world::{enter, put, World};
use crate::call::guarded;
use crate::json::quote;
use crate::raw::*;
use crate::{Code, Error, Result};

#[derive(Default)]
pub(super) struct StateEntry {
    /// None: removed; versions go on over that.
    pub value: Option<Vec<u8>>,
    pub version: u64,
}

pub(super) static STATE: tn_host_state = tn_host_state {
    struct_size: size_of::<tn_host_state>() as u32,
    reserved: 0,
    get: Some(get),
    put: Some(put_value),
    put_if: Some(put_if),
    remove: Some(remove),
    list: Some(list),
};

pub(super) fn write(world: &mut World, key: &str, value: &[u8]) -> Result<()> {
    if key.is_empty() || key.len() > TN_STATE_KEY_MAX as usize {
        let why = format!("a key has 1 to {TN_STATE_KEY_MAX} bytes, not {}", key.len());
        return Err(Error::new(Code::Invalid, why));
    }
    let entry = world.state.entry(key.to_string()).or_default();
    entry.value = Some(value.to_vec());
    entry.version += 1;
    Ok(())
}

unsafe extern "C" fn get(
    ctx: *mut c_void,
    call: *const tn_call,
    key: tn_str,
    value: *const tn_sink,
    version: *mut u64,
) -> tn_status {
    guarded(call, || {
        let found = {
            let world = enter(ctx, "state.get", call)?;
            let entry = world.state.get(key.text());
            entry.and_then(|entry| Some((entry.value.clone()?, entry.version)))
        };
        let missing = || format!("there is no state under {:?}", key.text());
        let (bytes, at) = found.ok_or_else(|| Error::new(Code::NotFound, missing()))?;
        put(value, &bytes)?;
        if !version.is_null() {
            *version = at;
        }
        Ok(())
    })
}

unsafe extern "C" fn put_value(
    ctx: *mut c_void,
    call: *const tn_call,
    key: tn_str,
    value: tn_bytes,
) -> tn_status {
    guarded(call, || write(&mut *enter(ctx, "state.put", call)?, key.text(), value.bytes()))
}

unsafe extern "C" fn put_if(
    ctx: *mut c_void,
    call: *const tn_call,
    key: tn_str,
    value: tn_bytes,
    version: u64,
) -> tn_status {
    guarded(call, || {
        let mut world = enter(ctx, "state.put_if", call)?;
        let entry = world.state.get(key.text()).filter(|entry| entry.value.is_some());
        if entry.map_or(0, |entry| entry.version) != version {
            let why = format!("the entry is not at version {version}");
            return Err(Error::new(Code::Conflict, why).at(key.text()));
        }
        write(&mut world, key.text(), value.bytes())
    })
}

unsafe extern "C" fn remove(ctx: *mut c_void, call: *const tn_call, key: tn_str) -> tn_status {
    guarded(call, || {
        let mut world = enter(ctx, "state.remove", call)?;
        if let Some(entry) = world.state.get_mut(key.text()) {
            entry.value = None;
        }
        Ok(())
    })
}

unsafe extern "C" fn list(
    ctx: *mut c_void,
    call: *const tn_call,
    prefix: tn_str,
    after: tn_str,
    limit: u64,
    output: *const tn_sink,
) -> tn_status {
    guarded(call, || {
        let keys: Vec<String> = {
            let world = enter(ctx, "state.list", call)?;
            let found = world.state.iter().filter(|(key, entry)| {
                entry.value.is_some()
                    && key.starts_with(prefix.text())
                    && key.as_str() > after.text()
            });
            found.take(limit as usize).map(|(key, _)| quote(key)).collect()
        };
        put(output, format!("[{}]", keys.join(",")).as_bytes())
    })
}
