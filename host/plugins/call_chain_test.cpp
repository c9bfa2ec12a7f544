#include "host/plugins/call_chain.hpp"

#include <gtest/gtest.h>

#include <thread>

#include "host/plugins/provider.hpp"

namespace tenon::plugins {
namespace {

using namespace std::chrono_literals;

tn_call of_chain(uint64_t id) {
  tn_call call = {};
  call.struct_size = sizeof(call);
  call.call_id = id;
  return call;
}

bool empty_soon(Serving& serving) {
  return serving.gate.drain(std::chrono::steady_clock::now() + 2s);
}

class CallChainTest : public ::testing::Test {
 protected:
  Serving& generation(uint64_t number) { return provider_.add({number, &manifest_}); }
  uint64_t entered(const tn_call* call) {
    const auto entry = provider_.enter(call);
    return entry ? entry.tables().generation : 0;
  }

  Manifest manifest_;
  CallChains chains_;
  Provider provider_{"one", chains_};
};

TEST_F(CallChainTest, MeetsOneGenerationHoweverOftenItIsReplaced) {
  Serving& first = generation(1);
  provider_.serve(first);
  const auto chain = chains_.begin();
  const tn_call call = of_chain(chain);
  EXPECT_EQ(entered(&call), 1u);

  Serving& second = generation(2);
  provider_.serve(second);
  provider_.close(first);

  EXPECT_EQ(entered(&call), 1u) << "its chain has met the first";
  EXPECT_EQ(entered(nullptr), 2u);
  EXPECT_FALSE(first.gate.is_empty()) << "the chain may come again";
  chains_.end(chain);
  EXPECT_TRUE(empty_soon(first));
  EXPECT_EQ(entered(&call), 2u) << "that chain has ended";
}

TEST_F(CallChainTest, AChainThatMetNothingMeetsTheNewest) {
  provider_.serve(generation(1));
  const auto chain = chains_.begin();
  provider_.serve(generation(2));
  const tn_call call = of_chain(chain);
  EXPECT_EQ(entered(&call), 2u);
  chains_.end(chain);
}

TEST_F(CallChainTest, LeavesAGenerationWhoseProcessHasEnded) {
  std::atomic<bool> gone = false;
  GenerationTables tables{1, &manifest_};
  tables.gone = &gone;
  Serving& first = provider_.add(tables);
  provider_.serve(first);
  const auto chain = chains_.begin();
  const tn_call call = of_chain(chain);
  EXPECT_EQ(entered(&call), 1u);

  gone = true;
  provider_.serve(generation(2));

  EXPECT_EQ(entered(&call), 2u);
  provider_.close(first);
  EXPECT_TRUE(empty_soon(first)) << "the chain keeps the second now";
  chains_.end(chain);
}

TEST_F(CallChainTest, ForeignAndFinishedIdsKeepNothing) {
  Serving& first = generation(1);
  provider_.serve(first);
  const auto ended = chains_.begin();
  chains_.end(ended);
  for (const uint64_t id : {ended, ended + 1, ~uint64_t{0}, uint64_t{1}}) {
    const tn_call call = of_chain(id);
    EXPECT_EQ(entered(&call), 1u) << id;
  }
  provider_.serve_none("over");
  provider_.close(first);
  EXPECT_TRUE(empty_soon(first));
}

TEST_F(CallChainTest, IdsAreNeverTheSameTwice) {
  std::set<uint64_t> seen;
  for (int i = 0; i < 1000; ++i) {
    const auto id = chains_.begin();
    EXPECT_NE(id, 0u);
    EXPECT_TRUE(seen.insert(id).second);
    if (i % 3) chains_.end(id);
  }
}

// Chains make two calls each while generations come and go; none may see two.
TEST_F(CallChainTest, NoChainIsMixedUnderReloads) {
  std::atomic<uint64_t> mixed = 0, lost = 0, chains = 0;
  Serving* current = &generation(1);
  provider_.serve(*current);
  std::vector<std::jthread> callers;
  for (int i = 0; i < 3; ++i)
    callers.emplace_back([&](const std::stop_token& stop) {
      while (!stop.stop_requested()) {
        const auto chain = chains_.begin();
        const tn_call call = of_chain(chain);
        const auto before = entered(&call);
        const auto after = entered(&call);
        if (before != after) ++mixed;
        if (before == 0 || after == 0) ++lost;
        chains_.end(chain);
        ++chains;
      }
    });
  for (uint64_t number = 2; number < 400 || chains == 0; ++number) {
    Serving& next = generation(number);
    provider_.serve(next);
    provider_.close(*current);
    ASSERT_TRUE(empty_soon(*current));
    provider_.remove(*current);
    current = &next;
  }
  callers.clear();
  EXPECT_EQ(mixed, 0u);
  EXPECT_EQ(lost, 0u);
}

}  // namespace
}  // namespace tenon::plugins
