//! What a reader of a column relies on: a known type, data and offsets that are there and aligned,
//! flat columns with one element a row, offsets that ascend from 0 within the data.

use super::element_type;
use crate::raw::*;
use crate::{Code, Error, Result};

pub(super) fn bad_column(name: &str, why: &str) -> Error {
    Error::new(Code::Invalid, format!("column {name} {why}")).at(name)
}

pub(super) fn bad_row(name: &str, row: usize, why: &str) -> Error {
    let path = format!("{name}[{row}]");
    Error::new(Code::Invalid, format!("column {name} row {row} {why}")).at(path)
}

/// # Safety
/// Where data and offsets are not NULL, they hold as much as the column says.
pub(super) unsafe fn check_column(name: &str, column: &tn_column, rows: u64) -> Result<()> {
    let bad = |why: &str| Err(bad_column(name, why));
    let (count, size) = match element_type(column.r#type) {
        Some((_, size)) => (column.count, size),
        None => return bad(&format!("has the unknown element type {}", column.r#type)),
    };
    if count > isize::MAX as u64 / size as u64 {
        return bad(&format!("has {count} elements, more than fit into memory"));
    }
    if count != 0 && column.data.is_null() {
        return bad("has no data");
    }
    if column.data as usize % size != 0 {
        return bad("has data that is not aligned");
    }
    if !column.offsets.is_null() {
        return check_offsets(name, column, rows);
    }
    if count != rows {
        return bad(&format!("has {count} elements in a batch of {rows} rows"));
    }
    Ok(())
}

/// # Safety
/// As above.
unsafe fn check_offsets(name: &str, column: &tn_column, rows: u64) -> Result<()> {
    if column.offsets as usize % std::mem::align_of::<u64>() != 0 {
        return Err(bad_column(name, "has offsets that are not aligned"));
    }
    if rows >= isize::MAX as u64 / 8 {
        return Err(bad_column(name, "has more offsets than fit into memory"));
    }
    let offsets = std::slice::from_raw_parts(column.offsets, rows as usize + 1);
    check_ascending(name, offsets, column.count)
}

/// Offsets of `count` elements.
pub(super) fn check_ascending(name: &str, offsets: &[u64], count: u64) -> Result<()> {
    if offsets[0] != 0 {
        return Err(bad_row(name, 0, &format!("begins at element {}, not at 0", offsets[0])));
    }
    for (row, span) in offsets.windows(2).enumerate() {
        let (from, to) = (span[0], span[1]);
        if to < from || to > count {
            let why = format!("spans the elements {from} to {to} of {count}");
            return Err(bad_row(name, row, &why));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::{Batch, BatchBuffer};
    use super::*;

    /// What is said of a raw batch with that column and that many rows.
    fn said_of(column: tn_column, rows: u64) -> String {
        let batch = tn_batch {
            struct_size: std::mem::size_of::<tn_batch>() as u32,
            column_count: 1,
            columns: &column,
            rows,
        };
        said_of_batch(&batch)
    }
    fn said_of_batch(batch: &tn_batch) -> String {
        // SAFETY: what is behind the pointers of these tests is either refused before it is read,
        // or as large as the batch says.
        let copied = unsafe { Batch::new(batch) }.and_then(|batch| BatchBuffer::copy(&batch));
        copied.map_or_else(|error| error.message, |_| String::new())
    }

    #[test]
    fn a_batch_whose_shape_does_not_hold_is_refused_with_its_column() {
        let data = [0u64; 3];
        let ascending = [0u64, 1, 2];
        let good = tn_column {
            name: tn_str::of("c"),
            r#type: TN_U32,
            reserved: 0,
            data: data.as_ptr().cast(),
            count: 2,
            offsets: std::ptr::null(),
        };
        let odd = unaligned(data.as_ptr().cast());
        let ragged = tn_column { offsets: ascending.as_ptr(), ..good };
        let late = [1u64, 1, 2];
        let beyond = [0u64, 3, 3];
        let back = [0u64, 2, 1];
        let cases = [
            (good, 2, ""),
            (ragged, 2, ""),
            (tn_column { count: 0, data: std::ptr::null(), ..good }, 0, ""),
            (good, 3, "has 2 elements in a batch of 3 rows"),
            (tn_column { r#type: 0, ..good }, 2, "has the unknown element type 0"),
            (tn_column { data: std::ptr::null(), ..good }, 2, "has no data"),
            (tn_column { data: odd, ..good }, 2, "has data that is not aligned"),
            (
                tn_column { count: u64::MAX, ..good },
                u64::MAX,
                "has 18446744073709551615 elements, more than fit into memory",
            ),
            (ragged, u64::MAX, "has more offsets than fit into memory"),
            (
                tn_column { offsets: unaligned(ascending.as_ptr().cast()).cast(), ..good },
                2,
                "has offsets that are not aligned",
            ),
            (
                tn_column { offsets: late.as_ptr(), ..good },
                2,
                "row 0 begins at element 1, not at 0",
            ),
            (
                tn_column { offsets: beyond.as_ptr(), ..good },
                2,
                "row 0 spans the elements 0 to 3 of 2",
            ),
            (
                tn_column { offsets: back.as_ptr(), ..good },
                2,
                "row 1 spans the elements 2 to 1 of 2",
            ),
        ];
        for (column, rows, expected) in cases {
            let expected = match expected {
                "" => String::new(),
                why => format!("column c {why}"),
            };
            assert_eq!(said_of(column, rows), expected);
        }
        let nameless = tn_str { data: b"\xff".as_ptr(), size: 1 };
        let said = said_of(tn_column { name: nameless, ..good }, 2);
        assert_eq!(said, "column 0 has a name that is not UTF-8");
    }

    fn unaligned(data: *const u8) -> *const std::ffi::c_void {
        data.wrapping_add(1).cast()
    }

    #[test]
    fn a_batch_that_is_none_is_refused() {
        let columns = [tn_column {
            name: tn_str::EMPTY,
            r#type: TN_U8,
            reserved: 0,
            data: std::ptr::null(),
            count: 0,
            offsets: std::ptr::null(),
        }; 2];
        let good = tn_batch {
            struct_size: std::mem::size_of::<tn_batch>() as u32,
            column_count: 2,
            columns: columns.as_ptr(),
            rows: 0,
        };
        assert_eq!(said_of_batch(&good), "column  is there twice");
        let cases = [
            (tn_batch { struct_size: 8, ..good }, "a batch of 8 bytes is none of version 1"),
            (
                tn_batch { column_count: 4097, ..good },
                "a batch has 4097 columns; at most 4096 are allowed",
            ),
            (
                tn_batch { columns: std::ptr::null(), ..good },
                "a batch has no columns where it counts 2",
            ),
            (tn_batch { columns: std::ptr::null(), column_count: 0, ..good }, ""),
        ];
        for (batch, expected) in cases {
            assert_eq!(said_of_batch(&batch), expected);
        }
    }
}
