/* Column interfaces: batches as flat columns, for what machines count.
 *
 * A method takes one batch and writes one or several. Names, types and meaning of the columns belong to the family
 * interface (for example tenon/catalog/scorer.h). A plugin provides one by "kind": "column" in its manifest.
 *
 * Between caller and provider the host checks the shape of every batch, both ways and in both runtimes, and refuses
 * what does not hold, naming column and row: known types, aligned data, flat columns with one element a row, offsets
 * that ascend from 0 within the data, names that occur once. It does not look at elements: that text is UTF-8 is for
 * its reader to check.
 */
#ifndef TENON_COLUMN_H
#define TENON_COLUMN_H

#include "tenon/message.h"

#ifdef __cplusplus
extern "C" {
#endif

#define TN_COLUMN_ID "tenon.column/1"

/* Element types. */
#define TN_U8 1u
#define TN_I32 2u
#define TN_U32 3u
#define TN_I64 4u
#define TN_U64 5u
#define TN_F64 6u

/* Columns in one batch at most. */
#define TN_COLUMNS_MAX 4096u

/* One column. Flat: `rows` elements. Ragged (text, lists): `offsets` holds rows + 1 positions in `data`, counted in
 * elements and ascending from 0; text is a ragged column of TN_U8 in UTF-8. Borrowed like every view. */
typedef struct tn_column {
  tn_str name;
  uint32_t type;
  uint32_t reserved;
  const void* data;
  uint64_t count;          /* elements in data */
  const uint64_t* offsets; /* NULL: flat */
} tn_column;

typedef struct tn_batch {
  uint32_t struct_size;
  uint32_t column_count;
  const tn_column* columns;
  uint64_t rows;
} tn_batch;

typedef struct tn_batch_sink {
  uint32_t struct_size;
  uint32_t reserved;
  void* ctx;
  /* Takes a copy. [the calling thread] */
  tn_status(TN_ABI* write)(void* ctx, const tn_batch* batch);
} tn_batch_sink;

typedef struct tn_plugin_column {
  uint32_t struct_size;
  uint32_t reserved;
  /* Runs the method of that number (manifest.h). [any-thread], may block */
  tn_status(TN_ABI* call)(tn_instance* instance, const tn_call* call, uint32_t method, const tn_batch* input,
                          const tn_batch_sink* output);
} tn_plugin_column;

typedef struct tn_host_column {
  uint32_t struct_size;
  uint32_t reserved;
  /* Calls a method that tn_host_message.resolve found. [any-thread], may block */
  tn_status(TN_ABI* call)(void* ctx, const tn_call* call, tn_method handle, const tn_batch* input,
                          const tn_batch_sink* output);
} tn_host_column;

#ifdef __cplusplus
}
#endif

#endif
