/* The configuration of an instance: checked by the host against the manifest's config_schema, defaults filled in. */
#ifndef TENON_CONFIG_H
#define TENON_CONFIG_H

#include "tenon/call.h"

#ifdef __cplusplus
extern "C" {
#endif

#define TN_CONFIG_ID "tenon.config/1"

typedef struct tn_host_config {
  uint32_t struct_size;
  uint32_t reserved;
  /* Writes the value at a JSON pointer (RFC 6901; empty: the whole document) as JSON text.
   * TN_E_NOT_FOUND when there is none. [any-thread], does not block */
  tn_status(TN_ABI* get)(void* ctx, const tn_call* call, tn_str pointer, const tn_sink* output);
  /* Writes an absolute folder that belongs to this instance alone, made on first use, kept over restarts.
   * [any-thread], may block */
  tn_status(TN_ABI* data_folder)(void* ctx, const tn_call* call, const tn_sink* output);
  /* Writes the absolute path that a relative one of the configuration stands for (relative to the file that
   * configures the instance). [any-thread], does not block */
  tn_status(TN_ABI* resolve_path)(void* ctx, const tn_call* call, tn_str path, const tn_sink* output);
} tn_host_config;

#ifdef __cplusplus
}
#endif

#endif
