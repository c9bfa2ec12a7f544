// Which headers and bodies an answer may have. Pure.
#pragma once

#include <span>

#include "host/http/transport.hpp"
#include "tenon/result.hpp"

namespace tenon::http {

// Code::invalid for a header that would split the answer, or that the server makes itself.
Result<void> check_answer_headers(std::span<const Header> headers);

// Answers of that status have no body, whatever is given.
bool is_bodiless(int status);

}  // namespace tenon::http
