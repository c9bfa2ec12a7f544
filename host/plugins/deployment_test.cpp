#include "host/plugins/deployment.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tenon::plugins {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::vector<std::string> told(const config::Problems& problems) {
  std::vector<std::string> out;
  for (const auto& problem : problems) out.push_back(problem.to_string());
  return out;
}

class DeploymentTest : public testing::Test {
 protected:
  // A library with these members of its manifest.
  void library(const std::string& id, const std::string& members, bool own = false) {
    auto manifest = Manifest::parse(R"({"manifest": 1, "version": "1.0.0", "id": ")" + id + "\"" +
                                    members + "}");
    if (!manifest.ok()) throw std::runtime_error(manifest.error().message);
    discovery_.libraries.emplace(id, Candidate{"/plugins/" + id + ".so", *std::move(manifest)});
    if (own) discovery_.own.insert(id);
  }
  Deployment plan(const std::string& yaml) {
    return plan_deployment(config::parse_host_config(config::load_text(yaml, "/srv/t.yaml")),
                           discovery_);
  }

  Discovery discovery_;
};

TEST_F(DeploymentTest, WhereAnInstanceRuns) {
  library("ours", "", true);
  library("theirs", "");
  struct Case {
    const char* yaml;
    config::Runtime ours;
    config::Runtime theirs;
  };
  using config::Runtime;
  const Case cases[] = {
      {"plugins: {ours: , theirs: }", Runtime::in_process, Runtime::isolated},
      {"{host: {runtime: isolated}, plugins: {ours: , theirs: }}", Runtime::isolated,
       Runtime::isolated},
      {"{host: {runtime: in_process}, plugins: {ours: , theirs: }}", Runtime::in_process,
       Runtime::in_process},
      {"plugins: {ours: {runtime: isolated}, theirs: {runtime: in_process}}", Runtime::isolated,
       Runtime::in_process},
      {"{host: {runtime: isolated}, plugins: {ours: {runtime: in_process}, theirs: }}",
       Runtime::in_process, Runtime::isolated},
  };
  for (const Case& c : cases) {
    const Deployment deployment = plan(c.yaml);
    ASSERT_THAT(told(deployment.problems), IsEmpty()) << c.yaml;
    EXPECT_EQ(deployment.instances.at(0).runtime, c.ours) << c.yaml;
    EXPECT_EQ(deployment.instances.at(1).runtime, c.theirs) << c.yaml;
  }
}

TEST_F(DeploymentTest, RoutesAndInterfacesThatAreDeclaredAndNotGrantedAreProblems) {
  library("web",
          R"(,"routes": [{"method": "GET", "path": "/x/{id}"}, {"method": "POST", "path": "/x"}],
              "requires": [{"interface": "acme.clock/1"}, {"interface": "acme.sink/1", "optional": true}])");
  library("clock",
          R"(,"provides": [{"interface": "acme.clock/1", "version": "1.0.0", "methods": []}])");

  const Deployment deployment = plan(
      "plugins:\n  clock:\n  web:\n    permissions:\n      routes: [\"GET /x/{rest...}\"]\n"
      "      interfaces: []\n");

  EXPECT_THAT(told(deployment.problems),
              ElementsAre("/srv/t.yaml:5:7: plugins.web.permissions.routes: web may not serve POST "
                          "/x: permission routes is missing; add to plugins.web.permissions: "
                          "routes: [\"POST /x\"]",
                          "/srv/t.yaml:5:7: plugins.web.permissions.interfaces: web may not use "
                          "the interface acme.clock/1: permission interfaces is missing; add to "
                          "plugins.web.permissions: interfaces: [\"acme.clock/1\"]"));
  EXPECT_THAT(told(deployment.notes), ElementsAre(HasSubstr("acme.sink/1")));
}

TEST_F(DeploymentTest, WhatAForeignLibraryWantsAndDoesNotGetIsANote) {
  const std::string wants =
      R"(,"permissions": {"outbound": [{"value": "api.example.com:443", "reason": "reads prices"}],
                          "environment": [{"value": "TZ", "reason": "local times"}]})";
  library("theirs", wants);
  library("ours", wants, true);

  const Deployment deployment =
      plan("plugins:\n  ours:\n  theirs:\n    permissions: {environment: [TZ]}\n");

  EXPECT_THAT(told(deployment.problems), IsEmpty());
  EXPECT_THAT(told(deployment.notes),
              ElementsAre("/srv/t.yaml:4:18: plugins.theirs.permissions.outbound: theirs may not "
                          "connect to api.example.com:443: permission outbound is missing; add to "
                          "plugins.theirs.permissions: outbound: [\"api.example.com:443\"]. theirs "
                          "wants it because: reads prices"));
}

TEST_F(DeploymentTest, AnInstanceWhoseNameIsNoneForTheStoreIsANote) {
  library("theirs", "");

  const Deployment deployment =
      plan("plugins:\n  theirs:\n  a--b: {library: theirs}\n  temp: {library: theirs}\n");

  EXPECT_THAT(told(deployment.problems), IsEmpty());
  EXPECT_THAT(told(deployment.notes),
              ElementsAre(HasSubstr(":3:3: plugins.a--b: under this name it cannot use the store: "
                                    "'a__b' is no namespace"),
                          HasSubstr(":4:3: plugins.temp: under this name")));
}

TEST_F(DeploymentTest, PermissionsCountFromTheFileAndTheDataFolder) {
  library(
      "theirs",
      R"(,"config_schema": {"properties": {"in": {"type": "string", "format": "tenon-read-path"}}})");

  const Deployment deployment = plan(
      "{host: {data: /var/t}, plugins: {theirs: {config: {in: inbox}, permissions: {read: "
      "[lists]}}}}");

  ASSERT_THAT(told(deployment.problems), IsEmpty());
  const Permissions& may = deployment.instances.at(0).permissions;
  EXPECT_THAT(may.read(), ElementsAre("/srv/lists", "/srv/inbox"));
  EXPECT_THAT(may.write(), ElementsAre("/var/t/plugins/theirs"));
  EXPECT_EQ(deployment.instances.at(0).config_folder, "/srv");
}

TEST_F(DeploymentTest, AChoiceForWhatIsNotRequiredIsAProblem) {
  library("web", R"(,"requires": [{"interface": "acme.clock/1", "optional": true}])");

  EXPECT_THAT(
      told(plan("plugins:\n  web: {use: {acme.clokc/1: {labels: {tier: gold}}}}\n").problems),
      ElementsAre("/srv/t.yaml:2:29: plugins.web.use[\"acme.clokc/1\"]: web does not require "
                  "acme.clokc/1, so there is nothing to choose; did you mean \"acme.clock/1\"?"));
}

}  // namespace
}  // namespace tenon::plugins
