/* Base types of the interface: calling convention, views, sinks, the binary identity of a build. */
#ifndef TENON_ABI_H
#define TENON_ABI_H

#include <stddef.h>
#include <stdint.h>

#include "tenon/status.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A host runs plugins of its own major, and of a minor not above its own. */
#define TN_ABI_MAJOR 1
#define TN_ABI_MINOR 0

/* The calling convention of every function pointer in a table: the C convention of the platform. */
#if defined(_WIN32)
#define TN_ABI __cdecl
#else
#define TN_ABI
#endif

/* True when `table` (which starts with struct_size) is large enough to hold `member`. */
#define TN_HAS(table, member) \
  ((table)->struct_size >= offsetof(__typeof__(*(table)), member) + sizeof((table)->member))

/* Borrowed text: UTF-8, not NUL-terminated. `data` may be NULL only when `size` is 0. */
typedef struct tn_str {
  const char* data;
  uint64_t size; /* bytes */
} tn_str;

/* Borrowed bytes. `data` may be NULL only when `size` is 0. */
typedef struct tn_bytes {
  const void* data;
  uint64_t size;
} tn_bytes;

/* Where a callee puts its output, in one or several chunks that add up. Lives as long as the call. */
typedef struct tn_sink {
  uint32_t struct_size;
  uint32_t reserved;
  void* ctx;
  /* Takes a copy of the chunk. Anything but TN_OK: stop and return that status. What was written counts only when the
   * function that got the sink returns TN_OK. [the calling thread] */
  tn_status(TN_ABI* write)(void* ctx, tn_bytes chunk);
} tn_sink;

#define TN_ARCH_X86_64 1
#define TN_ARCH_AARCH64 2
#define TN_LIBC_GLIBC 1
#define TN_LIBC_MUSL 2

/* What two binaries must agree on. Compared field by field; a mismatch is reported with both values. */
typedef struct tn_platform {
  uint32_t struct_size;
  uint16_t abi_major;
  uint16_t abi_minor; /* the lowest minor of the host that the plugin can live with */
  uint8_t arch;       /* TN_ARCH_ */
  uint8_t libc;       /* TN_LIBC_ */
  uint8_t pointer_bits;
  uint8_t reserved;
  char vendor[20]; /* "tenon", or the name of an incompatible fork; NUL-padded */
} tn_platform;

#if defined(__x86_64__)
#define TN_ARCH_HERE TN_ARCH_X86_64
#elif defined(__aarch64__)
#define TN_ARCH_HERE TN_ARCH_AARCH64
#else
#error "tenon has no interface for this processor yet"
#endif

#if defined(__GLIBC__)
#define TN_LIBC_HERE TN_LIBC_GLIBC
#else
#define TN_LIBC_HERE TN_LIBC_MUSL
#endif

/* The initialiser of the platform that this translation unit is compiled for. */
#define TN_PLATFORM_HERE                                                                        \
  {                                                                                             \
    sizeof(tn_platform), TN_ABI_MAJOR, TN_ABI_MINOR, TN_ARCH_HERE, TN_LIBC_HERE,                \
        (uint8_t)(sizeof(void*) * 8), 0, "tenon"                                                \
  }

#ifdef __cplusplus
}
#endif

#endif
