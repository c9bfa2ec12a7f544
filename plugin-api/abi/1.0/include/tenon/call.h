/* tn_call: what travels with every call, in both directions. */
#ifndef TENON_CALL_H
#define TENON_CALL_H

#include "tenon/abi.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Takes the reason of a failure. Called at most once, before the function returns other than TN_OK. The functions of sinks
 * and exchanges return a bare status: their reason goes to the error sink of the call that handed them along. */
typedef struct tn_error_sink {
  uint32_t struct_size;
  uint32_t reserved;
  void* ctx;
  /* `message`: one full phrase for a person. `path`: where in the input (a JSON path, a field), or empty.
   * Both are copied. [the calling thread] */
  void(TN_ABI* set)(void* ctx, tn_status code, tn_str message, tn_str path);
} tn_error_sink;

/* The call may be repeated without harm: the host may retry it when its provider dies. */
#define TN_CALL_IDEMPOTENT 1u

/* Filled by the caller, read by the callee, valid until the call returns. A callee that makes calls of its own passes
 * this one on, or a copy with a nearer deadline. NULL stands for a call with no deadline and nobody to tell. */
typedef struct tn_call {
  uint32_t struct_size;
  uint32_t flags;                /* TN_CALL_ */
  int64_t deadline_ns;           /* on CLOCK_MONOTONIC; 0: none */
  const uint32_t* cancelled;     /* not zero once the caller has given up, or soon after; may be NULL. Read atomically. */
  const tn_error_sink* error;    /* may be NULL: the reason is dropped */
  uint64_t principal;            /* on whose behalf, opaque, made by the host; 0: nobody in particular */
  uint64_t call_id;              /* the host's call that all of this is part of, passed on unchanged; 0: none */
  tn_str request_id;             /* one id through logs, errors and headers; may be empty */
  tn_str idempotency_key;        /* may be empty */
  uint8_t trace_id[16];          /* W3C trace context; all zero: not traced */
  uint8_t span_id[8];
  uint32_t trace_flags;
  uint32_t reserved;
} tn_call;

#ifdef __cplusplus
}
#endif

#endif
