use std::marker::PhantomData;
use std::ops::Index;

use super::check::{bad_column, bad_row, check_column};
use super::{element_type, Element};
use crate::raw::*;
use crate::{Code, Error, Result};

/// A borrowed batch. Every accessor checks name, type and shape, so that what is behind it is safe
/// to index. What it lends ends with the call:
///
/// ```compile_fail
/// fn kept(batch: &tenon::Batch) -> &'static [i64] {
///     batch.flat("price").unwrap()
/// }
/// ```
#[derive(Clone)]
pub struct Batch<'a> {
    rows: u64,
    columns: Vec<tn_column>,
    _data: PhantomData<&'a [u8]>,
}

impl<'a> Batch<'a> {
    /// # Safety
    /// `raw` is a batch that is valid for `'a`, where its pointers are not NULL.
    pub(crate) unsafe fn new(raw: *const tn_batch) -> Result<Batch<'a>> {
        let refuse = |why: String| Err(Error::new(Code::Invalid, why));
        let size = (*raw).struct_size;
        if (size as usize) < std::mem::size_of::<tn_batch>() {
            return refuse(format!("a batch of {size} bytes is none of version 1"));
        }
        let count = (*raw).column_count;
        if count > TN_COLUMNS_MAX {
            return refuse(format!(
                "a batch has {count} columns; at most {TN_COLUMNS_MAX} are allowed"
            ));
        }
        if count > 0 && (*raw).columns.is_null() {
            return refuse(format!("a batch has no columns where it counts {count}"));
        }
        let columns = match count {
            0 => Vec::new(),
            _ => std::slice::from_raw_parts((*raw).columns, count as usize).to_vec(),
        };
        Ok(Batch { rows: (*raw).rows, columns, _data: PhantomData })
    }

    pub fn rows(&self) -> usize {
        self.rows as usize
    }

    /// The names of its columns.
    pub fn names(&self) -> impl Iterator<Item = &'a str> + '_ {
        // SAFETY: names live as long as the batch.
        self.columns.iter().map(|column| unsafe { column.name.text() })
    }

    /// A column with one element a row.
    pub fn flat<T: Element>(&self, name: &str) -> Result<&'a [T]> {
        let column = self.find::<T>(name)?;
        if !column.offsets.is_null() {
            return Err(bad_column(name, "is not one element a row"));
        }
        Ok(data(column))
    }

    /// A column with any number of elements a row.
    pub fn ragged<T: Element>(&self, name: &str) -> Result<Ragged<'a, T>> {
        let column = self.find::<T>(name)?;
        if column.offsets.is_null() {
            return Err(bad_column(name, "has no offsets"));
        }
        // SAFETY: `find` has checked that many offsets.
        let offsets = unsafe { std::slice::from_raw_parts(column.offsets, self.rows() + 1) };
        Ok(Ragged { data: data(column), offsets })
    }

    /// The rows of a ragged column of bytes as text.
    pub fn text(&self, name: &str) -> Result<Vec<&'a str>> {
        let column = self.ragged::<u8>(name)?;
        let text = |(row, bytes): (usize, &'a [u8])| {
            std::str::from_utf8(bytes).map_err(|error| {
                bad_row(name, row, &format!("is not UTF-8 at byte {}", error.valid_up_to()))
            })
        };
        column.iter().enumerate().map(text).collect()
    }

    pub(super) fn raw_columns(&self) -> &[tn_column] {
        &self.columns
    }

    /// The column of that name, checked.
    fn find<T: Element>(&self, name: &str) -> Result<&tn_column> {
        // SAFETY: names live as long as the batch.
        let named = |column: &&tn_column| unsafe { column.name.bytes() } == name.as_bytes();
        let column =
            self.columns.iter().find(named).ok_or_else(|| bad_column(name, "is missing"))?;
        // SAFETY: see `new`.
        unsafe { check_column(name, column, self.rows)? };
        match element_type(column.r#type) {
            Some((found, _)) if column.r#type != T::TYPE => {
                let wanted = std::any::type_name::<T>();
                Err(bad_column(name, &format!("is of type {found}, not {wanted}")))
            }
            _ => Ok(column),
        }
    }
}

/// The elements of a column that was checked for T.
pub(super) fn data<'a, T: Element>(column: &tn_column) -> &'a [T] {
    match column.count {
        0 => &[],
        // SAFETY: checked for type, alignment and size; lives as long as the batch.
        count => unsafe { std::slice::from_raw_parts(column.data.cast(), count as usize) },
    }
}

/// A ragged column: each row is a slice.
#[derive(Clone, Copy, Debug)]
pub struct Ragged<'a, T> {
    data: &'a [T],
    offsets: &'a [u64],
}

impl<'a, T> Ragged<'a, T> {
    pub fn rows(&self) -> usize {
        self.offsets.len() - 1
    }
    pub fn iter(&self) -> impl Iterator<Item = &'a [T]> {
        let data = self.data;
        self.offsets.windows(2).map(move |span| &data[span[0] as usize..span[1] as usize])
    }
}

impl<T> Index<usize> for Ragged<'_, T> {
    type Output = [T];
    fn index(&self, row: usize) -> &[T] {
        &self.data[self.offsets[row] as usize..self.offsets[row + 1] as usize]
    }
}
