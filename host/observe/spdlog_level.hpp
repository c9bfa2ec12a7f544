// Levels as spdlog names them.
#pragma once

#include <spdlog/common.h>

#include "host/observe/log_line.hpp"

namespace tenon::observe {

spdlog::level::level_enum to_spdlog(Level level);
Level from_spdlog(spdlog::level::level_enum level);  // critical is an error

}  // namespace tenon::observe
