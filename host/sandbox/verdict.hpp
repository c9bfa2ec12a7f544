// A system call that waits for the host's word, and the word.
#pragma once

#include <sys/types.h>

#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include "host/sandbox/denied.hpp"

namespace tenon::sandbox {

struct Request {
  uint64_t id = 0;
  pid_t thread = -1;
  std::string call;  // its name; empty when nobody knows it
  std::array<uint64_t, 6> arguments{};
};

struct Verdict {
  enum class Kind {
    proceed,  // the kernel runs the call, and Landlock has the last word
    answer,   // `error`, or 0 for success
    later,    // someone else answers
  };
  Kind kind = Kind::answer;
  int error = 0;
  std::optional<Denied> denied;

  static Verdict proceed() { return {Kind::proceed, 0, {}}; }
  static Verdict later() { return {Kind::later, 0, {}}; }
  static Verdict answer(int error) { return {Kind::answer, error, {}}; }
  static Verdict refuse(int error, Denied denied) {
    return {Kind::answer, error, std::move(denied)};
  }
};

}  // namespace tenon::sandbox
