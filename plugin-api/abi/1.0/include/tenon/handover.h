/* What the running generation of an instance hands to the next one when it is reloaded. */
#ifndef TENON_HANDOVER_H
#define TENON_HANDOVER_H

#include "tenon/entry.h"

#ifdef __cplusplus
extern "C" {
#endif

#define TN_HANDOVER_ID "tenon.handover/1"

/* The plugin's side, optional. Both generations run: the next one has been started and probed. While they hand over no
 * call is in either, and callers wait; be quick. Without this table, or when the running one's version has none, nothing is
 * handed over. */
typedef struct tn_plugin_handover {
  uint32_t struct_size;
  uint32_t reserved;
  /* Writes what the next generation needs, at most 64 MiB, in a form that other versions can read or refuse. A failure ends
   * the reload, and the running generation serves on. [control], may block */
  tn_status(TN_ABI* save)(tn_instance* instance, const tn_call* call, const tn_sink* state);
  /* Takes what the running one wrote. A failure ends the reload. [control], may block */
  tn_status(TN_ABI* restore)(tn_instance* instance, const tn_call* call, tn_bytes state);
} tn_plugin_handover;

#ifdef __cplusplus
}
#endif

#endif
