// Signals in words.
#pragma once

#include <string>
#include <string_view>

namespace tenon::crash {

// "SIGSEGV"; "signal 99" for one without a name.
std::string signal_name(int signal);

// Why it was sent, by its si_code: "address not mapped"; empty when the code tells nothing.
std::string_view signal_reason(int signal, int code);

}  // namespace tenon::crash
