#include "host/plugins/provider_choice.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

namespace tenon::plugins {
namespace {

ProviderCandidate candidate(const std::string& instance, const std::string& version,
                            const std::string& labels = "", int priority = 0) {
  return {instance, *Version::parse(version), *config::parse_labels(labels), priority};
}

struct Wanted {
  const char* instance = "";
  const char* labels = "";
  const char* range = "";

  ProviderSelector selector() const {
    return {"acme.greeter/1", *VersionRange::parse(range), instance, *config::parse_labels(labels)};
  }
  config::ProviderChoice choice() const {
    return {instance, *config::parse_labels(labels), *VersionRange::parse(range), {}};
  }
};

const std::vector<ProviderCandidate>& several() {
  static const std::vector<ProviderCandidate> candidates = {
      candidate("old", "1.1.0", "tier=gold,region=eu"), candidate("plain", "1.3.0"),
      candidate("gold", "1.2.0", "tier=gold"), candidate("gold-us", "1.2.0", "tier=gold,region=us"),
      candidate("first", "1.0.0", "tier=iron", 5)};
  return candidates;
}

TEST(ProviderChoice, ByInstanceThenLabelsThenPriorityThenVersionThenName) {
  struct Case {
    Wanted asked;
    std::optional<Wanted> use;
    const char* taken;  // empty: none
  };
  const Case cases[] = {
      {{}, {}, "first"},
      {{.range = ">=1.1"}, {}, "plain"},
      {{.range = ">=2"}, {}, ""},
      {{.labels = "tier=gold"}, {}, "gold"},
      {{.labels = "tier=gold,region=eu"}, {}, "old"},
      {{.labels = "tier=gold,region=asia"}, {}, ""},
      {{.instance = "plain"}, {}, "plain"},
      {{.instance = "nobody"}, {}, ""},
      {{.instance = "plain", .labels = "tier=gold"}, {}, ""},
      {{}, Wanted{.instance = "old"}, "old"},
      {{}, Wanted{.labels = "region=us"}, "gold-us"},
      {{}, Wanted{.range = ">=1.2 <1.3"}, "gold"},
      {{.range = ">=1.2"}, Wanted{.instance = "old"}, ""},
      {{.instance = "plain"}, Wanted{.instance = "old"}, ""},
      {{.labels = "tier=gold"}, Wanted{.labels = "region=us"}, "gold-us"},
  };
  for (const Case& c : cases) {
    const auto use = c.use ? std::optional(c.use->choice()) : std::nullopt;
    const auto* taken = choose_provider(several(), c.asked.selector(), use ? &*use : nullptr);
    const std::string told =
        explain_choice("web", several(), c.asked.selector(), use ? &*use : nullptr);
    EXPECT_EQ(taken ? taken->instance : "", c.taken) << told;
    EXPECT_EQ(told.find(" is taken") != std::string::npos, taken != nullptr) << told;
  }
  EXPECT_EQ(choose_provider({}, Wanted{}.selector(), nullptr), nullptr);
}

TEST(ProviderChoice, IsExplained) {
  const auto use = Wanted{.labels = "tier=gold"}.choice();

  EXPECT_EQ(explain_choice("web", several(), Wanted{.range = ">=1.2"}.selector(), &use),
            "web asks for acme.greeter/1 with version >=1.2; plugins.web.use asks for labels "
            "tier=gold: first 1.0.0 is not in version >=1.2; gold 1.2.0 is taken; gold-us 1.2.0 "
            "comes after gold by name; old 1.1.0 is not in version >=1.2; plain 1.3.0 lacks "
            "tier=gold");
  EXPECT_EQ(explain_choice("web", several(), Wanted{}.selector(), nullptr),
            "web asks for acme.greeter/1: first 1.0.0 is taken; gold 1.2.0 has priority 0, below "
            "5; gold-us 1.2.0 has priority 0, below 5; old 1.1.0 has priority 0, below 5; plain "
            "1.3.0 has priority 0, below 5");
  EXPECT_EQ(explain_choice("web", {candidate("a", "1.0.0"), candidate("b", "1.1.0")},
                           Wanted{.instance = "c"}.selector(), nullptr),
            "web asks for acme.greeter/1 with instance c: a 1.0.0 is not c; b 1.1.0 is not c");
  EXPECT_EQ(explain_choice("web", {candidate("a", "1.0.0"), candidate("b", "1.1.0")},
                           Wanted{}.selector(), nullptr),
            "web asks for acme.greeter/1: a 1.0.0 is older than 1.1.0; b 1.1.0 is taken");
  EXPECT_EQ(explain_choice("web", {}, Wanted{}.selector(), nullptr),
            "web asks for acme.greeter/1: no configured plugin provides it");
}

TEST(ProviderChoice, DoesNotDependOnTheOrderOfCandidates) {
  std::mt19937 random(5);
  std::vector<ProviderCandidate> shuffled = several();
  const auto selector = Wanted{.labels = "tier=gold"}.selector();
  for (int round = 0; round < 50; ++round) {
    std::shuffle(shuffled.begin(), shuffled.end(), random);
    std::vector<std::string> order;
    for (const auto* one : fitting_providers(shuffled, selector, nullptr))
      order.push_back(one->instance);
    EXPECT_THAT(order, testing::ElementsAre("gold", "gold-us", "old"));
  }
}

TEST(ProviderChoice, WhatNobodyProvidesIsToldWithWhatThereIs) {
  const std::map<std::string, std::string> owners{
      {"cc.echo/1", "cc"}, {"cc.echo/3", "dd"}, {"acme.clock/1", "clock"}};
  EXPECT_EQ(explain_absence("cc.echo/2", owners),
            "no running plugin provides cc.echo/2; there is cc.echo/1 of cc, cc.echo/3 of dd");
  EXPECT_EQ(explain_absence("cc.echo", owners),
            "no running plugin provides cc.echo; there is cc.echo/1 of cc, cc.echo/3 of dd");
  EXPECT_EQ(explain_absence("acme.clok/1", owners),
            "no running plugin provides acme.clok/1; did you mean acme.clock/1 of clock?");
  EXPECT_EQ(explain_absence("x/1", owners),
            "no running plugin provides x/1; there is acme.clock/1 of clock, cc.echo/1 of cc, "
            "cc.echo/3 of dd");
  EXPECT_EQ(explain_absence("x/1", {}), "no running plugin provides x/1, nor any other interface");
}

}  // namespace
}  // namespace tenon::plugins
