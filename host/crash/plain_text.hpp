// Text from a worker, which may hold anything, as text for JSON and terminals.
#pragma once

#include <string>
#include <string_view>

namespace tenon::crash {

// Valid UTF-8 of at most `max_bytes`: controls become spaces, what is not UTF-8 becomes U+FFFD.
std::string plain_text(std::string_view text, size_t max_bytes);

}  // namespace tenon::crash
