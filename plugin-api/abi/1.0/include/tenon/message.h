/* Message interfaces: a method name, JSON in, JSON out, both described by JSON Schema in the manifest. */
#ifndef TENON_MESSAGE_H
#define TENON_MESSAGE_H

#include "tenon/call.h"
#include "tenon/entry.h"

#ifdef __cplusplus
extern "C" {
#endif

#define TN_MESSAGE_ID "tenon.message/1"

/* The plugin's side: needed by a plugin that provides message interfaces. */
typedef struct tn_plugin_message {
  uint32_t struct_size;
  uint32_t reserved;
  /* Runs the method of that number (manifest.h). `input` is a JSON value that is valid against the method's
   * input schema when it comes from outside the host; calls between plugins are not re-checked. Writes one JSON value.
   * [any-thread], may block */
  tn_status(TN_ABI* call)(tn_instance* instance, const tn_call* call, uint32_t method, tn_str input,
                          const tn_sink* output);
} tn_plugin_message;

/* Which provider is meant. Zero-initialise, set struct_size. The operator may narrow the choice further. Of those that
 * fit, the one with the highest priority in the deployment file is taken, then the highest version, then by name. */
typedef struct tn_selector {
  uint32_t struct_size;
  uint32_t reserved;
  tn_str interface_id; /* "acme.greeter/1" */
  tn_str range;        /* of the provider's interface version, such as ">=1.2 <2"; empty: any of this major */
  tn_str instance;     /* a certain provider; empty: the host chooses */
  tn_str labels;       /* that the provider must all have, such as "region=eu,tier=gold"; empty: any */
} tn_selector;

/* A resolved method of a provider. Stays valid until released, also while the provider is away
 * (calls then answer TN_E_UNAVAILABLE) and when it is replaced. 0 is never a handle. */
typedef uint64_t tn_method;

/* The host's side: calls to other plugins. Only interfaces that the manifest requires can be resolved. */
typedef struct tn_host_message {
  uint32_t struct_size;
  uint32_t reserved;
  /* Writes the providers of an interface as a JSON list of {"instance", "library", "version", "state", "labels",
   * "priority"}, sorted by instance. State is "ready", or "away" while it is started again. [any-thread], does not block */
  tn_status(TN_ABI* providers)(void* ctx, const tn_call* call, const tn_selector* selector, const tn_sink* output);
  /* Finds a method once, so that calls need no look-up. TN_E_NOT_FOUND names what is missing.
   * [any-thread], does not block */
  tn_status(TN_ABI* resolve)(void* ctx, const tn_call* call, const tn_selector* selector, tn_str method,
                             tn_method* handle);
  /* Calls it. The provider's error passes through unchanged. [any-thread], may block */
  tn_status(TN_ABI* call)(void* ctx, const tn_call* call, tn_method handle, tn_str input, const tn_sink* output);
  /* [any-thread], does not block */
  void(TN_ABI* release)(void* ctx, tn_method handle);
} tn_host_message;

#ifdef __cplusplus
}
#endif

#endif
