#include "host/verify/answer.hpp"

#include <fmt/format.h>

#include "host/config/utf8.hpp"

namespace tenon::verify {

std::string wrong_with(const Answer& answer) {
  if (answer.threw) return "an exception escaped: " + answer.thrown;
  if (answer.status == TN_OK) return "";
  if (answer.status < TN_OK || answer.status > TN_E_DATA_LOSS)
    return fmt::format("it returned {}, which is no status", answer.status);
  if (answer.error.message.starts_with("failed without a reason"))
    return fmt::format("it failed with status {} and no message", answer.status);
  if (!config::is_valid_utf8(answer.error.message)) return "its error message is not UTF-8";
  return "";
}

}  // namespace tenon::verify
