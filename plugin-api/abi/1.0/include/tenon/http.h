/* HTTP handlers: raw request and response, streaming both ways.
 *
 * Routes stand in the manifest and are named here by their number. A handler runs on a thread and a
 * stack of the host (1 MiB and a guard page) and may block.
 */
#ifndef TENON_HTTP_H
#define TENON_HTTP_H

#include "tenon/entry.h"

#ifdef __cplusplus
extern "C" {
#endif

#define TN_HTTP_ID "tenon.http/1"

typedef struct tn_http_field {
  tn_str name;
  tn_str value;
} tn_http_field;

/* Valid until the handler returns. */
typedef struct tn_http_request {
  uint32_t struct_size;
  uint32_t param_count;
  uint32_t header_count;
  uint32_t reserved;
  tn_str method; /* HEAD arrives as GET */
  tn_str path;   /* percent-decoded, valid UTF-8 */
  tn_str query;  /* as sent, without '?' */
  tn_str remote_address;
  int64_t content_length;       /* -1: unknown (chunked); 0: no body */
  const tn_http_field* params;  /* of the route's pattern, in its order, percent-decoded */
  const tn_http_field* headers; /* in the order sent; names as sent, compare without case */
} tn_http_request;

/* The answer under way. Exactly one of: respond; begin, write..., finish. A handler that returns an error before either
 * gets a problem document made from it; after begin the connection is closed, so that the client sees that
 * the answer is not whole. [the calling thread] */
typedef struct tn_http_exchange {
  uint32_t struct_size;
  uint32_t reserved;
  void* ctx;
  /* Reads some of the request body: *size is the room on entry (not 0) and what was read on return; 0 at its end.
   * TN_E_TOO_LARGE beyond the route's limit. */
  tn_status(TN_ABI* read)(void* ctx, void* data, uint64_t* size);
  /* The whole answer in one write. Content-Length, Date and the host's own headers are added. */
  tn_status(TN_ABI* respond)(void* ctx, uint32_t status, const tn_http_field* headers, uint64_t header_count,
                             tn_bytes body);
  /* Status and headers of a streamed answer. `content_length` -1: chunked. */
  tn_status(TN_ABI* begin)(void* ctx, uint32_t status, const tn_http_field* headers, uint64_t header_count,
                           int64_t content_length);
  /* TN_E_CANCELLED: the client has gone. */
  tn_status(TN_ABI* write)(void* ctx, tn_bytes chunk);
  tn_status(TN_ABI* finish)(void* ctx);
} tn_http_exchange;

/* The plugin's side: needed by a plugin with routes. */
typedef struct tn_plugin_http {
  uint32_t struct_size;
  uint32_t reserved;
  /* [any-thread], may block */
  tn_status(TN_ABI* handle)(tn_instance* instance, const tn_call* call, uint32_t route,
                            const tn_http_request* request, const tn_http_exchange* exchange);
} tn_plugin_http;

#ifdef __cplusplus
}
#endif

#endif
