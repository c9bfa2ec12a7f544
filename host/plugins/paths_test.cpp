#include "host/plugins/paths.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include <fstream>
#include <random>

#include "tests/support/scratch_folder.hpp"

namespace tenon::plugins {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class Paths : public testing::Test {
 protected:
  Paths() {
    fs::create_directories(root_ / "a/b/c");
    fs::create_directories(root_ / "secret");
    std::ofstream(root_ / "a/file") << "x";
    std::ofstream(root_ / "secret/key") << "x";
  }

  // The place below root_, or the error's message.
  std::string told(const std::string& path) const {
    const auto place = real_path(root_.string() + "/" + path);
    if (!place.ok()) return place.error().message;
    const std::string text = place->string();
    return text.starts_with(root_.string()) ? text.substr(root_.string().size())
                                            : "outside " + text;
  }

  ScratchFolder scratch_;
  fs::path root_ = scratch_.path();
};

TEST_F(Paths, DotsAndSlashesAreGone) {
  EXPECT_EQ(told("a//./b/../file"), "/a/file");
  EXPECT_EQ(told("a/b/c/../../../secret/key"), "/secret/key");
  EXPECT_EQ(told("a/"), "/a");
  EXPECT_EQ(real_path("/../../..")->string(), "/");
}

TEST_F(Paths, LinksAreFollowed) {
  fs::create_symlink("../secret", root_ / "a/out");
  fs::create_symlink(root_ / "secret/key", root_ / "a/key");
  fs::create_symlink("b/c", root_ / "a/down");

  EXPECT_EQ(told("a/out/key"), "/secret/key");
  EXPECT_EQ(told("a/key"), "/secret/key");
  EXPECT_EQ(told("a/down/../x"), "/a/b/x");  // as the kernel: of where the link leads
  EXPECT_EQ(told("a/out/../a/file"), "/a/file");
}

TEST_F(Paths, ALinkToNothingLeadsThere) {
  fs::create_symlink("../secret/new", root_ / "a/dangling");
  fs::create_symlink("../nowhere/..", root_ / "a/odd");

  EXPECT_EQ(told("a/dangling"), "/secret/new");
  EXPECT_EQ(told("a/dangling/x"), "/secret/new/x");
  EXPECT_THAT(told("a/odd"), HasSubstr("has a .. behind a part that does not exist"));
}

TEST_F(Paths, WhatIsNotThereYetIsAPlaceToo) {
  EXPECT_EQ(told("a/new/deep/file"), "/a/new/deep/file");
  EXPECT_EQ(told("a/file/below"), "/a/file/below");
  EXPECT_THAT(told("a/new/../../secret/key"), HasSubstr("has a .. behind a part that does not"));
}

TEST_F(Paths, LoopsAndLengthsEnd) {
  fs::create_symlink("loop", root_ / "loop");
  fs::create_symlink("../a/round/x", root_ / "a/round");

  EXPECT_THAT(told("loop"), HasSubstr("too many links"));
  EXPECT_THAT(told("a/round"), HasSubstr("too many links"));
  EXPECT_THAT(real_path("/" + std::string(5000, 'a')).error().message, HasSubstr("longer than"));
  EXPECT_THAT(real_path(fs::path(std::string("/a\0b", 4))).error().message, HasSubstr("NUL"));
  EXPECT_THAT(real_path("a/b").error().message, HasSubstr("no absolute path"));
  EXPECT_FALSE(real_path("").ok());
}

TEST_F(Paths, MagicLinksOfProcAreFollowed) {
  EXPECT_EQ(real_path("/proc/self/root/etc/../" + (root_ / "secret/key").relative_path().string())
                ->string(),
            (root_ / "secret/key").string());
}

TEST(LiesIn, ComparesWholeParts) {
  EXPECT_TRUE(lies_in("/a/b", "/a/b"));
  EXPECT_TRUE(lies_in("/a/b/c", "/a/b"));
  EXPECT_TRUE(lies_in("/a", "/"));
  EXPECT_FALSE(lies_in("/a/bc", "/a/b"));
  EXPECT_FALSE(lies_in("/a", "/a/b"));
}

// Whatever mixture of parts, dots and links: where the kernel arrives is where real_path said.
TEST_F(Paths, AgreesWithTheKernel) {
  std::mt19937 random(20240731);
  const auto pick = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
  const std::vector<std::string> names = {"a", "b", "c", "secret", "key", "file", "l0", "l1", "l2"};
  const std::vector<fs::path> folders = {root_, root_ / "a", root_ / "a/b", root_ / "secret"};
  const auto path = [&](int longest) {
    std::string text;
    for (int i = 0, parts = 1 + pick(longest); i < parts; ++i) {
      const int kind = pick(10);
      text += kind < 3 ? ".." : kind == 3 ? "." : names[static_cast<size_t>(pick(9))];
      if (i + 1 < parts) text += pick(8) == 0 ? "//" : "/";
    }
    return text;
  };
  int reached = 0;
  for (int round = 0; round < 200; ++round) {
    for (const auto& folder : folders)
      for (const char* link : {"l0", "l1", "l2"}) {
        std::error_code ignored;
        fs::remove(folder / link, ignored);
        const bool absolute = pick(3) == 0;
        fs::create_symlink(absolute ? root_.string() + "/" + path(4) : path(4), folder / link);
      }
    for (int i = 0; i < 50; ++i) {
      const fs::path asked = folders[static_cast<size_t>(pick(4))].string() + "/" + path(7);
      char* kernel = ::realpath(asked.c_str(), nullptr);
      const auto ours = real_path(asked);
      if (kernel) {
        ++reached;
        ASSERT_TRUE(ours.ok()) << asked << ": " << ours.error().message;
        EXPECT_EQ(ours->string(), kernel) << asked;
      }
      ::free(kernel);
    }
  }
  EXPECT_GT(reached, 1000);
}

}  // namespace
}  // namespace tenon::plugins
