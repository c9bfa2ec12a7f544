use std::ffi::c_void;

use super::batch::data;
use super::check::{bad_column, check_ascending, check_column};
use super::{Batch, Element};
use crate::raw::*;
use crate::{Code, Error, Result};

/// Elements of one type.
#[derive(Clone, Debug, PartialEq)]
pub enum Data {
    U8(Vec<u8>),
    I32(Vec<i32>),
    U32(Vec<u32>),
    I64(Vec<i64>),
    U64(Vec<u64>),
    F64(Vec<f64>),
}

impl Data {
    /// A copy of a column that was checked.
    fn copy(column: &tn_column) -> Data {
        match column.r#type {
            TN_U8 => Data::U8(data(column).to_vec()),
            TN_I32 => Data::I32(data(column).to_vec()),
            TN_U32 => Data::U32(data(column).to_vec()),
            TN_I64 => Data::I64(data(column).to_vec()),
            TN_U64 => Data::U64(data(column).to_vec()),
            _ => Data::F64(data(column).to_vec()),
        }
    }
    /// Type, place and count, as a `tn_column` has them.
    fn raw(&self) -> (u32, *const c_void, usize) {
        match self {
            Data::U8(data) => (TN_U8, data.as_ptr().cast(), data.len()),
            Data::I32(data) => (TN_I32, data.as_ptr().cast(), data.len()),
            Data::U32(data) => (TN_U32, data.as_ptr().cast(), data.len()),
            Data::I64(data) => (TN_I64, data.as_ptr().cast(), data.len()),
            Data::U64(data) => (TN_U64, data.as_ptr().cast(), data.len()),
            Data::F64(data) => (TN_F64, data.as_ptr().cast(), data.len()),
        }
    }
}

#[derive(Clone, Debug, PartialEq)]
struct Column {
    name: String,
    data: Data,
    offsets: Option<Vec<u64>>,
}

/// A batch that owns its columns. What it holds has the shape that the interface demands.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct BatchBuffer {
    rows: usize,
    columns: Vec<Column>,
}

impl BatchBuffer {
    pub fn new(rows: usize) -> BatchBuffer {
        BatchBuffer { rows, columns: Vec::new() }
    }

    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Adds a column with one element a row.
    pub fn flat<T: Element>(&mut self, name: &str, data: impl Into<Vec<T>>) -> Result<()> {
        let data = data.into();
        if data.len() != self.rows {
            let (count, rows) = (data.len(), self.rows);
            let why = format!("has {count} elements in a batch of {rows} rows");
            return Err(bad_column(name, &why));
        }
        self.add(Column { name: name.to_string(), data: T::owned(data), offsets: None })
    }

    /// Adds a column with any number of elements a row: row i is `data[offsets[i]..offsets[i + 1]]`.
    pub fn ragged<T: Element>(
        &mut self,
        name: &str,
        data: impl Into<Vec<T>>,
        offsets: impl Into<Vec<u64>>,
    ) -> Result<()> {
        let (data, offsets) = (data.into(), offsets.into());
        if offsets.len().checked_sub(1) != Some(self.rows) {
            let (count, rows) = (offsets.len(), self.rows);
            let why = format!("has {count} offsets in a batch of {rows} rows, not one more");
            return Err(bad_column(name, &why));
        }
        check_ascending(name, &offsets, data.len() as u64)?;
        self.add(Column { name: name.to_string(), data: T::owned(data), offsets: Some(offsets) })
    }

    /// Adds a ragged column of bytes that are text, one a row.
    pub fn text<S: AsRef<str>>(&mut self, name: &str, texts: &[S]) -> Result<()> {
        let mut bytes = Vec::new();
        let mut offsets = vec![0];
        for text in texts {
            bytes.extend_from_slice(text.as_ref().as_bytes());
            offsets.push(bytes.len() as u64);
        }
        self.ragged(name, bytes, offsets)
    }

    fn add(&mut self, column: Column) -> Result<()> {
        if self.columns.iter().any(|other| other.name == column.name) {
            return Err(bad_column(&column.name, "is there twice"));
        }
        if self.columns.len() == TN_COLUMNS_MAX as usize {
            let why = format!("is one too many: a batch has at most {TN_COLUMNS_MAX} columns");
            return Err(bad_column(&column.name, &why));
        }
        self.columns.push(column);
        Ok(())
    }

    /// A copy of a borrowed batch, once its shape has been checked.
    pub fn copy(batch: &Batch) -> Result<BatchBuffer> {
        let mut copy = BatchBuffer::new(batch.rows());
        for (i, column) in batch.raw_columns().iter().enumerate() {
            // SAFETY: names live as long as the batch.
            let name = std::str::from_utf8(unsafe { column.name.bytes() }).map_err(|_| {
                Error::new(Code::Invalid, format!("column {i} has a name that is not UTF-8"))
            })?;
            // SAFETY: as `Batch::new` demands.
            unsafe { check_column(name, column, batch.rows() as u64)? };
            let offsets = match column.offsets.is_null() {
                true => None,
                // SAFETY: checked just now.
                false => Some(unsafe {
                    std::slice::from_raw_parts(column.offsets, batch.rows() + 1).to_vec()
                }),
            };
            copy.add(Column { name: name.to_string(), data: Data::copy(column), offsets })?;
        }
        Ok(copy)
    }

    /// To read what is in it.
    pub fn batch(&self) -> Batch<'_> {
        // SAFETY: the columns live as long as this is borrowed; their list is copied.
        self.with_raw(|raw| unsafe { Batch::new(raw) }).expect("a buffer holds a whole batch")
    }

    /// The raw batch, valid during `body`.
    pub(crate) fn with_raw<R>(&self, body: impl FnOnce(*const tn_batch) -> R) -> R {
        let raw = |column: &Column| {
            let (r#type, data, count) = column.data.raw();
            tn_column {
                name: tn_str::of(&column.name),
                r#type,
                reserved: 0,
                data,
                count: count as u64,
                offsets: column.offsets.as_ref().map_or(std::ptr::null(), |all| all.as_ptr()),
            }
        };
        let columns: Vec<tn_column> = self.columns.iter().map(raw).collect();
        body(&tn_batch {
            struct_size: std::mem::size_of::<tn_batch>() as u32,
            column_count: columns.len() as u32,
            columns: columns.as_ptr(),
            rows: self.rows as u64,
        })
    }
}
