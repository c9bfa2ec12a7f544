/* The store: SQL on SQLite or PostgreSQL, in a namespace that belongs to the instance.
 *
 * Statements name what belongs to the namespace in braces, 1 to 63 of a-z, 0-9 and '_':
 *   {name}    a table, view or sequence wherever it is used, and an index in DROP INDEX
 *   {#name}   the same name where PostgreSQL takes it without its schema: the new name in CREATE INDEX and RENAME TO
 * On PostgreSQL {name} becomes "namespace"."name" and {#name} becomes "name"; on SQLite both become "namespace__name":
 *   CREATE INDEX {#people_by_name} ON {people} (name)     DROP INDEX {people_by_name}
 * Parameters are $1 to $n; one statement a call. Rows come back as bytes, so that the same answer crosses a process
 * border:
 *   result := column_count u32, column_name*, row*          row := cell * column_count
 *   column_name := size u32, bytes                          cell := type u8, payload
 *   payload: TN_SQL_NULL nothing; TN_SQL_INT i64; TN_SQL_REAL f64; TN_SQL_TEXT, TN_SQL_BYTES size u32, bytes
 * All little-endian, unaligned. The chunks written to the sink may be cut anywhere.
 */
#ifndef TENON_STORE_H
#define TENON_STORE_H

#include "tenon/call.h"

#ifdef __cplusplus
extern "C" {
#endif

#define TN_STORE_ID "tenon.store/1"

#define TN_SQL_NULL 0u
#define TN_SQL_INT 1u
#define TN_SQL_REAL 2u
#define TN_SQL_TEXT 3u
#define TN_SQL_BYTES 4u

typedef struct tn_sql_value {
  uint32_t type; /* TN_SQL_ */
  uint32_t reserved;
  int64_t integer;
  double real;
  tn_bytes bytes; /* of TN_SQL_TEXT (UTF-8, without NUL) and TN_SQL_BYTES */
} tn_sql_value;

/* One step of a schema's history. Steps are numbered from 1 without gaps and never change once released. */
typedef struct tn_migration {
  uint32_t version;
  uint32_t reserved;
  tn_str name;
  tn_str sqlite;   /* statements separated by ';' */
  tn_str postgres; /* empty: the same as for SQLite */
} tn_migration;

#define TN_TX_READ 0u
#define TN_TX_WRITE 1u

/* A transaction; 0 stands for none (each statement for itself). */
typedef uint64_t tn_tx;

typedef struct tn_host_store {
  uint32_t struct_size;
  uint32_t reserved;
  /* Brings the namespace to the newest step. Belongs into start. [control], may block */
  tn_status(TN_ABI* migrate)(void* ctx, const tn_call* call, const tn_migration* steps, uint64_t count);
  /* Runs one statement. `affected` NULL: it returns rows, which are written to `rows`. Else it changes rows, which are
   * counted there, and writes an empty result.
   * [any-thread; one thread at a time for a transaction], may block */
  tn_status(TN_ABI* query)(void* ctx, const tn_call* call, tn_tx tx, tn_str sql, const tn_sql_value* params,
                           uint64_t param_count, const tn_sink* rows, uint64_t* affected);
  /* Runs one statement once for every row of parameters (row-major), all or nothing. A plain INSERT INTO {name} (a, b)
   * VALUES ($1, $2), also with ON CONFLICT, is the fast one on PostgreSQL: its rows are sent together. */
  tn_status(TN_ABI* execute_many)(void* ctx, const tn_call* call, tn_tx tx, tn_str sql, const tn_sql_value* params,
                                  uint64_t params_per_row, uint64_t row_count);
  /* A transaction belongs to the call that began it (tn_call.call_id), or to the instance when that is 0. It is rolled
   * back when the host's call returns, when the instance stops, and when its deadline passes. */
  tn_status(TN_ABI* begin)(void* ctx, const tn_call* call, uint32_t mode, tn_tx* tx);
  tn_status(TN_ABI* commit)(void* ctx, const tn_call* call, tn_tx tx);
  tn_status(TN_ABI* rollback)(void* ctx, const tn_call* call, tn_tx tx);
} tn_host_store;

#ifdef __cplusplus
}
#endif

#endif
