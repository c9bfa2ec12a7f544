/* Progress of long work, for whoever started it. */
#ifndef TENON_PROGRESS_H
#define TENON_PROGRESS_H

#include "tenon/call.h"

#ifdef __cplusplus
extern "C" {
#endif

#define TN_PROGRESS_ID "tenon.progress/1"

typedef struct tn_host_progress {
  uint32_t struct_size;
  uint32_t reserved;
  /* `done` of `total` units (0: not known) of the step that `text` names. Calls may be frequent; the host shows what it
   * can. [any-thread], does not block */
  void(TN_ABI* report)(void* ctx, const tn_call* call, tn_str text, uint64_t done, uint64_t total);
} tn_host_progress;

#ifdef __cplusplus
}
#endif

#endif
