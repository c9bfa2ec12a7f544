// One call straight into a plugin's table, and whether its answer is one that the interface allows.
#pragma once

#include <chrono>
#include <string>

#include "tenon/views.hpp"

namespace tenon::verify {

struct Answer {
  tn_status status = TN_OK;
  bool threw = false;
  std::string thrown;  // what
  Error error;         // as the error sink took it
};

// Makes the call that `function(const tn_call*)` passes on; it has `limit` from now.
template <class Function>
Answer ask(std::chrono::milliseconds limit, Function function) {
  Answer answer;
  ErrorCapture capture;
  tn_call call = {};
  call.struct_size = sizeof(call);
  call.deadline_ns = (std::chrono::steady_clock::now() + limit).time_since_epoch().count();
  call.error = capture.get();
  try {
    answer.status = function(static_cast<const tn_call*>(&call));
  } catch (const std::exception& thrown) {
    answer.threw = true;
    answer.thrown = thrown.what();
  } catch (...) {
    answer.threw = true;
    answer.thrown = "of a type that is no std::exception";
  }
  const auto result = capture.result(answer.status);
  if (!result.ok()) answer.error = result.error();
  return answer;
}

// What every answer must be: no exception, a status that exists, a message in UTF-8 with an error.
// Empty: it is.
std::string wrong_with(const Answer& answer);

}  // namespace tenon::verify
