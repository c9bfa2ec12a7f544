//! Durable keys and values of an instance.

use crate::host::{text, Table};
use crate::json::{self, Value};
use crate::raw::*;
use crate::{Call, Code, Host, Result};

/// What stands under a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    pub value: Vec<u8>,
    /// Grows with each write of the key; 0 stands for "does not exist".
    pub version: u64,
}

#[derive(Clone, Copy)]
pub struct State {
    table: Table<tn_host_state>,
}

impl State {
    pub fn new(host: &Host) -> State {
        State { table: Table::find(host) }
    }

    /// None: there is no such key. Whatever else goes wrong is an error.
    pub fn get(&self, call: &Call, key: &str) -> Result<Option<Entry>> {
        let get = self.table.function("get", |state| state.get)?;
        let mut version = 0;
        // SAFETY: views and version live until the call returns.
        let value = call.collect(|c, sink| unsafe {
            get(self.table.ctx(), c, tn_str::of(key), sink, &mut version)
        });
        match value {
            Ok(value) => Ok(Some(Entry { value, version })),
            Err(error) if error.code == Code::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }
    pub fn put(&self, call: &Call, key: &str, value: impl AsRef<[u8]>) -> Result<()> {
        let put = self.table.function("put", |state| state.put)?;
        let (key, value) = (tn_str::of(key), tn_bytes::of(value.as_ref()));
        // SAFETY: the views live until the call returns.
        call.invoke(|c| unsafe { put(self.table.ctx(), c, key, value) })
    }
    /// Writes only while the key has that version (0: does not exist); `Code::Conflict` otherwise.
    pub fn put_if(
        &self,
        call: &Call,
        key: &str,
        value: impl AsRef<[u8]>,
        version: u64,
    ) -> Result<()> {
        let put_if = self.table.function("put_if", |state| state.put_if)?;
        let (key, value) = (tn_str::of(key), tn_bytes::of(value.as_ref()));
        // SAFETY: as above.
        call.invoke(|c| unsafe { put_if(self.table.ctx(), c, key, value, version) })
    }
    /// Also when there is none.
    pub fn remove(&self, call: &Call, key: &str) -> Result<()> {
        let remove = self.table.function("remove", |state| state.remove)?;
        // SAFETY: as above.
        call.invoke(|c| unsafe { remove(self.table.ctx(), c, tn_str::of(key)) })
    }
    /// Up to `limit` keys that start with `prefix` and sort after `after`.
    pub fn list(&self, call: &Call, prefix: &str, after: &str, limit: u64) -> Result<Vec<String>> {
        let list = self.table.function("list", |state| state.list)?;
        let (prefix, after) = (tn_str::of(prefix), tn_str::of(after));
        // SAFETY: as above.
        let keys = call
            .collect(|c, sink| unsafe { list(self.table.ctx(), c, prefix, after, limit, sink) })?;
        json::parse(&text(keys)?)?.list()?.iter().map(Value::as_text).collect()
    }
}
