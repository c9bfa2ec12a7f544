// The third-party and standard headers that most of the host includes, compiled once for all of it.
#pragma once

#include <fmt/format.h>
#if !defined(FMT_HEADER_ONLY)  // what the SDK's libraries take from the host does not log
#include <spdlog/logger.h>
#endif

#include <algorithm>
#include <atomic>
#include <boost/describe.hpp>
#include <boost/json.hpp>
#include <boost/mp11.hpp>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <thread>
#include <unordered_map>
#include <variant>
#include <vector>
