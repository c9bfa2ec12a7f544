//! Batches of columns: typed views on the way in, owned buffers on the way out.

mod batch;
mod buffer;
mod check;

pub use batch::{Batch, Ragged};
pub use buffer::BatchBuffer;

use std::cell::RefCell;
use std::ffi::c_void;

use crate::call::caught;
use crate::host::Table;
use crate::raw::*;
use crate::{Call, Code, Error, Host, Method, Result};

mod sealed {
    pub trait Sealed {}
}

/// What a column is made of: u8, i32, u32, i64, u64, f64.
pub trait Element: sealed::Sealed + Copy + 'static {
    #[doc(hidden)]
    const TYPE: u32;
    #[doc(hidden)]
    fn owned(data: Vec<Self>) -> buffer::Data;
}

macro_rules! elements {
    ($($type:ty, $id:ident, $variant:ident;)*) => {$(
        impl sealed::Sealed for $type {}
        impl Element for $type {
            const TYPE: u32 = $id;
            fn owned(data: Vec<$type>) -> buffer::Data {
                buffer::Data::$variant(data)
            }
        }
    )*};
}
elements! {
    u8, TN_U8, U8;
    i32, TN_I32, I32;
    u32, TN_U32, U32;
    i64, TN_I64, I64;
    u64, TN_U64, U64;
    f64, TN_F64, F64;
}

/// What a type of the interface is called in Rust, and the bytes of one element.
fn element_type(id: u32) -> Option<(&'static str, usize)> {
    match id {
        TN_U8 => Some(("u8", 1)),
        TN_I32 => Some(("i32", 4)),
        TN_U32 => Some(("u32", 4)),
        TN_I64 => Some(("i64", 8)),
        TN_U64 => Some(("u64", 8)),
        TN_F64 => Some(("f64", 8)),
        _ => None,
    }
}

/// Where a column method puts its batches.
pub struct BatchOut<'a> {
    sink: &'a tn_batch_sink,
}

impl<'a> BatchOut<'a> {
    /// # Safety
    /// The sink is the one of the call under way, which is `'a`.
    pub(crate) unsafe fn new(sink: *const tn_batch_sink) -> BatchOut<'a> {
        BatchOut { sink: &*sink }
    }

    pub fn write(&mut self, batch: &BatchBuffer) -> Result<()> {
        let gone = || Error::new(Code::Unsupported, "there is no sink for batches");
        let write = self.sink.write.ok_or_else(gone)?;
        // SAFETY: the batch lives until the sink has copied it.
        let status = batch.with_raw(|raw| unsafe { write(self.sink.ctx, raw) });
        match status {
            TN_OK => Ok(()),
            _ => Err(Error::new(Code::of(status), "the caller did not take the batch")),
        }
    }
}

/// Calls column methods of other plugins.
#[derive(Clone, Copy)]
pub struct Columns {
    table: Table<tn_host_column>,
}

impl Columns {
    pub fn new(host: &Host) -> Columns {
        Columns { table: Table::find(host) }
    }

    /// The batches that the method writes. [`Host::method`] finds it.
    pub fn call(
        &self,
        call: &Call,
        method: &Method,
        input: &BatchBuffer,
    ) -> Result<Vec<BatchBuffer>> {
        let function = self.table.function("call", |column| column.call)?;
        collect_batches(|sink| {
            input.with_raw(|raw| {
                // SAFETY: batch and sink live until the call returns.
                call.invoke(|c| unsafe {
                    function(self.table.ctx(), c, method.handle(), raw, sink)
                })
            })
        })
    }
}

/// What `call` writes to the sink that it gets.
pub(crate) fn collect_batches(
    call: impl FnOnce(*const tn_batch_sink) -> Result<()>,
) -> Result<Vec<BatchBuffer>> {
    let taken = RefCell::new(Taken::default());
    let done = call(&tn_batch_sink {
        struct_size: std::mem::size_of::<tn_batch_sink>() as u32,
        reserved: 0,
        ctx: (&taken as *const RefCell<Taken>) as *mut c_void,
        write: Some(take),
    });
    let taken = taken.into_inner();
    match taken.refused {
        Some(error) => Err(error),
        None => done.map(|()| taken.batches),
    }
}

#[derive(Default)]
struct Taken {
    batches: Vec<BatchBuffer>,
    /// Why a batch was not taken; the provider learns the status only.
    refused: Option<Error>,
}

unsafe extern "C" fn take(ctx: *mut c_void, batch: *const tn_batch) -> tn_status {
    let status = caught(|| {
        let mut taken = (*ctx.cast::<RefCell<Taken>>()).borrow_mut();
        match Batch::new(batch).and_then(|batch| BatchBuffer::copy(&batch)) {
            Ok(batch) => {
                taken.batches.push(batch);
                TN_OK
            }
            Err(error) => {
                let status = error.code as i32;
                taken.refused = Some(error);
                status
            }
        }
    });
    status.unwrap_or(Code::Internal as i32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_batch_that_cannot_be_taken_is_named_whatever_the_provider_makes_of_it() {
        let good = BatchBuffer::new(1);
        for goes_on in [true, false] {
            let taken = collect_batches(|sink| {
                let write = |struct_size| {
                    // SAFETY: sink and batch are those of this call.
                    good.with_raw(|raw| unsafe {
                        let raw = tn_batch { struct_size, ..*raw };
                        ((*sink).write.unwrap())((*sink).ctx, &raw)
                    })
                };
                assert_eq!(write(std::mem::size_of::<tn_batch>() as u32), TN_OK);
                assert_eq!(write(8), Code::Invalid as i32);
                match goes_on {
                    true => Ok(()),
                    false => Err(Error::new(Code::Internal, "it was not taken")),
                }
            });
            assert_eq!(taken.unwrap_err().message, "a batch of 8 bytes is none of version 1");
        }
    }
}
