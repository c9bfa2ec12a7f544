// Starts the child that crashes on demand.
#pragma once

#include <fcntl.h>
#include <gmock/gmock.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <string>
#include <vector>

#include "host/crash/crash_record.hpp"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define TENON_CRASH_SANITIZED 1
#else
#define TENON_CRASH_SANITIZED 0
#endif

namespace tenon::crash::test {

struct Died {
  pid_t pid = -1;
  int status = 0;  // of waitpid
  Result<CrashRecord> record = Error{};
  std::string output;  // standard error
};

// Runs `tenon_crash_child crash WORDS...` to its end.
inline Died die(const std::vector<std::string>& words) {
  int record[2];
  int output[2];
  EXPECT_EQ(pipe2(record, O_CLOEXEC), 0);
  EXPECT_EQ(pipe2(output, O_CLOEXEC), 0);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  // by way of a number that is none of the two
  constexpr int kParked = 100;
  posix_spawn_file_actions_adddup2(&actions, record[1], kParked);
  posix_spawn_file_actions_adddup2(&actions, output[1], STDERR_FILENO);
  posix_spawn_file_actions_adddup2(&actions, kParked, 3);
  posix_spawn_file_actions_addclose(&actions, kParked);
  std::vector<std::string> all{TENON_CRASH_CHILD, "crash"};
  all.insert(all.end(), words.begin(), words.end());
  std::vector<char*> arguments;
  for (auto& word : all) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  Died death;
  EXPECT_EQ(
      posix_spawn(&death.pid, TENON_CRASH_CHILD, &actions, nullptr, arguments.data(), environ), 0);
  posix_spawn_file_actions_destroy(&actions);
  close(record[1]);
  close(output[1]);
  char buffer[4096];
  for (ssize_t count; (count = read(output[0], buffer, sizeof buffer)) > 0;)
    death.output.append(buffer, static_cast<size_t>(count));
  waitpid(death.pid, &death.status, 0);
  death.record = read_record(record[0]);
  close(record[0]);
  close(output[0]);
  return death;
}

}  // namespace tenon::crash::test
