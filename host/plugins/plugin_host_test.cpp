#include "host/plugins/plugin_host.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "tenon/views.hpp"
#include "tests/support/scratch_folder.hpp"

namespace tenon::plugins {
namespace {

using ::testing::AllOf;
using ::testing::Each;
using ::testing::Field;
using ::testing::HasSubstr;

using Info = PluginHost::InstanceInfo;

bool is_mapped(const std::string& what) {
  std::ifstream maps("/proc/self/maps");
  const std::string all{std::istreambuf_iterator<char>(maps), {}};
  return all.find(what) != std::string::npos;
}

class PluginHostTest : public ::testing::Test {
 protected:
  PluginHostTest() {
    logging_ = std::move(observe::Logging::create(quiet()).value());
    services_ = std::make_unique<HostServices>(HostServices{
        "test", folder_, *logging_, metrics_, bus_, timers_, transactions_, chains_, keeper_});
  }

  static observe::LogOptions quiet() {
    observe::LogOptions options;
    options.level = observe::Level::off;
    return options;
  }
  PlannedInstance& add(const std::string& id, const std::string& library) {
    const auto file = std::filesystem::path(TENON_TEST_PLUGINS) / (library + ".so");
    const StepDeadlines limits;
    PlannedInstance& planned = deployment_.instances.emplace_back(
        PlannedInstance{{}, inspect(file).value(), "{}", folder_});
    planned.spec.id = id;
    planned.spec.deadlines = {limits.load, limits.configure, limits.start, limits.stop};
    return planned;
  }
  const Deployment& planned() {
    std::vector<GraphNode> nodes;
    for (const auto& one : deployment_.instances)
      nodes.push_back({one.spec.id, &one.candidate.manifest});
    deployment_.plan = plan_start(nodes);
    return deployment_;
  }

  ScratchFolder scratch_;
  std::filesystem::path folder_ = scratch_.path();
  std::unique_ptr<observe::Logging> logging_;
  observe::Metrics metrics_;
  MessageBus bus_;
  Timers timers_;
  Timers keeper_;
  Transactions transactions_;
  CallChains chains_;
  std::unique_ptr<HostServices> services_;
  Deployment deployment_;
};

TEST_F(PluginHostTest, ManyInstancesComeUpServeAndGo) {
  for (int i = 0; i < 30; ++i) add(fmt::format("echo-{}", i), "plain-c");
  PluginHost host(*services_, {folder_ / "copies"});

  ASSERT_TRUE(host.start(planned()).ok());

  EXPECT_THAT(host.list(), AllOf(testing::SizeIs(30), Each(Field(&Info::state, "ready"))));
  for (int i = 0; i < 30; ++i) {
    const auto method = bus_.resolve("", {"plain-c.echo/1", {}, fmt::format("echo-{}", i)}, "echo");
    ASSERT_TRUE(method.ok()) << method.error().message;
    StringSink output;
    EXPECT_EQ(bus_.call(nullptr, *method, view("[1]"), output.get()), TN_OK);
    EXPECT_EQ(output.text(), "[1]");
  }
  EXPECT_TRUE(host.stop());
  EXPECT_THAT(host.list(), Each(Field(&Info::state, "stopped")));
  EXPECT_FALSE(is_mapped("/memfd:plain-c.so"));
}

TEST_F(PluginHostTest, OneThatFailsDoesNotStopTheOthers) {
  for (int i = 0; i < 8; ++i) add(fmt::format("echo-{}", i), "plain-c");
  add("broken", "init-fails");
  PluginHost host(*services_, {folder_ / "copies"});

  EXPECT_TRUE(host.start(planned()).ok());

  for (const auto& info : host.list())
    EXPECT_EQ(info.state, info.id == "broken" ? "failed" : "ready") << info.id;
  host.stop();
}

TEST_F(PluginHostTest, WhereARequiredOneFailsNothingGoesOn) {
  for (int i = 0; i < 8; ++i) add(fmt::format("echo-{}", i), "plain-c");
  add("broken", "init-fails").spec.required = true;
  PluginHost host(*services_, {folder_ / "copies"});

  const auto started = host.start(planned());

  ASSERT_FALSE(started.ok());
  EXPECT_THAT(started.error().message, AllOf(HasSubstr("broken is required by the configuration"),
                                             HasSubstr("the licence has run out")));
  for (const auto& info : host.list())
    EXPECT_THAT(info.state, testing::AnyOf("stopped", "failed", "discovered")) << info.id;
  EXPECT_FALSE(is_mapped("/memfd:plain-c.so"));
}

}  // namespace
}  // namespace tenon::plugins
