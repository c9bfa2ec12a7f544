//! `tenon.store/1` of a test's host: records statements, and answers what the test scripted.

use std::collections::BTreeMap;
use std::ffi::c_void;
use std::mem::size_of;
use std::sync::Arc;

use super::world::{enter, put};
use crate::call::guarded;
use crate::raw::*;
use crate::{Call, Code, Error, Result, SqlValue};

/// One statement that reached the store. Migrations are there with the text of their steps, and
/// transactions as "BEGIN READ", "BEGIN WRITE", "COMMIT", "ROLLBACK".
#[derive(Clone, Debug, PartialEq)]
pub struct Statement {
    pub sql: String,
    pub params: Vec<SqlValue>,
    /// 0: in none.
    pub transaction: u64,
}

/// What a statement gives.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    Rows {
        columns: Vec<String>,
        rows: Vec<Vec<SqlValue>>,
    },
    /// The number of rows it changes.
    Changed(u64),
}

impl Answer {
    pub fn rows(columns: &[&str], rows: Vec<Vec<SqlValue>>) -> Answer {
        let columns: Vec<String> = columns.iter().map(|name| name.to_string()).collect();
        let width = columns.len();
        assert!(rows.iter().all(|row| row.len() == width), "each row has {width} values");
        Answer::Rows { columns, rows }
    }
}

type Scripted = Arc<dyn Fn(&Statement) -> Result<Answer> + Send + Sync>;

#[derive(Default)]
pub(super) struct Script {
    /// Answers to statements that hold that text; the newest first.
    pub answers: Vec<(String, Scripted)>,
    pub statements: Vec<Statement>,
    /// Those that have not ended, and the calls that they belong to.
    pub open: BTreeMap<tn_tx, u64>,
}

impl Script {
    fn note(&mut self, transaction: tn_tx, sql: &str) {
        let sql = sql.to_string();
        self.statements.push(Statement { sql, params: Vec::new(), transaction });
    }
    fn is_open(&self, tx: tn_tx) -> Result<()> {
        match tx == 0 || self.open.contains_key(&tx) {
            true => Ok(()),
            false => Err(Error::new(Code::NotFound, format!("there is no transaction {tx}"))),
        }
    }
    /// What the call of that id began and did not end is rolled back.
    pub fn end_call(&mut self, call_id: u64) {
        let left = self.open.iter().filter(|(_, call)| **call == call_id);
        let left: Vec<tn_tx> = left.map(|(tx, _)| *tx).collect();
        for tx in left {
            self.open.remove(&tx);
            self.note(tx, "ROLLBACK");
        }
    }
}

pub(super) static STORE: tn_host_store = tn_host_store {
    struct_size: size_of::<tn_host_store>() as u32,
    reserved: 0,
    migrate: Some(migrate),
    query: Some(query),
    execute_many: Some(execute_many),
    begin: Some(begin),
    commit: Some(commit),
    rollback: Some(rollback),
};

unsafe extern "C" fn migrate(
    ctx: *mut c_void,
    call: *const tn_call,
    steps: *const tn_migration,
    count: u64,
) -> tn_status {
    guarded(call, || {
        let mut world = enter(ctx, "store.migrate", call)?;
        for i in 0..count {
            let step = &*steps.add(i as usize);
            if u64::from(step.version) != i + 1 {
                let why = format!("step {} has the version {}", i + 1, step.version);
                return Err(Error::new(Code::Invalid, why));
            }
            world.store.note(0, step.sqlite.text());
        }
        Ok(())
    })
}

/// Notes the statement, and asks the test.
unsafe fn run(
    ctx: *mut c_void,
    function: &str,
    call: *const tn_call,
    statement: Statement,
) -> Result<Answer> {
    let answer = {
        let mut world = enter(ctx, function, call)?;
        let script = &mut world.store;
        script.is_open(statement.transaction)?;
        script.statements.push(statement.clone());
        let fits = |(part, _): &&(String, Scripted)| statement.sql.contains(part);
        script.answers.iter().rev().find(fits).map(|(_, answer)| answer.clone())
    };
    let none = || format!("the test scripts no answer to {:?}", statement.sql);
    answer.ok_or_else(|| Error::new(Code::Unsupported, none()))?(&statement)
}

unsafe fn value_of(value: &tn_sql_value) -> Result<SqlValue> {
    Ok(match value.r#type {
        TN_SQL_NULL => SqlValue::Null,
        TN_SQL_INT => SqlValue::Integer(value.integer),
        TN_SQL_REAL => SqlValue::Real(value.real),
        TN_SQL_TEXT => SqlValue::from(
            std::str::from_utf8(value.bytes.bytes())
                .map_err(|_| Error::new(Code::Invalid, "a text parameter is not UTF-8"))?,
        ),
        TN_SQL_BYTES => SqlValue::from(value.bytes.bytes()),
        other => {
            let why = format!("a parameter has the unknown type {other}");
            return Err(Error::new(Code::Invalid, why));
        }
    })
}

/// # Safety
/// There are that many values.
unsafe fn values_of(values: *const tn_sql_value, count: u64) -> Result<Vec<SqlValue>> {
    (0..count as usize).map(|i| value_of(&*values.add(i))).collect()
}

unsafe extern "C" fn query(
    ctx: *mut c_void,
    call: *const tn_call,
    tx: tn_tx,
    sql: tn_str,
    params: *const tn_sql_value,
    param_count: u64,
    rows: *const tn_sink,
    affected: *mut u64,
) -> tn_status {
    guarded(call, || {
        let sql = sql.text().to_string();
        let params = values_of(params, param_count)?;
        let statement = Statement { sql, params, transaction: tx };
        match run(ctx, "store.query", call, statement)? {
            Answer::Rows { columns, rows: found } if affected.is_null() => {
                put(rows, &encode(&columns, &found))
            }
            Answer::Changed(count) if !affected.is_null() => {
                put(rows, &encode(&[], &[]))?;
                *affected = count;
                Ok(())
            }
            other => {
                let why = format!("the test answers {other:?}, where the other kind is asked for");
                Err(Error::new(Code::Invalid, why))
            }
        }
    })
}

unsafe extern "C" fn execute_many(
    ctx: *mut c_void,
    call: *const tn_call,
    tx: tn_tx,
    sql: tn_str,
    params: *const tn_sql_value,
    per_row: u64,
    row_count: u64,
) -> tn_status {
    guarded(call, || {
        for row in 0..row_count {
            let params = values_of(params.add((row * per_row) as usize), per_row)?;
            let statement = Statement { sql: sql.text().to_string(), params, transaction: tx };
            run(ctx, "store.execute_many", call, statement)?;
        }
        Ok(())
    })
}

unsafe extern "C" fn begin(
    ctx: *mut c_void,
    call: *const tn_call,
    mode: u32,
    tx: *mut tn_tx,
) -> tn_status {
    guarded(call, || {
        let mut world = enter(ctx, "store.begin", call)?;
        let id = world.next_id();
        world.store.open.insert(id, Call::new(call).raw().call_id);
        world.store.note(id, if mode == TN_TX_WRITE { "BEGIN WRITE" } else { "BEGIN READ" });
        *tx = id;
        Ok(())
    })
}

unsafe fn end(ctx: *mut c_void, function: &str, call: *const tn_call, tx: tn_tx) -> Result<()> {
    let mut world = enter(ctx, function, call)?;
    world.store.is_open(tx)?;
    world.store.open.remove(&tx);
    world.store.note(tx, if function == "store.commit" { "COMMIT" } else { "ROLLBACK" });
    Ok(())
}

unsafe extern "C" fn commit(ctx: *mut c_void, call: *const tn_call, tx: tn_tx) -> tn_status {
    guarded(call, || end(ctx, "store.commit", call, tx))
}
unsafe extern "C" fn rollback(ctx: *mut c_void, call: *const tn_call, tx: tn_tx) -> tn_status {
    guarded(call, || end(ctx, "store.rollback", call, tx))
}

/// The bytes of `tenon/store.h`.
fn encode(columns: &[String], rows: &[Vec<SqlValue>]) -> Vec<u8> {
    fn sized(out: &mut Vec<u8>, bytes: &[u8]) {
        out.extend((bytes.len() as u32).to_le_bytes());
        out.extend(bytes);
    }
    let mut out = (columns.len() as u32).to_le_bytes().to_vec();
    columns.iter().for_each(|name| sized(&mut out, name.as_bytes()));
    for value in rows.iter().flatten() {
        match value {
            SqlValue::Null => out.push(TN_SQL_NULL as u8),
            SqlValue::Integer(integer) => {
                out.push(TN_SQL_INT as u8);
                out.extend(integer.to_le_bytes());
            }
            SqlValue::Real(real) => {
                out.push(TN_SQL_REAL as u8);
                out.extend(real.to_le_bytes());
            }
            SqlValue::Text(text) => {
                out.push(TN_SQL_TEXT as u8);
                sized(&mut out, text.as_bytes());
            }
            SqlValue::Bytes(bytes) => {
                out.push(TN_SQL_BYTES as u8);
                sized(&mut out, bytes);
            }
        }
    }
    out
}
