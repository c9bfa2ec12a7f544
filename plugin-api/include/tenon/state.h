/* Key-value state of an instance, durable. */
#ifndef TENON_STATE_H
#define TENON_STATE_H

#include "tenon/call.h"

#ifdef __cplusplus
extern "C" {
#endif

#define TN_STATE_ID "tenon.state/1"
#define TN_STATE_KEY_MAX 512u

/* A version grows with each write of its key, also over a remove; where it begins is the host's choice. 0 stands for
 * "does not exist". */
typedef struct tn_host_state {
  uint32_t struct_size;
  uint32_t reserved;
  /* TN_E_NOT_FOUND when there is none. *version may be NULL. [any-thread], may block */
  tn_status(TN_ABI* get)(void* ctx, const tn_call* call, tn_str key, const tn_sink* value, uint64_t* version);
  /* [any-thread], may block */
  tn_status(TN_ABI* put)(void* ctx, const tn_call* call, tn_str key, tn_bytes value);
  /* Writes only while the key has that version; TN_E_CONFLICT otherwise. [any-thread], may block */
  tn_status(TN_ABI* put_if)(void* ctx, const tn_call* call, tn_str key, tn_bytes value, uint64_t version);
  /* TN_OK also when there is none. [any-thread], may block */
  tn_status(TN_ABI* remove)(void* ctx, const tn_call* call, tn_str key);
  /* Writes up to `limit` keys that start with `prefix` and sort after `after`, as a JSON list of strings.
   * [any-thread], may block */
  tn_status(TN_ABI* list)(void* ctx, const tn_call* call, tn_str prefix, tn_str after, uint64_t limit,
                          const tn_sink* output);
} tn_host_state;

#ifdef __cplusplus
}
#endif

#endif
