#include "host/sandbox/enter.hpp"

#include <gmock/gmock.h>
#include <sys/mman.h>

#include <fstream>

#include "host/sandbox/probe_run.hpp"

namespace tenon::sandbox {
namespace {

using testing::HasSubstr;

// What an honest plugin does.
class WhatIsAllowed : public testing::TestWithParam<bool> {};

TEST_P(WhatIsAllowed, WorksWithAndWithoutReports) {
  const Folder own;
  ProbeRun wanted;
  wanted.layers.seccomp_reports = GetParam();
  wanted.policy.write = {own.path()};
  wanted.policy.threads = 32;
  wanted.policy.memory_bytes = 256 << 20;
  wanted.policy.open_files = 256;
  wanted.policy.file_bytes = 1 << 20;
  const std::vector<std::pair<std::string, std::string>> expected = {
      {"create " + own / "a", "ok"},
      {"creat " + own / "b", "ok"},
      {"temporary " + own.path(), "ok"},
      {"write-bytes " + own / "a" + " 1000", "ok"},
      {"read " + own / "a", "ok"},
      {"mkdir " + own / "d", "ok"},
      {"rename " + own / "a" + " " + own / "d/c", "ok"},
      {"link " + own / "b" + " " + own / "d/e", "ok"},
      {"symlink anything " + own / "d/f", "ok"},
      {"truncate " + own / "d/c", "ok"},
      {"unlink " + own / "d/c", "ok"},
      {"unlink " + own / "d/e", "ok"},
      {"unlink " + own / "d/f", "ok"},
      {"rmdir " + own / "d", "ok"},
      {"list " + own.path(), "ok"},
      {"chdir " + own.path(), "ok"},
      {"create in-the-working-folder", "ok"},
      {"write /dev/null", "ok"},
      {"read /dev/urandom", "ok"},
      {"read /proc/self/status", "ok"},
      {"read /usr/share/zoneinfo/Asia/Tokyo", "ok"},
      {"hour-in Asia/Tokyo", "9"},
      {"locale C.UTF-8", "ok"},
      {"exception", "caught"},
      {"random", "ok"},
      {"timer", "ok"},
      {"raise", "ok"},
      {"kill-self", "ok"},
      {"threads 8", "ok"},
      {"allocate 100", "ok"},
      {"load libm.so.6 sin", "ok"},
      {"look-up 127.0.0.1", "127.0.0.1"},
  };
  for (const auto& [action, result] : expected) wanted.actions.push_back(action);

  const auto outcome = run(wanted);

  EXPECT_EQ(outcome.failure, "");
  EXPECT_EQ(outcome.status, 0);
  for (const auto& [action, result] : expected) EXPECT_EQ(outcome[action], result) << action;
  EXPECT_EQ(outcome.told_text(), "");
}

TEST_P(WhatIsAllowed, ModesAndTimesOfOwnFilesCanBeChangedWhereTheHostIsAsked) {
  if (!can_report_refusals()) GTEST_SKIP() << "needs seccomp notifications";
  const Folder own;
  std::ofstream(own / "a") << "text";
  ProbeRun wanted;
  wanted.layers.seccomp_reports = GetParam();
  wanted.policy.write = {own.path()};
  wanted.actions = {"chmod " + own / "a", "fchmod " + own / "a", "touch " + own / "a"};

  const auto outcome = run(wanted);

  for (const auto& action : wanted.actions)
    EXPECT_EQ(outcome[action], GetParam() ? "ok" : "EPERM") << action;
  const auto mode = static_cast<unsigned>(std::filesystem::status(own / "a").permissions());
  EXPECT_EQ(mode == 0640U, GetParam());
}

INSTANTIATE_TEST_SUITE_P(Reports, WhatIsAllowed, testing::Bool());

TEST(Enter, LoadsALibraryFromAFileInMemory) {
  const Descriptor library(memfd_create("library", MFD_CLOEXEC));
  std::ifstream file("/usr/lib/" TENON_MULTIARCH "/libz.so.1", std::ios::binary);
  const std::string bytes(std::istreambuf_iterator<char>(file), {});
  ASSERT_EQ(write(library.get(), bytes.data(), bytes.size()), static_cast<ssize_t>(bytes.size()));
  ProbeRun wanted;
  wanted.library = library.get();
  wanted.actions = {"load /proc/self/fd/4 crc32"};

  EXPECT_EQ(run(wanted)["load /proc/self/fd/4 crc32"], "ok");
}

TEST(Enter, ReportsEachLayer) {
  ProbeRun wanted;
  wanted.policy.memory_bytes = 64 << 20;
  wanted.policy.cpu_percent = 50;
  wanted.policy.write = {"/not/there"};

  const auto report = run(wanted).report;

  for (const char* name : {"no_new_privs", "capabilities", "descriptors", "rlimits", "nice"})
    EXPECT_TRUE(report.is_active(name)) << name;
  for (const char* name :
       {"landlock files", "landlock network", "landlock scope", "seccomp", "seccomp reports"})
    EXPECT_NE(report.find(name), nullptr) << name;
  if (report.is_active("landlock files")) {
    EXPECT_THAT(report.find("landlock files")->detail, HasSubstr("/not/there"));
  }
}

TEST(Enter, ALayerThatIsNotThereSaysWhatTakesItsPlace) {
  ProbeRun wanted;
  wanted.layers.landlock_files = false;
  wanted.layers.seccomp_reports = false;

  const auto report = run(wanted).report;

  EXPECT_FALSE(report.is_active("landlock files"));
  EXPECT_FALSE(report.is_active("seccomp reports"));
  EXPECT_THAT(report.find("seccomp reports")->detail, HasSubstr("threads are not counted"));
}

// Above all not the listener, with which a worker could answer its own questions.
TEST(Enter, KeepsNoDescriptorButTheHostsOwn) {
  const int stray = fcntl(0, F_DUPFD, 50);  // not close-on-exec
  ProbeRun wanted;
  wanted.actions = {"descriptors"};

  const auto outcome = run(wanted);
  close(stray);

  EXPECT_EQ(outcome["descriptors"], "0 1 2 3");
}

#if !defined(__SANITIZE_THREAD__)  // which has a thread of its own
TEST(Enter, ComesBeforeThreads) {
  std::thread other([] { std::this_thread::sleep_for(std::chrono::milliseconds(200)); });

  const auto report = enter({}, {});

  other.join();
  ASSERT_FALSE(report.ok());
  EXPECT_EQ(report.error().code, Code::conflict);
  EXPECT_THAT(report.error().message, HasSubstr("found 2 threads"));
}
#endif

TEST(Enter, RefusesAPolicyThatMakesNoSense) {
  ProbeRun wanted;
  wanted.policy.read = {"relative"};

  EXPECT_THAT(run(wanted).failure, HasSubstr("expected an absolute path, found \"relative\""));
}

TEST(Enter, MemoryFilesAndDescriptorsEndAtTheirLimits) {
  const Folder own;
  ProbeRun wanted;
  wanted.policy.write = {own.path()};
  wanted.policy.memory_bytes = 64 << 20;
  wanted.policy.threads = 1;
  wanted.policy.open_files = 40;
  wanted.policy.file_bytes = 1000;
  wanted.actions = {"write-bytes " + own / "a" + " 1000", "write-bytes " + own / "a" + " 1001",
                    "open-many", "allocate 40"};
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
  wanted.actions.push_back("allocate 200");
#endif

  const auto outcome = run(wanted);

  EXPECT_EQ(outcome[wanted.actions[0]], "ok");
  EXPECT_EQ(std::filesystem::file_size(own / "a"), 1000U);
  EXPECT_EQ(outcome["open-many"], "EMFILE");
  EXPECT_EQ(outcome["allocate 40"], "ok");
  if (wanted.actions.size() > 4) {
    EXPECT_THAT(outcome["allocate 200"], HasSubstr("ENOMEM after"));
  }
}

TEST(Enter, AnAbortEndsTheWorkerAndLeavesNoCore) {
  ProbeRun wanted;
  wanted.actions = {"abort"};

  const auto outcome = run(wanted);

  EXPECT_TRUE(WIFSIGNALED(outcome.status));
  EXPECT_EQ(WTERMSIG(outcome.status), SIGABRT);
  EXPECT_FALSE(WCOREDUMP(outcome.status));
}

}  // namespace
}  // namespace tenon::sandbox
