use std::marker::PhantomData;

use crate::raw::*;

/// One value of a row.
#[derive(Clone, Debug, PartialEq)]
pub enum SqlValue {
    Null,
    Integer(i64),
    Real(f64),
    Text(String),
    Bytes(Vec<u8>),
}

impl SqlValue {
    /// What it is called in errors.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            SqlValue::Null => "NULL",
            SqlValue::Integer(_) => "an integer",
            SqlValue::Real(_) => "a real number",
            SqlValue::Text(_) => "text",
            SqlValue::Bytes(_) => "bytes",
        }
    }
}

macro_rules! values {
    ($($from:ty => $make:expr;)*) => {$(
        impl From<$from> for SqlValue {
            fn from(value: $from) -> SqlValue {
                $make(value)
            }
        }
    )*};
}
values! {
    i64 => SqlValue::Integer;
    f64 => SqlValue::Real;
    String => SqlValue::Text;
    &str => |text: &str| SqlValue::Text(text.to_string());
    Vec<u8> => SqlValue::Bytes;
    &[u8] => |bytes: &[u8]| SqlValue::Bytes(bytes.to_vec());
}

/// One parameter of a statement, borrowed from the value it is made of. [`crate::params!`] makes
/// several. Of integers those that fit an i64 are there; convert others with `try_from`.
#[derive(Clone, Copy)]
#[repr(transparent)]
pub struct SqlParam<'a> {
    raw: tn_sql_value,
    _value: PhantomData<&'a [u8]>,
}

impl SqlParam<'_> {
    pub const NULL: SqlParam<'static> = SqlParam {
        raw: tn_sql_value {
            r#type: TN_SQL_NULL,
            reserved: 0,
            integer: 0,
            real: 0.0,
            bytes: tn_bytes { data: std::ptr::null(), size: 0 },
        },
        _value: PhantomData,
    };

    fn integer(integer: i64) -> SqlParam<'static> {
        SqlParam {
            raw: tn_sql_value { r#type: TN_SQL_INT, integer, ..SqlParam::NULL.raw },
            _value: PhantomData,
        }
    }

    /// The parameters as the table takes them.
    pub(crate) fn raw(params: &[SqlParam]) -> *const tn_sql_value {
        params.as_ptr().cast()
    }
    /// Likewise, row after row.
    pub(crate) fn raw_rows<const N: usize>(rows: &[[SqlParam; N]]) -> *const tn_sql_value {
        rows.as_ptr().cast()
    }
}

impl<'a> From<&'a str> for SqlParam<'a> {
    fn from(text: &'a str) -> SqlParam<'a> {
        let bytes = tn_bytes::of(text.as_bytes());
        let raw = tn_sql_value { r#type: TN_SQL_TEXT, bytes, ..SqlParam::NULL.raw };
        SqlParam { raw, _value: PhantomData }
    }
}
impl<'a> From<&'a [u8]> for SqlParam<'a> {
    fn from(bytes: &'a [u8]) -> SqlParam<'a> {
        let bytes = tn_bytes::of(bytes);
        let raw = tn_sql_value { r#type: TN_SQL_BYTES, bytes, ..SqlParam::NULL.raw };
        SqlParam { raw, _value: PhantomData }
    }
}
impl From<f64> for SqlParam<'_> {
    fn from(real: f64) -> Self {
        let raw = tn_sql_value { r#type: TN_SQL_REAL, real, ..SqlParam::NULL.raw };
        SqlParam { raw, _value: PhantomData }
    }
}
impl<'a> From<&'a SqlValue> for SqlParam<'a> {
    fn from(value: &'a SqlValue) -> SqlParam<'a> {
        match value {
            SqlValue::Null => SqlParam::NULL,
            SqlValue::Integer(integer) => SqlParam::integer(*integer),
            SqlValue::Real(real) => SqlParam::from(*real),
            SqlValue::Text(text) => SqlParam::from(text.as_str()),
            SqlValue::Bytes(bytes) => SqlParam::from(bytes.as_slice()),
        }
    }
}
impl<'a, T: Into<SqlParam<'a>>> From<Option<T>> for SqlParam<'a> {
    fn from(value: Option<T>) -> SqlParam<'a> {
        value.map_or(SqlParam::NULL, Into::into)
    }
}

macro_rules! borrowed {
    ($($type:ty)*) => {$(
        impl<'a> From<&'a $type> for SqlParam<'a> {
            fn from(value: &'a $type) -> SqlParam<'a> {
                SqlParam::from(&value[..])
            }
        }
    )*};
}
borrowed! { String Vec<u8> }

macro_rules! integers {
    ($($type:ty)*) => {$(
        impl From<$type> for SqlParam<'_> {
            fn from(value: $type) -> Self {
                SqlParam::integer(value.into())
            }
        }
    )*};
}
integers! { i8 i16 i32 i64 u8 u16 u32 bool }

/// Parameters of a statement, `$1` first: `params![name, 30, None::<&str>]`.
#[macro_export]
macro_rules! params {
    ($($value:expr),* $(,)?) => { &[$($crate::SqlParam::from($value)),*] };
}

/// What a value of a row can be read as; `Option` reads NULL as `None`.
pub trait FromSql<'a>: Sized {
    /// What is expected, for errors.
    const EXPECTED: &'static str;
    /// None: the value is of another kind.
    fn from_sql(value: &'a SqlValue) -> Option<Self>;
}

impl FromSql<'_> for i64 {
    const EXPECTED: &'static str = "an integer";
    fn from_sql(value: &SqlValue) -> Option<i64> {
        match value {
            SqlValue::Integer(integer) => Some(*integer),
            _ => None,
        }
    }
}
impl FromSql<'_> for f64 {
    const EXPECTED: &'static str = "a number";
    fn from_sql(value: &SqlValue) -> Option<f64> {
        match value {
            SqlValue::Real(real) => Some(*real),
            SqlValue::Integer(integer) => Some(*integer as f64),
            _ => None,
        }
    }
}
impl<'a> FromSql<'a> for &'a str {
    const EXPECTED: &'static str = "text";
    fn from_sql(value: &'a SqlValue) -> Option<&'a str> {
        match value {
            SqlValue::Text(text) => Some(text),
            _ => None,
        }
    }
}
impl FromSql<'_> for String {
    const EXPECTED: &'static str = "text";
    fn from_sql(value: &SqlValue) -> Option<String> {
        <&str>::from_sql(value).map(str::to_string)
    }
}
impl<'a> FromSql<'a> for &'a [u8] {
    const EXPECTED: &'static str = "bytes";
    fn from_sql(value: &'a SqlValue) -> Option<&'a [u8]> {
        match value {
            SqlValue::Bytes(bytes) => Some(bytes),
            _ => None,
        }
    }
}
impl<'a, T: FromSql<'a>> FromSql<'a> for Option<T> {
    const EXPECTED: &'static str = T::EXPECTED;
    fn from_sql(value: &'a SqlValue) -> Option<Option<T>> {
        match value {
            SqlValue::Null => Some(None),
            value => T::from_sql(value).map(Some),
        }
    }
}
