/* Ends the process as soon as it is mapped: its manifest can only be read without executing it. */
#include <stdlib.h>
#include <tenon/tenon.h>

TN_MANIFEST("{\"manifest\":1,\"id\":\"aborts\",\"version\":\"1.0.0\",\"description\":\"Aborts when it is loaded\"}");

__attribute__((constructor)) static void end_the_process(void) { abort(); }

static const void* query(tn_str table) {
  (void)table;
  return NULL;
}

TN_EXPORT const tn_entry tenon_entry = {sizeof(tn_entry), TN_ENTRY_MAGIC, TN_PLATFORM_HERE, NULL, NULL, query};
