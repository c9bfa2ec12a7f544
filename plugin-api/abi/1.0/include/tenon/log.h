/* Logging. The host stamps each line with time, instance and request id, and copies everything. */
#ifndef TENON_LOG_H
#define TENON_LOG_H

#include "tenon/call.h"

#ifdef __cplusplus
extern "C" {
#endif

#define TN_LOG_ID "tenon.log/1"

#define TN_LOG_TRACE 0u
#define TN_LOG_DEBUG 1u
#define TN_LOG_INFO 2u
#define TN_LOG_WARN 3u
#define TN_LOG_ERROR 4u
#define TN_LOG_OFF 5u

/* A structured field of a line. */
typedef struct tn_log_field {
  tn_str name;
  tn_str value;
} tn_log_field;

typedef struct tn_host_log {
  uint32_t struct_size;
  uint32_t reserved;
  /* The lowest level that is kept, as of a moment ago. [any-thread], does not block */
  uint32_t(TN_ABI* level)(void* ctx);
  /* Writes one line, best effort. `call` may be NULL. Never fails: what cannot be kept is counted and dropped.
   * [any-thread], does not block */
  void(TN_ABI* write)(void* ctx, const tn_call* call, uint32_t level, tn_str message,
                      const tn_log_field* fields, uint64_t field_count);
} tn_host_log;

#ifdef __cplusplus
}
#endif

#endif
