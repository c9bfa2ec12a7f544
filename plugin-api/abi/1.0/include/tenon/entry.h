/* The one exported symbol of a plugin, its life cycle, and what the host hands to it. */
#ifndef TENON_ENTRY_H
#define TENON_ENTRY_H

#include "tenon/abi.h"
#include "tenon/call.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The host as one instance sees it. Valid from create until destroy returns. */
typedef struct tn_host {
  uint32_t struct_size;
  uint16_t abi_major;
  uint16_t abi_minor;
  void* ctx; /* first argument of every function of the host's tables */
  tn_str version;  /* of the host, such as "0.1.0" */
  tn_str instance; /* the id of this instance in the configuration */
  /* The host's table of that id (such as TN_LOG_ID), or NULL: this host does not have it, or this instance may not
   * use it. The answer stays the same for the life of the instance. [any-thread], does not block */
  const void*(TN_ABI* query)(void* ctx, tn_str table);
} tn_host;

/* One wired copy of the plugin. Made by the plugin, opaque to the host. */
typedef struct tn_instance tn_instance;

#define TN_PLUGIN_ID "tenon.plugin/1"

/* Required table of every plugin: the life of an instance.
 * create -> start -> (probe)* -> stop -> destroy; destroy may follow create at once.
 * Each step has a deadline from the configuration (tn_call.deadline_ns). */
typedef struct tn_plugin tn_plugin;
struct tn_plugin {
  uint32_t struct_size;
  uint32_t reserved;
  /* Reads and checks the configuration (config.h), allocates. Makes no calls to other plugins. On failure
   * nothing is left behind and *instance is not touched. `self` is this table. [control], may block */
  tn_status(TN_ABI* create)(const tn_plugin* self, const tn_call* call, const tn_host* host, tn_instance** instance);
  /* Everything it requires is started; migrations, warm-up, own threads. [control], may block */
  tn_status(TN_ABI* start)(tn_instance* instance, const tn_call* call);
  /* TN_OK when it can serve. Anything else marks it degraded, with the reason. May be NULL.
   * [any-thread], blocks briefly */
  tn_status(TN_ABI* probe)(tn_instance* instance, const tn_call* call);
  /* No further calls arrive and none is running. Joins its threads. Called once after a start that returned TN_OK.
   * [control], may block */
  tn_status(TN_ABI* stop)(tn_instance* instance, const tn_call* call);
  /* Frees everything. An instance in which a call never returned is not destroyed but abandoned. [control] */
  void(TN_ABI* destroy)(tn_instance* instance, const tn_call* call);
};

#define TN_ENTRY_MAGIC 0x4e4f4e54u /* "TNON" */

/* `const tn_entry tenon_entry` is the symbol a plugin exports. */
typedef struct tn_entry {
  uint32_t struct_size;
  uint32_t magic; /* TN_ENTRY_MAGIC */
  tn_platform platform;
  /* Once for each load, before anything else; counted, so that a second load of the same image is harmless. The
   * place for process-wide set-up. May be NULL. [control] */
  tn_status(TN_ABI* init)(const tn_call* call);
  /* Undoes one init. Every instance is destroyed by then. May be NULL. [control] */
  void(TN_ABI* deinit)(void);
  /* The plugin's table of that id (such as TN_PLUGIN_ID), or NULL. [any-thread], does not block */
  const void*(TN_ABI* query)(tn_str table);
} tn_entry;

#define TN_ENTRY_SYMBOL "tenon_entry"

#if defined(__GNUC__)
#define TN_EXPORT __attribute__((visibility("default")))
#else
#define TN_EXPORT
#endif

#ifdef __cplusplus
}
#endif

#endif
