#include "host/crash/crash_store.hpp"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include <fstream>

#include "tests/support/scratch_folder.hpp"

namespace tenon::crash {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;
namespace fs = std::filesystem;

class CrashStoreTest : public testing::Test {
 protected:
  std::unique_ptr<CrashStore> open(size_t kept = 10, size_t files = 200) {
    auto store = CrashStore::open({folder(), kept, files});
    EXPECT_TRUE(store.ok()) << store.error().message;
    return std::move(*store);
  }
  fs::path folder() const { return base_ / "data" / "crashes"; }
  std::vector<std::string> names() const {
    std::vector<std::string> found;
    for (const auto& entry : fs::directory_iterator(folder()))
      found.push_back(entry.path().filename());
    std::sort(found.begin(), found.end());
    return found;
  }
  static CrashReport report(const std::string& instance, int second) {
    CrashReport made;
    made.instance = instance;
    made.time = "2026-01-31T12:00:0" + std::to_string(second) + ".000Z";
    made.id = instance + "-" + std::to_string(second);
    return made;
  }
  static std::vector<std::string> ids(const std::vector<CrashReport>& reports) {
    std::vector<std::string> found;
    for (const auto& each : reports) found.push_back(each.id);
    return found;
  }

  ScratchFolder scratch_;
  fs::path base_ = scratch_.path();
};

TEST_F(CrashStoreTest, KeepsAReportInMemoryAndInAFile) {
  const auto store = open();
  const auto added = store->add(report("shop", 1));
  EXPECT_TRUE(added.written.ok());
  EXPECT_EQ(added.id, "shop-1");
  EXPECT_THAT(names(), ElementsAre("shop-1.json"));
  EXPECT_TRUE(store->find("shop-1").has_value());
  EXPECT_FALSE(store->find("shop-2").has_value());
  struct stat file {};
  ASSERT_EQ(stat((folder() / "shop-1.json").c_str(), &file), 0);
  EXPECT_EQ(file.st_mode & 0777, 0600u);
}

TEST_F(CrashStoreTest, ListsNewestFirstAndByInstance) {
  const auto store = open();
  store->add(report("shop", 1));
  store->add(report("quality", 2));
  store->add(report("shop", 3));
  EXPECT_THAT(ids(store->all()), ElementsAre("shop-3", "quality-2", "shop-1"));
  EXPECT_THAT(ids(store->of("shop")), ElementsAre("shop-3", "shop-1"));
}

TEST_F(CrashStoreTest, KeepsTheLastOnesOfEachInstanceInMemory) {
  const auto store = open(2);
  for (int i = 1; i <= 4; ++i) store->add(report("shop", i));
  store->add(report("quality", 5));
  EXPECT_THAT(ids(store->all()), ElementsAre("quality-5", "shop-4", "shop-3"));
  EXPECT_THAT(names(), SizeIs(5));
  ASSERT_TRUE(store->find("shop-1").has_value());
  EXPECT_EQ(store->find("shop-1")->time, "2026-01-31T12:00:01.000Z");
}

TEST_F(CrashStoreTest, RemovesTheOldestFileOfTheInstanceWithMost) {
  const auto store = open(10, 3);
  store->add(report("quality", 1));
  for (int i = 2; i <= 6; ++i) store->add(report("shop", i));
  EXPECT_THAT(names(), ElementsAre("quality-1.json", "shop-5.json", "shop-6.json"));
}

TEST_F(CrashStoreTest, ReadsTheReportsOfAnEarlierRun) {
  open()->add(report("shop", 2));
  open()->add(report("shop", 1));
  std::ofstream(folder() / "broken.json") << "{";
  std::ofstream(folder() / "other.json") << R"({"id":"../../etc/passwd"})";
  std::ofstream(folder() / "notes.txt") << "mine";
  EXPECT_THAT(ids(open()->all()), ElementsAre("shop-2", "shop-1"));
  const auto store = open(10, 1);
  EXPECT_THAT(names(), ElementsAre("broken.json", "notes.txt", "other.json", "shop-2.json"));
}

TEST_F(CrashStoreTest, GivesReportsOfOneMomentDifferentIds) {
  const auto store = open();
  store->add(report("shop", 1));
  EXPECT_EQ(store->add(report("shop", 1)).id, "shop-1-2");
  EXPECT_THAT(names(), ElementsAre("shop-1-2.json", "shop-1.json"));
}

TEST_F(CrashStoreTest, NeverWritesOutsideItsFolder) {
  const auto store = open();
  CrashReport hostile = report("shop", 1);
  hostile.id = "../../escaped";
  EXPECT_TRUE(store->add(hostile).written.ok());
  EXPECT_THAT(names(), ElementsAre("_._.._escaped.json"));
  EXPECT_FALSE(fs::exists(base_ / "escaped.json"));
}

TEST_F(CrashStoreTest, KeepsAReportThatCannotBeWritten) {
  const auto store = open();
  fs::remove_all(folder());
  const auto added = store->add(report("shop", 1));
  EXPECT_FALSE(added.written.ok());
  EXPECT_THAT(ids(store->all()), ElementsAre("shop-1"));
}

TEST_F(CrashStoreTest, SaysWhenItsFolderCannotBeMade) {
  std::ofstream(base_ / "data") << "a file";
  const auto store = CrashStore::open({folder(), 10, 10});
  ASSERT_FALSE(store.ok());
  EXPECT_EQ(store.error().path, folder());
}

}  // namespace
}  // namespace tenon::crash
