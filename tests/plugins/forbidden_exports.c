/* A plugin that defines for others what no plugin may: CMakeLists.txt links it without the version script. */
#include <tenon/tenon.h>

TN_MANIFEST("{\"manifest\":1,\"id\":\"" FORBIDDEN_ID "\",\"version\":\"1.0.0\"}");

#if defined(EXPORTS_UNIQUE)
/* What g++ makes of a static of an inline function; written out, because clang has no such symbols. */
__asm__(
    ".pushsection .data\n"
    ".globl shared_by_all_copies\n"
    ".type shared_by_all_copies, @gnu_unique_object\n"
    ".size shared_by_all_copies, 4\n"
    "shared_by_all_copies: .long 0\n"
    ".popsection\n");
#elif defined(EXPORTS_MORE)
TN_EXPORT int helper(void);
int helper(void) {
  return 1;
}
TN_EXPORT int other_helper = 2;
#endif

static const void* query(tn_str table) {
  (void)table;
  return NULL;
}

#if !defined(NO_ENTRY)
TN_EXPORT
#endif
extern const tn_entry tenon_entry;
const tn_entry tenon_entry = {sizeof(tn_entry), TN_ENTRY_MAGIC, TN_PLATFORM_HERE, NULL, NULL, query};
