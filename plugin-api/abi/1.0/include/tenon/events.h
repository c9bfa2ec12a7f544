/* Events between plugins: published under a topic, delivered to whoever subscribed to it.
 *
 * A topic is up to 16 words of a-z, 0-9, '_' and '-' with dots between them, such as "shop.order.created". In a pattern
 * `*` stands for one word and a last `**` for one or more. Topics that begin with "tenon." are the host's own, and only
 * a pattern that begins with "tenon." meets them:
 *   tenon.provider   {"interface", "version", "instance", "state": "available" or "gone"}; heard by instances that
 *                    require that interface. Needs no declaration.
 * What a plugin publishes and subscribes to stands in its manifest (`events`); anything else is TN_E_DENIED. */
#ifndef TENON_EVENTS_H
#define TENON_EVENTS_H

#include "tenon/call.h"
#include "tenon/entry.h"

#ifdef __cplusplus
extern "C" {
#endif

#define TN_EVENTS_ID "tenon.events/1"
#define TN_EVENT_TOPIC_MAX 200u
#define TN_EVENT_DATA_MAX (1u << 20)

/* A durable subscription gets every event that was accepted while it existed: at least once, in the order in which they
 * were accepted, again and again until deliver() succeeds, also over restarts and reloads; until the host's cap on
 * their number or age drops the oldest. Without it the subscription is live: what happens while the subscriber is away or
 * too slow is lost, and a failed delivery is not repeated. */
#define TN_EVENT_DURABLE 1u

typedef struct tn_event {
  uint32_t struct_size;
  uint32_t attempt; /* 1 for the first delivery */
  uint64_t id;      /* grows; the same in each delivery of an event */
  int64_t time_ns;  /* since 1970-01-01 UTC */
  uint64_t missed;  /* events of this subscription that were dropped since its last delivery */
  tn_str topic;
  tn_str source; /* the instance that published it; empty: the host */
  tn_str data;   /* JSON */
} tn_event;

/* The host's side. */
typedef struct tn_host_events {
  uint32_t struct_size;
  uint32_t reserved;
  /* `data` is one JSON value. On return the event is in the host's store when a durable subscription matches, and in the
   * queues of the live ones. *id may be NULL. Not while the caller has a transaction for writing open: the store has one
   * writer. [any-thread], may block */
  tn_status(TN_ABI* publish)(void* ctx, const tn_call* call, tn_str topic, tn_str data, uint64_t* id);
  /* `name` is one of the instance's own: subscribing again under it replaces the subscription of this generation, and
   * the next generation goes on with what a durable one has not delivered yet. `token` comes back with each event.
   * Deliveries begin once the generation serves. [any-thread], may block */
  tn_status(TN_ABI* subscribe)(void* ctx, const tn_call* call, tn_str pattern, tn_str name, uint32_t flags,
                               uint64_t token);
  /* Forgets a durable one with all that it has not delivered. A delivery under way may still end afterwards. Without it
   * a subscription ends with the generation, and a durable one waits for the next. [any-thread], may block */
  tn_status(TN_ABI* unsubscribe)(void* ctx, const tn_call* call, tn_str name);
} tn_host_events;

/* The plugin's side: needed by a plugin that subscribes. */
typedef struct tn_plugin_events {
  uint32_t struct_size;
  uint32_t reserved;
  /* One event of a subscription at a time, on threads of the host. [any-thread], may block */
  tn_status(TN_ABI* deliver)(tn_instance* instance, const tn_call* call, uint64_t token, const tn_event* event);
} tn_plugin_events;

#ifdef __cplusplus
}
#endif

#endif
