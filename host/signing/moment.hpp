// Times as key and signature files write them: 2026-11-21T18:55:00Z.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "tenon/result.hpp"

namespace tenon::signing {

using Moment = std::chrono::sys_seconds;

Moment now();
std::string to_text(Moment moment);
// None: it is no such time, or written otherwise.
std::optional<Moment> parse_moment(std::string_view text);

// What a person writes for the end of a key: a day (2027-01-01, from its first second on), a number
// of days from `from` (365d), or never (none). Errors: anything else, and what is not after `from`.
Result<std::optional<Moment>> parse_expiry(std::string_view text, Moment from);

}  // namespace tenon::signing
