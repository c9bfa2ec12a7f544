/* The manifest: what a plugin says of itself, as JSON in an ELF note of the file, readable without executing it.
 *
 * {
 *   "manifest": 1,                       format of this document
 *   "id": "catalog",                     of the library: ^[a-z][a-z0-9-]{0,62}$
 *   "version": "1.2.0",                  of the library, semantic versioning
 *   "title": "...", "description": "...", "license": "...", "homepage": "...",       all optional
 *   "provides": [{
 *     "interface": "acme.greeter/1",     name and major
 *     "version": "1.0.0",
 *     "kind": "message",                 or "column" (column.h)
 *     "methods": [{"name": "greet", "summary": "...", "input": {JSON Schema}, "output": {JSON Schema},
 *                  "idempotent": true, "read_only": true, "command": "greet person", "tool": "greet_person"}]
 *   }],
 *   "requires": [{"interface": "acme.clock/1", "range": ">=1.0 <2", "optional": true, "many": true}],
 *   "routes": [{"method": "GET", "path": "/hello/{name}", "summary": "...", "access": "public",
 *               "consumes": "...", "produces": "...", "max_body_bytes": 1048576, "idempotent": true,
 *               "stream": false, "query": {JSON Schema}, "body": {JSON Schema}, "answer": {JSON Schema}}],
 *   "pages": [{"path": "/catalog", "title": "Catalog", "module": "catalog.js", "styles": ["catalog.css"]}],
 *   "permissions": {                   what the plugin wants beyond the above, each with its reason; all optional
 *     "outbound": [{"value": "api.example.com:443", "reason": "reads prices"}],
 *     "read": [{"value": "/usr/share/zoneinfo", "reason": "..."}], "write": [...],     absolute paths
 *     "environment": [{"value": "TZ", "reason": "..."}],
 *     "store": [{"value": "catalog", "reason": "..."}]    namespaces of other instances
 *   },
 *   "events": {                        patterns of topics (events.h); others are refused; optional
 *     "publishes": ["shop.order.*"], "subscribes": ["shop.**"]
 *   },
 *   "config_schema": {JSON Schema}
 * }
 *
 * Methods are numbered from 0 in the order of the document, over all that the plugin provides; so are
 * routes. Calls name them by that number. `command` offers a method on the command line under that name. `access` is
 * public (default) or the role a caller needs. The host may repeat a call or request that is `idempotent` when the
 * provider dies before its answer began. Answers of a route that is a `stream` may go on for long: no call timeout ends
 * them, and the host counts them against a cap of their own. `query` (of an object whose members are the query's
 * parameters), `body` and `answer` (both of JSON) are what the host's API documents say of a route; requests are not checked
 * against them.
 *
 * Methods are tools of agents (Model Context Protocol) where the operator offers them; those that are `read_only`, changing
 * nothing here or elsewhere, unless the operator says otherwise. `tool` names the tool, ^[A-Za-z0-9_-]{1,64}$; without it the
 * name is that of interface and method. A text of an output whose schema has a contentMediaType is shown to them as that
 * kind of content.
 *
 * Routes, required interfaces, the instance's own folder and its own tables need no entry in `permissions`. An
 * operator may grant less than that in the deployment file. What `permissions` names is granted to libraries that come
 * with the host; for others the operator grants it there. A text in the configuration whose schema says
 * "format": "tenon-read-path" (or "tenon-write-path") names files: the plugin may read (or also write) what the
 * operator writes there.
 */
#ifndef TENON_MANIFEST_H
#define TENON_MANIFEST_H

#include <stdint.h>

#define TN_MANIFEST_FORMAT 1
#define TN_NOTE_SECTION ".note.tenon"
#define TN_NOTE_NAME "tenon" /* with its NUL: 6 bytes, padded to 8 */
#define TN_NOTE_MANIFEST 1   /* n_type */
#define TN_MANIFEST_MAX (1u << 20)

#define TN_NOTE_ATTRIBUTE __attribute__((section(TN_NOTE_SECTION), used, aligned(4)))

/* TN_MANIFEST("{ ... }");   at file scope of a C plugin; the argument is a string literal. NULs at the end of the
 * note's text are padding. */
#define TN_MANIFEST(json)                                                                        \
  static const struct {                                                                          \
    uint32_t name_size;                                                                          \
    uint32_t text_size;                                                                          \
    uint32_t type;                                                                               \
    char name[8];                                                                                \
    char text[(sizeof(json) + 3) / 4 * 4];                                                       \
  } tn_manifest_note TN_NOTE_ATTRIBUTE = {6, (sizeof(json) + 3) / 4 * 4, TN_NOTE_MANIFEST,       \
                                          TN_NOTE_NAME, json}

#endif
