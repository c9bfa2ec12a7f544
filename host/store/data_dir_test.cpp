#include "host/store/data_dir.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "tests/support/scratch_folder.hpp"

namespace tenon::store {
namespace {

using ::testing::HasSubstr;

class DataDirTest : public ::testing::Test {
 protected:
  static unsigned mode(const std::string& path) {
    struct stat info {};
    EXPECT_EQ(::stat(path.c_str(), &info), 0) << path;
    return info.st_mode & 0777;
  }
  std::string path() const { return folder_ + "/parent/data"; }

  ScratchFolder scratch_;
  std::string folder_ = scratch_.path();
};

TEST_F(DataDirTest, IsMadeForItsOwnerOnly) {
  auto directory = DataDir::open(path());

  ASSERT_TRUE(directory.ok()) << directory.error().message;
  EXPECT_EQ(mode(path()), 0700u);
  EXPECT_EQ(mode(path() + "/lock"), 0600u);
}

TEST_F(DataDirTest, ASecondOpenerIsToldWhoHasIt) {
  auto first = DataDir::open(path());
  ASSERT_TRUE(first->record_address("http://127.0.0.1:8080").ok());

  auto second = DataDir::open(path());

  EXPECT_EQ(second.error().code, Code::conflict);
  std::string holder = "pid " + std::to_string(::getpid()) + " at http://127.0.0.1:8080";
  EXPECT_THAT(second.error().message, HasSubstr(holder));
  EXPECT_EQ(*data_dir_holder(path()), holder);
}

TEST_F(DataDirTest, IsFreeAgainWhenItsHolderEnds) {
  { auto first = DataDir::open(path()); }

  EXPECT_EQ(data_dir_holder(path()).error().code, Code::not_found);
  EXPECT_TRUE(DataDir::open(path()).ok());
  EXPECT_EQ(data_dir_holder(folder_ + "/none").error().code, Code::not_found);
}

TEST_F(DataDirTest, AFolderThatOthersMayWriteToIsRefused) {
  { auto first = DataDir::open(path()); }
  std::filesystem::permissions(path(), std::filesystem::perms::all);

  EXPECT_THAT(DataDir::open(path()).error().message, HasSubstr("mode 777"));
}

TEST_F(DataDirTest, ASecretIsMadeOnceAndKept) {
  auto directory = DataDir::open(path());
  auto first = directory->ensure_secret("session", 32);
  ASSERT_TRUE(first.ok()) << first.error().message;

  EXPECT_EQ(first->size(), 64u);
  EXPECT_EQ(*directory->ensure_secret("session", 32), *first);
  EXPECT_NE(*directory->ensure_secret("other", 32), *first);
  EXPECT_EQ(mode(path() + "/session.secret"), 0600u);
}

TEST_F(DataDirTest, ADamagedSecretIsNotReplaced) {
  auto directory = DataDir::open(path());
  std::ofstream(path() + "/session.secret") << "short";

  EXPECT_EQ(directory->ensure_secret("session", 32).error().code, Code::data_loss);
  EXPECT_EQ(directory->ensure_secret("../x", 32).error().code, Code::invalid);
  EXPECT_EQ(directory->ensure_secret("x", 4).error().code, Code::invalid);
}

}  // namespace
}  // namespace tenon::store
