//! `tenon.message/1` and `tenon.column/1` of a test's host: other plugins, as functions of the test.

use std::ffi::c_void;
use std::mem::size_of;
use std::sync::Arc;

use super::world::{enter, put};
use crate::call::guarded;
use crate::columns::{Batch, BatchBuffer, BatchOut};
use crate::json::quote;
use crate::raw::*;
use crate::{Code, Error, Result};

pub(super) type TextAnswer = Arc<dyn Fn(&str) -> Result<String> + Send + Sync>;
pub(super) type ColumnAnswer = Arc<dyn Fn(&Batch) -> Result<Vec<BatchBuffer>> + Send + Sync>;

pub(super) static MESSAGE: tn_host_message = tn_host_message {
    struct_size: size_of::<tn_host_message>() as u32,
    reserved: 0,
    providers: Some(providers),
    resolve: Some(resolve),
    call: Some(call_message),
    release: Some(release),
};
pub(super) static COLUMN: tn_host_column = tn_host_column {
    struct_size: size_of::<tn_host_column>() as u32,
    reserved: 0,
    call: Some(call_columns),
};

/// The instance that provides everything.
const PROVIDER: &str = "provider";

unsafe extern "C" fn providers(
    ctx: *mut c_void,
    call: *const tn_call,
    selector: *const tn_selector,
    output: *const tn_sink,
) -> tn_status {
    guarded(call, || {
        let interface = (*selector).interface_id.text();
        let of_interface = |name: &str| name.split(' ').next() == Some(interface);
        let there = {
            let world = enter(ctx, "message.providers", call)?;
            world.texts.iter().any(|(name, _)| of_interface(name))
                || world.columns.iter().any(|(name, _)| of_interface(name))
        };
        let name = quote(PROVIDER);
        let one = format!(
            r#"{{"instance":{name},"library":{name},"version":"1.0.0","state":"ready","labels":"","priority":0}}"#
        );
        put(output, format!("[{}]", if there { &one } else { "" }).as_bytes())
    })
}

unsafe extern "C" fn resolve(
    ctx: *mut c_void,
    call: *const tn_call,
    selector: *const tn_selector,
    method: tn_str,
    handle: *mut tn_method,
) -> tn_status {
    guarded(call, || {
        let mut world = enter(ctx, "message.resolve", call)?;
        let wanted = format!("{} {}", (*selector).interface_id.text(), method.text());
        let there = world.texts.iter().any(|(name, _)| *name == wanted)
            || world.columns.iter().any(|(name, _)| *name == wanted);
        if !there {
            return Err(Error::new(Code::NotFound, format!("the test provides no {wanted}")));
        }
        world.methods.push(wanted);
        *handle = world.methods.len() as u64;
        Ok(())
    })
}

/// The test's function behind a handle.
fn answer<T: Clone>(methods: &[String], answers: &[(String, T)], handle: tn_method) -> Result<T> {
    let unknown = || Error::new(Code::Invalid, "no method was resolved under this handle");
    let name = methods.get((handle as usize).wrapping_sub(1)).ok_or_else(unknown)?;
    let other = || Error::new(Code::Unsupported, format!("{name} is a method of the other kind"));
    let found = answers.iter().find(|(other, _)| other == name);
    found.map(|(_, answer)| answer.clone()).ok_or_else(other)
}

unsafe extern "C" fn call_message(
    ctx: *mut c_void,
    call: *const tn_call,
    handle: tn_method,
    input: tn_str,
    output: *const tn_sink,
) -> tn_status {
    guarded(call, || {
        let function = {
            let world = enter(ctx, "message.call", call)?;
            answer(&world.methods, &world.texts, handle)?
        };
        put(output, function(input.text())?.as_bytes())
    })
}

unsafe extern "C" fn call_columns(
    ctx: *mut c_void,
    call: *const tn_call,
    handle: tn_method,
    input: *const tn_batch,
    output: *const tn_batch_sink,
) -> tn_status {
    guarded(call, || {
        let function = {
            let world = enter(ctx, "column.call", call)?;
            answer(&world.methods, &world.columns, handle)?
        };
        // As the host, which lets no other batches pass.
        let input = BatchBuffer::copy(&Batch::new(input)?)?;
        let mut output = BatchOut::new(output);
        function(&input.batch())?.iter().try_for_each(|batch| output.write(batch))
    })
}

unsafe extern "C" fn release(_: *mut c_void, _: tn_method) {}
