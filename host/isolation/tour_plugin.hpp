// For tests: a plugin that calls every function of every host table and tells what came back.
#pragma once

#include "tenon/entry.h"

namespace tenon::isolation {

// Message methods: 0 echoes; 1 tours the host's tables; 2 fails with a path; 3 fails mutely; 4
// writes its input's length in 1-byte chunks; 5 calls the host with its input and echoes what it
// answers; 6 waits until it is cancelled; 7 writes on after its sink refused and tells its status;
// 8 says ok; 10 never returns; 11 aborts; 12 calls the host from as many threads as its input says;
// 13 logs 1,000 lines; 14 writes 2 MiB and kills its process; 15 and 16 show the process's
// environment and descriptors.
extern const tn_entry tour_entry;

}  // namespace tenon::isolation
