#include "host/sandbox/group.hpp"

#include <gmock/gmock.h>
#include <sys/mman.h>

#include <fstream>

#include "host/sandbox/memory_watch.hpp"
#include "host/sandbox/probe_run.hpp"
#include "host/sandbox/process_limits.hpp"

namespace tenon::sandbox {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;

// A folder that looks like a mounted cgroup hierarchy with the host in /tenon.
class FakeCgroups {
 public:
  explicit FakeCgroups(const std::string& controllers = "cpuset cpu io memory pids",
                       const std::string& members = "77\n") {
    fs::create_directories(own());
    write("tenon/cgroup.controllers", controllers + "\n");
    write("tenon/cgroup.procs", members);
    write("tenon/cgroup.subtree_control", "");
    fs::create_directories(own() / "host");
    write("tenon/host/cgroup.procs", "");
    write("self", "4:memory:/x\n0::/tenon\n");
  }
  fs::path own() const { return fs::path(folder_.path()) / "tenon"; }
  Result<GroupRoot> prepare() const {
    return GroupRoot::prepare(folder_.path(), folder_ / "self", 77);
  }
  void write(const std::string& name, const std::string& text) const {
    std::ofstream(folder_ / name) << text;
  }
  std::string read(const std::string& name) const {
    std::ifstream in(folder_ / name);
    return {std::istreambuf_iterator<char>(in), {}};
  }

 private:
  Folder folder_;
};

TEST(GroupRoot, MovesTheHostAsideAndHandsTheControllersOn) {
  const FakeCgroups fake;

  const auto root = fake.prepare();

  ASSERT_TRUE(root.ok()) << root.error().message;
  EXPECT_EQ(root->path(), fake.own());
  EXPECT_EQ(fake.read("tenon/host/cgroup.procs"), "77");
  EXPECT_EQ(fake.read("tenon/cgroup.subtree_control"), "+memory +cpu +pids");
}

TEST(GroupRoot, SaysWhatIsMissing) {
  const FakeCgroups poor("cpu");
  const FakeCgroups shared("memory cpu pids", "77\n78\n");
  const FakeCgroups old;
  old.write("self", "4:memory:/x\n");

  EXPECT_THAT(poor.prepare().error().message, HasSubstr("lacks the controllers memory pids"));
  EXPECT_THAT(shared.prepare().error().message, HasSubstr("Delegate=yes"));
  EXPECT_THAT(old.prepare().error().message, HasSubstr("no cgroup of version 2"));
  EXPECT_EQ(shared.read("tenon/host/cgroup.procs"), "");
}

TEST(GroupRoot, IsFoundOrRefusedWithAReasonOnThisMachine) {
  // Not prepared: that would move the test's own process.
  const auto root = GroupRoot::prepare("/sys/fs/cgroup", "/proc/self/cgroup", 1);
  if (!root.ok()) {
    EXPECT_NE(root.error().message, "");
    Report report;
    describe_missing_groups(root.error(), report);
    EXPECT_FALSE(report.is_active("cgroup memory"));
    EXPECT_THAT(report.find("cgroup memory")->detail, HasSubstr("RLIMIT_DATA"));
  }
}

TEST(Group, RefusesAGroupThatExists) {
  const FakeCgroups fake;
  const auto root = fake.prepare();
  fs::create_directory(fake.own() / "greeter-1");

  const auto group = Group::make(*root, "greeter-1", {});

  ASSERT_FALSE(group.ok());
  EXPECT_THAT(group.error().message, HasSubstr("it exists"));
  EXPECT_EQ(group.error().path, fake.own() / "greeter-1");
}

TEST(Group, WritesItsLimitsAndTakesProcesses) {
  const FakeCgroups fake;
  const auto root = fake.prepare();

  const auto group =
      Group::make(*root, "greeter-1", {.memory_bytes = 1000, .cpu_percent = 150, .threads = 9});

  ASSERT_TRUE(group.ok()) << group.error().message;
  ASSERT_TRUE(group->add(123).ok());
  EXPECT_EQ(fake.read("tenon/greeter-1/memory.max"), "1000");
  EXPECT_EQ(fake.read("tenon/greeter-1/memory.swap.max"), "0");
  EXPECT_EQ(fake.read("tenon/greeter-1/memory.oom.group"), "1");
  EXPECT_EQ(fake.read("tenon/greeter-1/cpu.max"), "150000 100000");
  EXPECT_EQ(fake.read("tenon/greeter-1/pids.max"), "9");
  EXPECT_EQ(fake.read("tenon/greeter-1/cgroup.procs"), "123");
  Report report;
  group->describe(report);
  for (const char* name : {"cgroup memory", "cgroup cpu", "cgroup pids"})
    EXPECT_TRUE(report.is_active(name)) << name;
}

TEST(Group, ReadsWhatTheKernelCounts) {
  const FakeCgroups fake;
  const auto root = fake.prepare();
  const auto group = Group::make(*root, "greeter-1", {});
  fake.write("tenon/greeter-1/memory.events", "low 0\noom 3\noom_kill 2\n");
  fake.write("tenon/greeter-1/memory.current", "4096\n");

  EXPECT_EQ(group->out_of_memory_kills(), 2U);
  EXPECT_EQ(group->memory_bytes(), 4096U);
}

TEST(Group, KillsWhatIsLeftWhenItGoes) {
  const FakeCgroups fake;
  const auto root = fake.prepare();
  { const auto group = Group::make(*root, "greeter-1", {}); }

  EXPECT_EQ(fake.read("tenon/greeter-1/cgroup.kill"), "1");
}

TEST(MemoryWatch, TellsOnceOfAWorkerThatHoldsTooMuch) {
  std::vector<std::string> told;
  MemoryWatch watch(
      [&](pid_t pid, uint64_t bytes, uint64_t limit) {
        told.push_back(std::to_string(pid) + " " + std::to_string(bytes) + " of " +
                       std::to_string(limit));
      },
      "/nowhere");
  EXPECT_FALSE(watch.add(7, 1000).ok());

  const Folder proc;
  fs::create_directory(proc / "7");
  const auto status = [&](int anonymous_kb) {
    std::ofstream(proc / "7/status")
        << "Name:\tRssAnon: 9\nVmRSS:\t900 kB\nRssAnon:\t" << anonymous_kb
        << " kB\nRssFile:\t500 kB\nRssShmem:\t1 kB\nVmSwap:\t1 kB\nVmPTE:\t1 kB\n";
  };
  status(5);
  MemoryWatch real(
      [&](pid_t pid, uint64_t bytes, uint64_t limit) {
        told.push_back(std::to_string(pid) + " " + std::to_string(bytes) + " of " +
                       std::to_string(limit));
      },
      proc.path());
  ASSERT_TRUE(real.add(7, 10 * 1024).ok());
  real.look();
  EXPECT_EQ(real.bytes(7), 8U * 1024);
  EXPECT_THAT(told, ElementsAre());

  status(8);
  real.look();
  real.look();

  EXPECT_THAT(told, ElementsAre("7 11264 of 10240"));
  real.remove(7);
  real.look();
  EXPECT_EQ(real.bytes(7), 0U);
}

TEST(MemoryWatch, SeesMemoryOfARealProcessSharedMemoryIncluded) {
  MemoryWatch watch([](pid_t, uint64_t, uint64_t) {});
  ASSERT_TRUE(watch.add(getpid(), 0).ok());
  watch.look();
  const uint64_t before = watch.bytes(getpid());
  constexpr size_t kSize = 32 << 20;
  void* shared = mmap(nullptr, kSize, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  ASSERT_NE(shared, MAP_FAILED);
  std::memset(shared, 1, kSize);

  watch.look();

  EXPECT_GE(watch.bytes(getpid()), before + kSize * 9 / 10);
  munmap(shared, kSize);
}

TEST(Niceness, GrowsAsTheShareShrinks) {
  const std::pair<uint32_t, int> table[] = {{0, 0},  {100, 0}, {400, 0}, {99, 1}, {80, 1},
                                            {50, 3}, {25, 6},  {10, 10}, {1, 19}};
  for (const auto& [percent, nice] : table) EXPECT_EQ(niceness_for(percent), nice) << percent;
}

}  // namespace
}  // namespace tenon::sandbox
