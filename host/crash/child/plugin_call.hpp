// Calls one method of a plugin, as little of a host as that takes.
#pragma once

#include <cstdint>

namespace tenon::crash {

// `library` is a loaded plugin that provides message methods. 0 when the method returned.
int call_plugin(void* library, uint32_t method);

}  // namespace tenon::crash
