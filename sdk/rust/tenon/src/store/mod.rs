//! The store: SQL with `$1` parameters on `{table}` names, typed rows, transactions.

mod rows;
mod value;

pub use rows::{Row, Rows};
pub use value::{FromSql, SqlParam, SqlValue};

use std::ptr;

use crate::host::Table;
use crate::raw::*;
use crate::{Call, Host, Result};

/// One step of a schema's history. Steps are numbered from 1 without gaps and never change once
/// released.
#[derive(Clone, Copy, Debug)]
pub struct Migration<'a> {
    pub version: u32,
    pub name: &'a str,
    /// Statements separated by ';'.
    pub sqlite: &'a str,
    /// Empty: the same.
    pub postgres: &'a str,
}

impl<'a> Migration<'a> {
    /// A step that is the same on SQLite and PostgreSQL.
    pub const fn new(version: u32, name: &'a str, statements: &'a str) -> Migration<'a> {
        Migration { version, name, sqlite: statements, postgres: "" }
    }
}

/// What a transaction may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub enum Mode {
    Read = TN_TX_READ,
    Write = TN_TX_WRITE,
}

/// SQL in a namespace that belongs to the instance.
#[derive(Clone, Copy)]
pub struct Store {
    table: Table<tn_host_store>,
}

impl Store {
    pub fn new(host: &Host) -> Store {
        Store { table: Table::find(host) }
    }

    /// Brings the namespace to the newest step; belongs into `start`.
    pub fn migrate(&self, call: &Call, steps: &[Migration]) -> Result<()> {
        let migrate = self.table.function("migrate", |store| store.migrate)?;
        let raw: Vec<tn_migration> = steps
            .iter()
            .map(|step| tn_migration {
                version: step.version,
                reserved: 0,
                name: tn_str::of(step.name),
                sqlite: tn_str::of(step.sqlite),
                postgres: tn_str::of(step.postgres),
            })
            .collect();
        // SAFETY: steps and views live until the call returns.
        call.invoke(|c| unsafe { migrate(self.table.ctx(), c, raw.as_ptr(), raw.len() as u64) })
    }

    /// `store.query(call, "SELECT name FROM {people} WHERE age > $1", params![30])`
    pub fn query(&self, call: &Call, sql: &str, params: &[SqlParam]) -> Result<Rows> {
        self.query_in(call, 0, sql, params, None)
    }
    /// Returns the number of changed rows.
    pub fn execute(&self, call: &Call, sql: &str, params: &[SqlParam]) -> Result<u64> {
        let mut affected = 0;
        self.query_in(call, 0, sql, params, Some(&mut affected))?;
        Ok(affected)
    }

    /// Begins a transaction, which belongs to the call.
    pub fn begin<'a>(&self, call: &'a Call<'a>, mode: Mode) -> Result<Transaction<'a>> {
        let begin = self.table.function("begin", |store| store.begin)?;
        let mut handle = 0;
        // SAFETY: the handle is written before the call returns.
        call.invoke(|c| unsafe { begin(self.table.ctx(), c, mode as u32, &mut handle) })?;
        Ok(Transaction { store: *self, call, handle })
    }

    fn query_in(
        &self,
        call: &Call,
        tx: tn_tx,
        sql: &str,
        params: &[SqlParam],
        affected: Option<&mut u64>,
    ) -> Result<Rows> {
        let query = self.table.function("query", |store| store.query)?;
        let affected = affected.map_or(ptr::null_mut(), |count| count as *mut u64);
        let (values, count) = (SqlParam::raw(params), params.len() as u64);
        // SAFETY: values and views live until the call returns.
        let rows = call.collect(|c, sink| unsafe {
            query(self.table.ctx(), c, tx, tn_str::of(sql), values, count, sink, affected)
        })?;
        Rows::decode(&rows)
    }
}

/// A transaction: rolled back when dropped, unless committed. Stays on the thread of its call:
///
/// ```compile_fail
/// fn elsewhere(transaction: tenon::Transaction) {
///     std::thread::scope(|scope| drop(scope.spawn(|| transaction.commit())));
/// }
/// ```
#[must_use = "a transaction that is dropped is rolled back"]
pub struct Transaction<'a> {
    store: Store,
    call: &'a Call<'a>,
    /// 0 once it has ended.
    handle: tn_tx,
}

impl Transaction<'_> {
    pub fn query(&self, sql: &str, params: &[SqlParam]) -> Result<Rows> {
        self.store.query_in(self.call, self.handle, sql, params, None)
    }
    /// Returns the number of changed rows.
    pub fn execute(&self, sql: &str, params: &[SqlParam]) -> Result<u64> {
        let mut affected = 0;
        self.store.query_in(self.call, self.handle, sql, params, Some(&mut affected))?;
        Ok(affected)
    }
    /// Runs one statement once for every row of parameters, all or nothing.
    pub fn execute_many<const N: usize>(&self, sql: &str, rows: &[[SqlParam; N]]) -> Result<()> {
        let table = &self.store.table;
        let execute = table.function("execute_many", |store| store.execute_many)?;
        // Rows of arrays lie one after the other.
        let values = SqlParam::raw_rows(rows);
        let (width, count) = (N as u64, rows.len() as u64);
        // SAFETY: there are as many values, which live until the call returns.
        self.call.invoke(|c| unsafe {
            execute(table.ctx(), c, self.handle, tn_str::of(sql), values, width, count)
        })
    }

    pub fn commit(mut self) -> Result<()> {
        self.end("commit", |store| store.commit)
    }
    /// As dropping it, with the error if there is one.
    pub fn rollback(mut self) -> Result<()> {
        self.end("rollback", |store| store.rollback)
    }

    fn end(&mut self, name: &str, function: impl Fn(&tn_host_store) -> Option<End>) -> Result<()> {
        let handle = std::mem::take(&mut self.handle);
        let table = &self.store.table;
        let end = table.function(name, function)?;
        // SAFETY: begun on the same table, and ended once.
        self.call.invoke(|c| unsafe { end(table.ctx(), c, handle) })
    }
}

type End = unsafe extern "C" fn(*mut std::ffi::c_void, *const tn_call, tn_tx) -> tn_status;

impl Drop for Transaction<'_> {
    fn drop(&mut self) {
        if self.handle != 0 {
            // The host rolls back what cannot be, when the call returns.
            let _ = self.end("rollback", |store| store.rollback);
        }
    }
}
