#include "host/sandbox/referee.hpp"

#include <arpa/inet.h>
#include <gmock/gmock.h>

#include <fstream>

#include "host/sandbox/probe_run.hpp"

namespace tenon::sandbox {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// A loopback server that accepts nothing: the kernel completes connections by itself.
class Listener {
 public:
  Listener() : fd_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    if (bind(fd_.get(), reinterpret_cast<sockaddr*>(&address), size) != 0 ||
        listen(fd_.get(), SOMAXCONN) != 0 ||
        getsockname(fd_.get(), reinterpret_cast<sockaddr*>(&address), &size) != 0)
      throw std::runtime_error("cannot listen");
    port_ = ntohs(address.sin_port);
  }
  uint16_t port() const { return port_; }
  // A connection has been made since the last time.
  bool accepted() const {
    return static_cast<bool>(Descriptor(accept4(fd_.get(), nullptr, nullptr, SOCK_CLOEXEC)));
  }
  std::string address() const { return "127.0.0.1 " + std::to_string(port_); }

 private:
  Descriptor fd_;
  uint16_t port_ = 0;
};

Outbound server(uint16_t port) {
  return {"127.0.0.1", port, {"127.0.0.1"}};
}

class RefereeTest : public testing::Test {
 protected:
  void SetUp() override {
    if (const auto why = why_not_whole(); !why.empty()) GTEST_SKIP() << why;
  }
};

// One forbidden action: what the plugin sees and what the operator reads.
struct Forbidden {
  std::string action;
  std::string error;
  std::string text;
};

void expect_refused(const Policy& policy, const std::vector<Forbidden>& cases) {
  ProbeRun wanted;
  wanted.policy = policy;
  for (const auto& one : cases) wanted.actions.push_back(one.action);
  const auto outcome = run(wanted);
  EXPECT_EQ(outcome.status, 0);
  for (const auto& one : cases) {
    EXPECT_EQ(outcome[one.action], one.error) << one.action;
    EXPECT_THAT(outcome.told_text(), HasSubstr("greeter may not " + one.text)) << one.action;
  }
}

TEST_F(RefereeTest, NamesThePermissionToWriteAndTheLineToAdd) {
  const Folder own;
  const Folder other;
  std::ofstream(other / "f") << "text";
  std::ofstream(own / "g") << "text";
  Policy policy;
  policy.write = {own.path()};
  policy.read = {other.path()};
  const auto f = other / "f";
  const auto n = other / "n";
  const auto missing = [](const std::string& path) {
    return ": permission write is missing; add to plugins.greeter.permissions: write: [\"" + path +
           "\"]";
  };

  expect_refused(
      policy,
      {{"write " + f, "EACCES", "open " + f + " for writing" + missing(f)},
       {"create " + n, "EACCES", "open " + n + " for writing" + missing(other.path())},
       {"creat " + n + "1", "EACCES", "open " + n + "1 for writing" + missing(other.path())},
       {"temporary " + other.path(), "EACCES",
        "open " + other.path() + " for writing" + missing(other.path())},
       {"mkdir " + n, "EACCES", "create the folder " + n + missing(n)},
       {"rmdir " + other.path(), "EACCES", "remove the folder " + other.path()},
       {"unlink " + f, "EACCES", "remove " + f + missing(f)},
       {"rename " + own / "g" + " " + n, "EACCES", "rename " + own / "g" + " to " + n + missing(n)},
       {"rename " + f + " " + own / "h", "EACCES", "rename " + f + " to " + own / "h" + missing(f)},
       {"link " + f + " " + own / "h", "EACCES", "link to " + f + " as " + own / "h" + missing(f)},
       {"symlink x " + n, "EACCES", "create the link " + n + missing(n)},
       {"truncate " + f, "EACCES", "truncate " + f + missing(f)},
       {"chmod " + f, "EACCES", "change the mode of " + f + missing(f)},
       {"fchmod " + f, "EACCES", "change the mode of " + f + missing(f)},
       {"touch " + f, "EACCES", "change the times of " + f + missing(f)},
       {"chown " + own / "g", "EPERM", "change the owner of a file: no permission allows it"}});
  EXPECT_EQ(std::filesystem::file_size(f), 4U);
}

TEST_F(RefereeTest, SeesThroughLinksAndDots) {
  const Folder own;
  const Folder other;
  std::ofstream(other / "f") << "text";
  std::filesystem::create_symlink(other / "f", own / "link");
  std::filesystem::create_symlink(other / "new", own / "dangling");
  std::filesystem::create_directory_symlink(other.path(), own / "folder");
  Policy policy;
  policy.write = {own.path()};
  const std::string sideways =
      own.path() + "/../" + std::filesystem::path(other.path()).filename().string() + "/f";

  expect_refused(
      policy, {{"write " + own / "link", "EACCES", "open " + other / "f" + " for writing"},
               {"create " + own / "dangling", "EACCES", "open " + other / "new" + " for writing"},
               {"unlink " + own / "folder/f", "EACCES", "remove " + other / "f"},
               {"truncate " + sideways, "EACCES", "truncate " + other / "f"}});
}

TEST_F(RefereeTest, ReportsReadsWhenAsked) {
  const Folder own;
  const Folder other;
  std::ofstream(other / "f") << "text";
  ProbeRun wanted;
  wanted.policy.write = {own.path()};
  wanted.policy.report_reads = true;
  wanted.actions = {"read " + other / "f",   "read " + other / "absent", "list " + other.path(),
                    "read /etc/ld.so.cache", "read /proc/self/status",   "list " + own.path()};

  const auto outcome = run(wanted);

  EXPECT_EQ(outcome[wanted.actions[0]], "EACCES");
  EXPECT_EQ(outcome[wanted.actions[1]], "ENOENT");
  EXPECT_EQ(outcome[wanted.actions[2]], "EACCES");
  for (size_t i = 3; i < wanted.actions.size(); ++i)
    EXPECT_EQ(outcome[wanted.actions[i]], "ok") << wanted.actions[i];
  EXPECT_EQ(outcome.told_text(), "greeter may not open " + other / "f" +
                                     " for reading: permission read is missing; add to "
                                     "plugins.greeter.permissions: read: [\"" +
                                     other / "f" + "\"]\n" + "greeter may not open " +
                                     other.path() +
                                     " for reading: permission read is missing; add to "
                                     "plugins.greeter.permissions: read: [\"" +
                                     other.path() + "\"]\n");
}

TEST_F(RefereeTest, TellsOfWhatNoPermissionAllows) {
  expect_refused(
      {}, {{"fork", "EPERM", "start a process: no permission allows it to an isolated plugin"},
           {"vfork", "EPERM", "start a process"},
           {"spawn", "EPERM", "start a process"},
           {"exec", "EPERM", "start the program /bin/true"},
           {"exec-descriptor", "EPERM", "start a program"},
           {"kill-parent", "EPERM", "signal another process ("},
           {"kill-all", "EPERM", "signal another process (-1)"},
           {"own-signals-to-parent", "EPERM", "do this to a descriptor (fcntl 8)"},
           {"ptrace", "EPERM", "trace another process ("},
           {"read-parent", "EPERM", "read the memory of another process"},
           {"mount", "EPERM", "mount a file system"},
           {"unshare", "EPERM", "make a namespace"},
           {"setns", "EPERM", "enter a namespace"},
           {"bpf", "EPERM", "load a program into the kernel"},
           {"keyctl", "EPERM", "use the kernel's keys"},
           {"userfaultfd", "EPERM", "handle page faults"},
           {"memfd", "EPERM", "make memory that its limit does not count"},
           {"raise-limit", "EPERM", "change limits"},
           {"undumpable", "EPERM", "do this to itself (prctl 4)"},
           {"terminal-input", "EPERM", "control a device (ioctl 21522)"},
           {"setuid", "EPERM", "change its user"},
           {"unknown-call", "ENOSYS", "make an unknown system call"},
           {"socket-unix", "EACCES", "open a Unix socket, as looking up a name does"},
           {"socket-udp", "EACCES", "open a UDP socket, as looking up a name does"},
           {"socket-raw", "EACCES", "open a socket of family 2 and type 3"},
           {"socket-packet", "EACCES", "open a socket of family 17 and type 3"},
           {"socketpair-datagram", "EACCES", "open a Unix socket"}});
}

TEST_F(RefereeTest, WhatLibrariesTryInVainIsNotReported) {
  ProbeRun wanted;
  wanted.actions = {"clone3", "io-uring", "write /not/there/at/all"};

  const auto outcome = run(wanted);

  EXPECT_EQ(outcome["clone3"], "ENOSYS");
  EXPECT_EQ(outcome["io-uring"], "ENOSYS");
  EXPECT_EQ(outcome["write /not/there/at/all"], "ENOENT");
  EXPECT_EQ(outcome.told_text(), "");
}

TEST_F(RefereeTest, ThreadsBeyondTheLimitAreRefusedAndReported) {
  ProbeRun wanted;
  const uint32_t limit = 5 + kSanitizerThreads;
  wanted.policy.threads = limit;
  wanted.actions = {"threads 4", "threads 5"};
  ProbeRun alone;
  alone.policy.threads = 1;
  alone.actions = {"threads 1"};

  const auto outcome = run(wanted);
  const auto single = run(alone);

  EXPECT_EQ(outcome["threads 4"], "ok");
  EXPECT_EQ(outcome["threads 5"], "EAGAIN after 4");
  EXPECT_EQ(outcome.told_text(), "greeter may not have more than " + std::to_string(limit) +
                                     " threads: limit threads is reached; set in "
                                     "plugins.greeter.limits: threads: " +
                                     std::to_string(2 * limit) + "\n");
  EXPECT_EQ(single["threads 1"], "EPERM after 0");
  EXPECT_THAT(single.told_text(), HasSubstr("plugins.greeter.limits: threads: 2"));
}

TEST_F(RefereeTest, WithoutPermittedServersThereAreNoSockets) {
  expect_refused({}, {{"socket-tcp", "EACCES",
                       "open a network socket: permission outbound is missing; add to "
                       "plugins.greeter.permissions: outbound: [\"HOST:PORT\"]"}});
}

TEST_F(RefereeTest, ConnectsToPermittedServersAndNoOthers) {
  const Listener good;
  const Listener bad;
  ProbeRun wanted;
  wanted.policy.outbound = {server(good.port())};
  wanted.actions = {"connect " + good.address(),
                    "connect-nonblocking " + good.address(),
                    "connect " + bad.address(),
                    "connect-nonblocking " + bad.address(),
                    "connect 127.0.0.2 " + std::to_string(good.port()),
                    "fast-open " + bad.address(),
                    "bind",
                    "socket-udp",
                    "socket-mptcp"};

  const auto outcome = run(wanted);

  EXPECT_EQ(outcome[wanted.actions[0]], "ok");
  EXPECT_EQ(outcome[wanted.actions[1]], "ok");
  for (size_t i = 2; i < wanted.actions.size(); ++i)
    EXPECT_EQ(outcome[wanted.actions[i]].substr(outcome[wanted.actions[i]].size() - 6), "EACCES")
        << wanted.actions[i];
  const auto text = outcome.told_text();
  const auto port = std::to_string(bad.port());
  EXPECT_THAT(text, HasSubstr("greeter may not connect to 127.0.0.1:" + port +
                              ": permission outbound is missing; add to "
                              "plugins.greeter.permissions: outbound: [\"127.0.0.1:" +
                              port + "\"]"));
  EXPECT_THAT(text, HasSubstr("connect to 127.0.0.2:" + std::to_string(good.port())));
  EXPECT_THAT(text, HasSubstr("send without a connection"));
  EXPECT_THAT(text, HasSubstr("listen on a socket"));
}

TEST_F(RefereeTest, PermittedNamesAreLookedUpWithoutANetworkAndOthersAreNot) {
  ProbeRun wanted;
  wanted.policy.outbound = {{"api.example.test", 443, {"192.0.2.7"}},
                            {"two.example.test", 443, {"192.0.2.8", "2001:db8::8"}}};
  wanted.actions = {"look-up api.example.test", "look-up API.Example.test",
                    "look-up two.example.test", "look-up other.example.test",
                    "look-up localhost",        "connect-unix /run/elsewhere"};

  const auto outcome = run(wanted);

  EXPECT_EQ(outcome["look-up api.example.test"], "192.0.2.7");
  EXPECT_EQ(outcome["look-up API.Example.test"], "192.0.2.7");
  EXPECT_THAT(outcome["look-up two.example.test"], testing::AnyOf("192.0.2.8", "2001:db8::8"));
  EXPECT_EQ(outcome["look-up other.example.test"], "Name or service not known");
  EXPECT_EQ(outcome["look-up localhost"], "127.0.0.1");
  EXPECT_EQ(outcome["connect-unix /run/elsewhere"], "EACCES");
  EXPECT_EQ(outcome.told_text(),
            "greeter may not look up other.example.test: permission outbound is missing; add to "
            "plugins.greeter.permissions: outbound: [\"other.example.test:PORT\"]\n"
            "greeter may not connect to the Unix socket /run/elsewhere: no permission allows it "
            "to an isolated plugin\n");
}

TEST_F(RefereeTest, AnAddressThatChangesAfterTheCheckReachesNobodyElse) {
  const Listener good;
  const Listener bad;
  ProbeRun wanted;
  wanted.policy.outbound = {server(good.port())};
  wanted.actions = {"swap-ports " + std::to_string(good.port()) + " " + std::to_string(bad.port())};

  const auto outcome = run(wanted);

  EXPECT_EQ(outcome[wanted.actions[0]], "some");
  EXPECT_TRUE(good.accepted());
  EXPECT_FALSE(bad.accepted());
}

TEST_F(RefereeTest, AFailedConnectionFailsAsItDoesOutside) {
  uint16_t port;
  {
    const Listener gone;
    port = gone.port();
  }
  ProbeRun wanted;
  wanted.policy.outbound = {server(port)};
  wanted.actions = {"connect 127.0.0.1 " + std::to_string(port),
                    "connect-nonblocking 127.0.0.1 " + std::to_string(port)};

  const auto outcome = run(wanted);

  EXPECT_EQ(outcome[wanted.actions[0]], "ECONNREFUSED");
  EXPECT_EQ(outcome[wanted.actions[1]], "ECONNREFUSED");
}

TEST_F(RefereeTest, RepeatedDenialsAreToldOnceAndCounted) {
  const Folder own;
  const Folder other;
  ProbeRun wanted;
  wanted.policy.write = {own.path()};
  wanted.actions = {"repeat-open " + other / "f" + " 500"};

  const auto outcome = run(wanted);

  EXPECT_EQ(outcome.told.size(), 1U);
  ASSERT_EQ(outcome.totals.size(), 1U);
  EXPECT_EQ(outcome.totals[0].count, 500U);
  EXPECT_EQ(outcome.totals[0].syscall, "openat");
  EXPECT_THAT(outcome.floods, IsEmpty());
}

TEST_F(RefereeTest, AFloodOfDenialsIsReportedSoThatTheWorkerCanBeEnded) {
  const Folder own;
  const Folder other;
  ProbeRun wanted;
  wanted.policy.write = {own.path()};
  wanted.options.now = [] { return std::chrono::steady_clock::time_point(std::chrono::hours(1)); };
  wanted.options.limits.denials_per_second = 100;
  wanted.actions = {"repeat-open " + other / "f" + " 1000000"};

  const auto outcome = run(wanted);

  EXPECT_THAT(outcome.floods, ElementsAre("more than 100 refused actions within a second"));
  EXPECT_TRUE(WIFSIGNALED(outcome.status));
}

// One thread swaps the path while another opens it: whatever the host read, the kernel's Landlock
// decides on what is opened.
TEST_F(RefereeTest, APathThatChangesAfterTheCheckIsStillRefusedByLandlock) {
  const Folder own;
  const Folder other;
  ProbeRun wanted;
  wanted.policy.write = {own.path()};
  wanted.options.limits.denials_per_second = 1'000'000;
  // of one length
  wanted.actions = {"swap-paths " + own / "f" + " " + other / "f"};

  const auto outcome = run(wanted);
  if (!outcome.report.is_active("landlock files")) GTEST_SKIP() << "no Landlock here";

  EXPECT_EQ(outcome[wanted.actions[0]], "some");
  EXPECT_TRUE(std::filesystem::exists(own / "f"));
  EXPECT_FALSE(std::filesystem::exists(other / "f"));
}

}  // namespace
}  // namespace tenon::sandbox
