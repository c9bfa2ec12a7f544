// The system calls of a worker by what is done with them. Names, because numbers differ between
// machines; a name that a machine lacks is skipped.
#pragma once

#include <linux/sched.h>

#include <cstdint>
#include <span>
#include <string_view>

namespace tenon::sandbox {

// One comparison of an argument: (argument & mask) == value.
struct ArgumentTest {
  unsigned argument;
  uint64_t mask;
  uint64_t value;
};

constexpr uint64_t kWholeArgument = ~uint64_t{0};

// clone() of a thread of this process that shares all with it, descriptors too, as pthread_create()
// makes them: (flags & kThreadMask) == kThreadFlags.
constexpr uint64_t kThreadFlags = CLONE_THREAD | CLONE_VM | CLONE_SIGHAND | CLONE_FS | CLONE_FILES;
constexpr uint64_t kThreadMask = kThreadFlags | CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS |
                                 CLONE_NEWIPC | CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET |
                                 CLONE_PTRACE | CLONE_UNTRACED | CLONE_PARENT;

struct ConditionalCall {
  const char* name;
  ArgumentTest first;
  ArgumentTest second = {0, 0, 0};  // mask 0: none
  ArgumentTest third = {0, 0, 0};
};

// Allowed with any arguments.
std::span<const char* const> allowed_calls();
// Allowed when an entry's tests hold; several entries of one name are alternatives.
std::span<const ConditionalCall> conditional_calls();
// Allowed when the first argument is the worker's own process id.
std::span<const char* const> calls_on_itself();
// Allowed in addition when servers are permitted.
std::span<const char* const> allowed_calls_with_servers();
std::span<const ConditionalCall> conditional_calls_with_servers();
// Change files by path: Landlock decides, and the host is told first.
std::span<const char* const> path_writing_calls();
// What libraries try and do without: "no such system call", unreported.
std::span<const char* const> absent_calls();

// What a refused system call would have done, for a person: "start a program". Empty when the list
// has no words for it.
std::string_view words_for(std::string_view name);

}  // namespace tenon::sandbox
