#include "host/verify/process_state.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <latch>
#include <memory>
#include <thread>

namespace tenon::verify {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST(ProcessSettings, TellWhatChanged) {
  const auto before = ProcessSettings::now();
  EXPECT_THAT(before.changes(ProcessSettings::now()), IsEmpty());
  const mode_t mask = umask(0111);
  setenv("TENON_VERIFY_TEST", "1", 1);
  auto* const handler = std::signal(SIGUSR2, SIG_IGN);
  const auto changes = before.changes(ProcessSettings::now());
  umask(mask);
  unsetenv("TENON_VERIFY_TEST");
  std::signal(SIGUSR2, handler);
  EXPECT_THAT(changes, ElementsAre("it replaced the handler of SIGUSR2", HasSubstr("the umask"),
                                   "it changed the environment variable TENON_VERIFY_TEST"));
  EXPECT_THAT(before.changes(ProcessSettings::now()), IsEmpty());
}

TEST(Process, ThreadsAndDescriptorsThatCameAreAdded) {
  std::thread([] {}).join();  // with the first, a sanitizer may start one of its own
  const auto threads_before = threads();
  const auto descriptors_before = descriptors();
  EXPECT_THAT(added(descriptors_before, descriptors()), IsEmpty());
  std::latch go(1);
  std::jthread waits([&] { go.wait(); });
  const int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
  EXPECT_EQ(added(threads_before, threads()).size(), 1u);
  EXPECT_THAT(added(descriptors_before, descriptors()), ElementsAre("/dev/null"));
  close(fd);
  go.count_down();
}

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)  // have heaps of their own
TEST(Process, AllocationsAreCounted) {
  const size_t before = allocated();
  const auto kept = std::make_unique<std::array<char, 100'000>>();
  EXPECT_GE(allocated(), before + 100'000) << kept->size();
}
#endif

}  // namespace
}  // namespace tenon::verify
