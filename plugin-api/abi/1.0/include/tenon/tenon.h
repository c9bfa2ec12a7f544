/* tenon: the stable interface between a host and its plugins. Version 1.
 *
 * This header and those it includes are all a C plugin needs. C++ plugins include
 * <tenon/plugin.hpp>.
 *
 * Conventions
 *  1. What is released is frozen: layout, meaning, ownership, threads, the meaning of NULL. Headers
 * below draft/ are not released and may change with every host; everything else is. A change is an
 * addition with a new name, never a mutation. What is deprecated stays for several releases.
 *  2. A table is a struct of function pointers that starts with its own size. Tables and structs
 * grow only at the end. Whoever reads one uses the smaller of the size it knows and the size it
 * finds (TN_HAS in abi.h); what lies beyond is "not here". New functions are always optional.
 *  3. A table is found by its interface id, such as "tenon.log/1". The id stays when a draft
 * becomes stable.
 *  4. A plugin exports one symbol, `tenon_entry` (entry.h), and needs none of the host's. Its
 * manifest lies in an ELF note (manifest.h), readable without running any of its code.
 *  5. Views (tn_str, tn_bytes) are borrowed: valid until the call they are passed to returns,
 * unless the function says otherwise. Text is UTF-8 without a terminating NUL. A NULL view has size
 * 0.
 *  6. Output goes to a sink. Nothing is freed across the line: whoever allocates frees. Out
 * arguments are written only when the function returns TN_OK.
 *  7. No C++ type, exception, allocator or FILE* crosses the line. Integers in structs have fixed
 * widths, enumerations are uint32_t with TN_ constants. Bytes marked reserved are zero.
 *  8. Every function carries a thread tag: [any-thread] any number at a time; [control] calls of
 * one instance come one after the other from a thread of the host, those of several at the same
 * time. None may be called from a library constructor or destructor, or from a signal handler.
 *  9. Every call carries a tn_call (call.h): deadline, cancellation, trace, principal, error sink.
 * What one call takes in is at most 64 MiB (TN_E_TOO_LARGE). A type that the callee does not know
 * is TN_E_INVALID.
 * 10. A plugin never installs signal handlers, never calls exit or fork, and joins its own threads
 * in stop.
 *
 * Not supported in version 1: big-endian machines, a libc other than the host's, 32-bit processes.
 */
#ifndef TENON_TENON_H
#define TENON_TENON_H

#include "tenon/abi.h"      /* IWYU pragma: export */
#include "tenon/call.h"     /* IWYU pragma: export */
#include "tenon/clock.h"    /* IWYU pragma: export */
#include "tenon/column.h"   /* IWYU pragma: export */
#include "tenon/config.h"   /* IWYU pragma: export */
#include "tenon/entry.h"    /* IWYU pragma: export */
#include "tenon/events.h"   /* IWYU pragma: export */
#include "tenon/handover.h" /* IWYU pragma: export */
#include "tenon/http.h"     /* IWYU pragma: export */
#include "tenon/log.h"      /* IWYU pragma: export */
#include "tenon/manifest.h" /* IWYU pragma: export */
#include "tenon/message.h"  /* IWYU pragma: export */
#include "tenon/metrics.h"  /* IWYU pragma: export */
#include "tenon/progress.h" /* IWYU pragma: export */
#include "tenon/state.h"    /* IWYU pragma: export */
#include "tenon/status.h"   /* IWYU pragma: export */
#include "tenon/store.h"    /* IWYU pragma: export */

#endif
