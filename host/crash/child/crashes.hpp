// Ways to die, each by name.
#pragma once

#include <functional>
#include <map>
#include <string>

namespace tenon::crash {

// `library` is the sample, loaded; some ways need it.
const std::map<std::string, std::function<void(void* library)>>& crashes();

}  // namespace tenon::crash
