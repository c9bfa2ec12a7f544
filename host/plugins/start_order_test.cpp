#include "host/plugins/start_order.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <random>
#include <set>
#include <thread>

namespace tenon::plugins {
namespace {

using ::testing::ElementsAre;

using Graph = std::vector<std::vector<size_t>>;

// Runs all tasks on so many threads; `work` is told each.
template <class Work>
void run(StartOrder& order, unsigned threads, Work work) {
  std::vector<std::jthread> lanes;
  for (unsigned i = 0; i < threads; ++i)
    lanes.emplace_back([&] {
      while (const auto task = order.next()) {
        work(*task);
        order.done(*task);
      }
    });
}

TEST(StartOrder, OneThreadTakesTheLowestNumberThatMayGo) {
  StartOrder order(Graph{{}, {0}, {}, {1, 2}, {}});
  std::vector<size_t> seen;
  run(order, 1, [&](size_t task) { seen.push_back(task); });
  EXPECT_THAT(seen, ElementsAre(0, 1, 2, 3, 4));
}

TEST(StartOrder, IndependentTasksRunAtTheSameTime) {
  StartOrder order(Graph{{}, {}});
  std::atomic<int> inside = 0;
  run(order, 2, [&](size_t) {
    ++inside;
    // Ends only when the other has come, too.
    while (inside < 2) std::this_thread::yield();
  });
  EXPECT_EQ(inside, 2);
}

TEST(StartOrder, NoTasksAreDoneAtOnce) {
  StartOrder order(Graph{});
  EXPECT_FALSE(order.next());
}

// Tasks begin and end in a random order; what may begin is looked up in the graph itself.
TEST(StartOrder, EveryTaskRunsOnceAndAfterWhatItWaitsFor) {
  std::mt19937 random(11);
  for (int round = 0; round < 300; ++round) {
    Graph graph(random() % 40);
    for (size_t task = 1; task < graph.size(); ++task)
      for (size_t before = 0; before < task; ++before)
        if (random() % 8 == 0) graph[task].push_back(before);
    std::set<size_t> waiting, running, done;
    for (size_t task = 0; task < graph.size(); ++task) waiting.insert(task);
    StartOrder order(graph);
    while (done.size() < graph.size()) {
      const auto expected = std::find_if(waiting.begin(), waiting.end(), [&](size_t task) {
        return std::all_of(graph[task].begin(), graph[task].end(),
                           [&](size_t before) { return done.count(before) != 0; });
      });
      if (expected != waiting.end() && (running.empty() || random() % 2 == 0)) {
        ASSERT_EQ(order.next(), *expected);
        running.insert(*expected);
        waiting.erase(expected);
        continue;
      }
      const auto ended = std::next(running.begin(), static_cast<long>(random() % running.size()));
      order.done(*ended);
      done.insert(*ended);
      running.erase(ended);
    }
    EXPECT_FALSE(order.next());
  }
}

TEST(StartOrder, NothingBeginsAfterGivingUp) {
  StartOrder order(Graph{{}, {0}, {}, {}});
  const auto first = order.next();
  order.give_up();
  order.done(*first);
  EXPECT_FALSE(order.next());
}

}  // namespace
}  // namespace tenon::plugins
