// Which layer refuses what: each forbidden action with layers switched off, so that it shows what
// the others hold and what nothing else holds. The table of README.md.
#include <gmock/gmock.h>

#include <fstream>

#include "host/sandbox/probe_run.hpp"

namespace tenon::sandbox {
namespace {

enum Without { nothing, landlock, reports, landlock_and_reports, seccomp, seccomp_and_landlock };

Layers layers_without(Without without) {
  Layers layers;
  layers.capabilities = true;
  if (without == landlock || without == landlock_and_reports || without == seccomp_and_landlock)
    layers.landlock_files = layers.landlock_network = layers.landlock_scope = false;
  if (without == reports || without == landlock_and_reports) layers.seccomp_reports = false;
  if (without == seccomp || without == seccomp_and_landlock) layers.seccomp = false;
  return layers;
}

// What comes of the action in each column.
struct Row {
  std::string action;
  std::map<Without, std::string> outcome;
};

class Matrix : public testing::Test {
 protected:
  void SetUp() override {
    if (const auto why = why_not_whole(); !why.empty()) GTEST_SKIP() << why;
  }
  // Each cell in a process of its own, so that one that succeeds does not change the next.
  static void expect(const Policy& policy, const std::vector<Row>& rows) {
    for (const auto& row : rows)
      for (const auto& [without, outcome] : row.outcome) {
        ProbeRun wanted;
        wanted.policy = policy;
        wanted.layers = layers_without(without);
        wanted.actions = {row.action};
        EXPECT_EQ(run(wanted)[row.action], outcome) << row.action << " without " << without;
      }
  }
};

TEST_F(Matrix, Files) {
  const Folder own;
  const Folder other;
  std::ofstream(other / "f") << "text";
  Policy policy;
  policy.write = {own.path()};

  expect(policy,
         {{"read " + other / "f",
           {{nothing, "EACCES"},
            {landlock, "EACCES"},  // by the host
            {landlock_and_reports, "ok"},
            {reports, "EACCES"},
            {seccomp, "EACCES"},
            {seccomp_and_landlock, "ok"}}},
          {"write " + other / "f",
           {{nothing, "EACCES"},
            {landlock, "EACCES"},  // by the host
            {reports, "EACCES"},
            {landlock_and_reports, "EPERM"},  // all writing
            {seccomp, "EACCES"},
            {seccomp_and_landlock, "ok"}}},
          {"write-bytes " + own / "mine" + " 1",
           {{nothing, "ok"},
            {landlock, "ok"},
            {reports, "ok"},
            {landlock_and_reports, "EPERM"},
            {seccomp, "ok"}}},
          {"mkdir " + other / "d",
           {{nothing, "EACCES"},
            {landlock, "EACCES"},
            {reports, "EACCES"},
            {landlock_and_reports, "EPERM"},
            {seccomp, "EACCES"},
            {seccomp_and_landlock, "ok"}}},
          // Landlock knows no modes
          {"chmod " + other / "f",
           {{nothing, "EACCES"}, {landlock, "EACCES"}, {reports, "EPERM"}, {seccomp, "ok"}}}});
}

TEST_F(Matrix, Network) {
  constexpr const char* kElsewhere = "connect 127.0.0.1 1";  // nobody listens there
  constexpr const char* kOtherHost = "connect 127.0.0.2 2";
  Policy none;
  Policy one;
  one.outbound = {{"127.0.0.1", 2, {"127.0.0.1"}}};

  expect(none, {{"socket-tcp",
                 {{nothing, "EACCES"}, {landlock, "EACCES"}, {reports, "EPERM"}, {seccomp, "ok"}}},
                {kElsewhere,
                 {{nothing, "socket EACCES"},
                  {seccomp, "EACCES"},
                  {seccomp_and_landlock, "ECONNREFUSED"}}}});
  expect(one,
         {{kElsewhere,
           {{nothing, "EACCES"},
            {landlock, "EACCES"},
            {reports, "EACCES"},  // Landlock knows ports
            {landlock_and_reports, "socket EPERM"},
            {seccomp_and_landlock, "ECONNREFUSED"}}},
          {kOtherHost,
           {{nothing, "EACCES"}, {landlock, "EACCES"}, {reports, "ECONNREFUSED"}}},  // and no hosts
          {"bind", {{nothing, "EACCES"}, {landlock, "EACCES"}, {reports, "EPERM"}}}});
}

TEST_F(Matrix, Processes) {
  expect({},
         {{"fork", {{nothing, "EPERM"}, {landlock, "EPERM"}, {reports, "EPERM"}, {seccomp, "ok"}}},
          {"spawn", {{nothing, "EPERM"}, {reports, "EPERM"}, {seccomp, "EACCES"}}},
          {"kill-parent",
           {{nothing, "EPERM"}, {landlock, "EPERM"}, {reports, "EPERM"}, {seccomp, "EPERM"}}},
          {"ptrace", {{nothing, "EPERM"}, {landlock, "EPERM"}, {seccomp, "EPERM"}}},
          {"own-signals-to-parent", {{nothing, "EPERM"}, {seccomp, "ok"}}},
          {"memfd", {{nothing, "EPERM"}, {reports, "EPERM"}, {seccomp, "ok"}}}});
}

TEST_F(Matrix, Limits) {
  Policy policy;
  policy.threads = 2 + kSanitizerThreads;
  policy.open_files = 50;
  expect(policy, {{"threads 3",
                   {{nothing, "EAGAIN after 1"},
                    {landlock, "EAGAIN after 1"},
                    {reports, "ok"},
                    {seccomp, "ok"}}},
                  {"open-many", {{nothing, "EMFILE"}, {seccomp_and_landlock, "EMFILE"}}}});
}

TEST_F(Matrix, CapabilitiesHoldRootWhereSeccompDoesNot) {
  if (geteuid() != 0) GTEST_SKIP() << "not root";
  ProbeRun wanted;
  wanted.layers.seccomp = false;
  wanted.actions = {"setuid"};
  ProbeRun bare = wanted;
  bare.layers.capabilities = false;

  EXPECT_EQ(run(wanted)["setuid"], "EPERM");
  EXPECT_EQ(run(bare)["setuid"], "ok");
}

}  // namespace
}  // namespace tenon::sandbox
