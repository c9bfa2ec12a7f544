use std::convert::TryInto;

use super::{FromSql, SqlValue};
use crate::raw::*;
use crate::{Code, Error, Result};

/// More than any store returns.
const MOST_COLUMNS: u32 = 4096;

/// The rows of one statement, decoded.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Rows {
    columns: Vec<String>,
    values: Vec<SqlValue>,
}

impl Rows {
    /// Decodes the bytes of `tenon/store.h`; refuses any that are not whole.
    pub fn decode(data: &[u8]) -> Result<Rows> {
        let broken = || Error::new(Code::DataLoss, "the store's answer is not a whole result");
        Rows::read(data).ok_or_else(broken)
    }

    fn read(data: &[u8]) -> Option<Rows> {
        let mut reader = Reader { rest: data };
        let count = reader.u32()?;
        if count > MOST_COLUMNS {
            return None;
        }
        let mut rows = Rows::default();
        for _ in 0..count {
            rows.columns.push(reader.text()?);
        }
        while !reader.rest.is_empty() {
            for _ in 0..count {
                rows.values.push(reader.value()?);
            }
            if count == 0 {
                return None;
            }
        }
        Some(rows)
    }

    pub fn columns(&self) -> &[String] {
        &self.columns
    }
    pub fn len(&self) -> usize {
        // Without columns there are no values either.
        self.values.len() / self.columns.len().max(1)
    }
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }
    /// The row of that number, from 0.
    pub fn get(&self, index: usize) -> Option<Row<'_>> {
        (index < self.len()).then_some(Row { rows: self, index })
    }
    pub fn iter(&self) -> impl Iterator<Item = Row<'_>> {
        (0..self.len()).map(move |index| Row { rows: self, index })
    }
}

/// One row.
#[derive(Clone, Copy)]
pub struct Row<'a> {
    rows: &'a Rows,
    index: usize,
}

impl<'a> Row<'a> {
    /// In the order of the columns.
    pub fn values(&self) -> &'a [SqlValue] {
        let width = self.rows.columns.len();
        &self.rows.values[self.index * width..][..width]
    }

    /// The value of a column as `i64`, `f64`, `&str`, `String`, `&[u8]` or an `Option` of these;
    /// the error names column, row and type.
    pub fn get<T: FromSql<'a>>(&self, column: &str) -> Result<T> {
        let wrong = |why: String| Error::new(Code::Invalid, why).at(column);
        let at = self.rows.columns.iter().position(|name| name == column).ok_or_else(|| {
            let all = self.rows.columns.join(", ");
            wrong(format!("there is no column {column} in the rows, but {all}"))
        })?;
        let value = &self.values()[at];
        T::from_sql(value).ok_or_else(|| {
            let (row, found) = (self.index, value.kind());
            wrong(format!("column {column} of row {row} is {found}, not {}", T::EXPECTED))
        })
    }
}

struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    fn take(&mut self, size: usize) -> Option<&'a [u8]> {
        if self.rest.len() < size {
            return None;
        }
        let (taken, rest) = self.rest.split_at(size);
        self.rest = rest;
        Some(taken)
    }
    fn u32(&mut self) -> Option<u32> {
        Some(u32::from_le_bytes(self.take(4)?.try_into().ok()?))
    }
    fn eight(&mut self) -> Option<[u8; 8]> {
        self.take(8)?.try_into().ok()
    }
    fn bytes(&mut self) -> Option<Vec<u8>> {
        let size = self.u32()? as usize;
        self.take(size).map(<[u8]>::to_vec)
    }
    fn text(&mut self) -> Option<String> {
        String::from_utf8(self.bytes()?).ok()
    }
    fn value(&mut self) -> Option<SqlValue> {
        Some(match self.take(1)?[0].into() {
            TN_SQL_NULL => SqlValue::Null,
            TN_SQL_INT => SqlValue::Integer(i64::from_le_bytes(self.eight()?)),
            TN_SQL_REAL => SqlValue::Real(f64::from_le_bytes(self.eight()?)),
            TN_SQL_TEXT => SqlValue::Text(self.text()?),
            TN_SQL_BYTES => SqlValue::Bytes(self.bytes()?),
            _ => return None,
        })
    }
}
