#include "host/plugins/message_bus.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>
#include <thread>

#include "tenon/views.hpp"

namespace tenon::plugins {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

// A provider whose methods answer with its own name.
struct FakeProvider {
  FakeProvider(std::string name, const std::string& version)
      : instance(std::move(name)), provider(instance, chains) {
    manifest = Manifest::parse(R"({"manifest":1,"id":")" + instance + R"(","version":"1.0.0",)" +
                               R"("provides":[{"interface":"test.name/1","version":")" + version +
                               R"(","methods":[{"name":"other","input":{},"output":{}},)" +
                               R"({"name":"name","input":{},"output":{}}]}]})")
                   .value();
    serving = &provider.add({1, &manifest, reinterpret_cast<tn_instance*>(this), &table});
    provider.serve(*serving);
  }
  void offer_at(MessageBus& bus) { bus.offer(provider, std::make_shared<Manifest>(manifest)); }
  static tn_status TN_ABI answer(tn_instance* object, const tn_call*, uint32_t method, tn_str input,
                                 const tn_sink* output) {
    if (view(input) == "throw") throw std::runtime_error("on purpose");
    if (view(input).starts_with("fail ")) return std::stoi(std::string(view(input).substr(5)));
    const auto& self = *reinterpret_cast<FakeProvider*>(object);
    const std::string text = self.instance + " " + std::to_string(method);
    return output->write(output->ctx, bytes(text));
  }

  std::string instance;
  Manifest manifest;
  tn_plugin_message table{sizeof(tn_plugin_message), 0, answer};
  CallChains chains;
  Provider provider;
  Serving* serving = nullptr;
};

Result<std::string> call(MessageBus& bus, tn_method handle, std::string_view input = "{}") {
  StringSink output;
  TN_CHECK(Call().invoke(
      [&](const tn_call* raw) { return bus.call(raw, handle, view(input), output.get()); }));
  return output.take();
}

Result<tn_method> resolve(MessageBus& bus, const std::string& range = "",
                          const std::string& instance = "", const std::string& labels = "") {
  return bus.resolve("web",
                     {"test.name/1", VersionRange::parse(range).value(), instance,
                      config::parse_labels(labels).value()},
                     "name");
}

TEST(MessageBus, PicksTheHighestVersionInRangeAndTheFirstNameAmongEquals) {
  FakeProvider old("old", "1.0.0"), fresh("fresh", "1.4.0"), again("again", "1.4.0");
  MessageBus bus;
  for (auto* one : {&old, &fresh, &again}) one->offer_at(bus);
  const struct {
    const char* range;
    const char* instance;
    const char* expected;
  } table[] = {{"", "", "again 1"},
               {">=1.1", "", "again 1"},
               {"<1.4", "", "old 1"},
               {"", "fresh", "fresh 1"},
               {"", "old", "old 1"}};
  for (const auto& row : table) {
    const auto handle = resolve(bus, row.range, row.instance);
    ASSERT_TRUE(handle.ok()) << row.range << row.instance;
    EXPECT_EQ(call(bus, *handle).value(), row.expected) << row.range << row.instance;
  }
}

TEST(MessageBus, SaysWhatWasLookedForAndWhatThereIs) {
  FakeProvider one("one", "1.0.0");
  MessageBus bus;
  one.offer_at(bus);
  EXPECT_THAT(resolve(bus, ">=2").error().message,
              AllOf(HasSubstr("test.name/1"), HasSubstr(">=2"), HasSubstr("one 1.0.0 is not in")));
  EXPECT_THAT(bus.resolve("web", {"test.name/1"}, "nmae").error().message,
              AllOf(HasSubstr("nmae"), HasSubstr("other, name")));
  EXPECT_EQ(bus.resolve("web", {"no.such/1"}, "name").error().code, Code::not_found);
}

TEST(MessageBus, LabelsPriorityAndTheOperatorsChoiceSelect) {
  FakeProvider old("old", "1.0.0"), fresh("fresh", "1.4.0"), far("far", "1.4.0");
  MessageBus bus;
  bus.configure("old", {{{"tier", "gold"}}, 5, {}});
  bus.configure("far", {{{"region", "us"}, {"tier", "gold"}}, 0, {}});
  for (auto* one : {&old, &fresh, &far}) one->offer_at(bus);
  EXPECT_EQ(call(bus, resolve(bus).value()).value(), "old 1") << "by priority";
  EXPECT_EQ(call(bus, resolve(bus, ">=1.2", "", "tier=gold").value()).value(), "far 1");
  const auto handle = resolve(bus, ">=1.2").value();
  EXPECT_EQ(call(bus, handle).value(), "far 1") << "by name";

  config::ProviderChoice chosen;
  chosen.instance = "fresh";
  bus.configure("web", {{}, 0, {{"test.name/1", chosen}}});
  EXPECT_EQ(call(bus, handle).value(), "fresh 1") << "a change of the operator's moves handles";

  const auto refused = resolve(bus, "", "", "region=us");
  EXPECT_EQ(refused.error().code, Code::not_found);
  EXPECT_EQ(refused.error().message,
            "web asks for test.name/1 with labels region=us; plugins.web.use asks for instance "
            "fresh: far 1.4.0 is not fresh; fresh 1.4.0 lacks region=us; old 1.0.0 lacks "
            "region=us");
}

TEST(MessageBus, ListsProvidersWithStateLabelsAndPriority) {
  FakeProvider old("old", "1.0.0"), fresh("fresh", "1.4.0");
  MessageBus bus;
  bus.configure("old", {{{"tier", "gold"}}, 5, {}});
  for (auto* one : {&old, &fresh}) one->offer_at(bus);
  old.provider.serve_none("it has crashed");
  const auto all = bus.providers({"test.name/1"});
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[0].instance + " " + all[0].state, "fresh ready");
  EXPECT_EQ(all[1].instance + " " + all[1].state, "old away");
  EXPECT_EQ(config::to_string(all[1].labels), "tier=gold");
  EXPECT_EQ(all[1].priority, 5);
  EXPECT_EQ(bus.providers({"test.name/1", VersionRange::parse(">=1.2").value()}).size(), 1u);
  EXPECT_EQ(bus.providers({"test.name/1", {}, "", {{"tier", "gold"}}}).size(), 1u);
}

TEST(MessageBus, AnInstanceIsNoProviderOfItsOwnUnlessItNamesItself) {
  FakeProvider one("one", "1.4.0"), two("two", "1.0.0");
  MessageBus bus;
  for (auto* some : {&one, &two}) some->offer_at(bus);
  EXPECT_EQ(call(bus, bus.resolve("one", {"test.name/1"}, "name").value()).value(), "two 1");
  EXPECT_EQ(call(bus, bus.resolve("one", {"test.name/1", {}, "one"}, "name").value()).value(),
            "one 1");
}

TEST(MessageBus, TellsWhoHasComeAndGone) {
  FakeProvider one("one", "1.0.0"), next("one", "1.2.0");
  MessageBus bus;
  std::vector<std::string> told;
  bus.on_change([&](const ProviderChange& change) { told.push_back(provider_event(change)); });
  one.offer_at(bus);
  one.offer_at(bus);
  next.offer_at(bus);
  bus.withdraw("one");
  bus.withdraw("one");
  const auto event = [](const char* version, const char* state) {
    return std::string(R"({"interface":"test.name/1","version":")") + version +
           R"(","instance":"one","state":")" + state + "\"}";
  };
  EXPECT_THAT(told, ::testing::ElementsAre(event("1.0.0", "available"), event("1.0.0", "gone"),
                                           event("1.2.0", "available"), event("1.2.0", "gone")));
}

TEST(MessageBus, AHandleSleepsWhileItsProviderIsAwayAndRevivesWithTheNext) {
  FakeProvider first("one", "1.0.0"), second("one", "1.2.0"), stranger("two", "1.1.0");
  MessageBus bus;
  first.offer_at(bus);
  const auto handle = resolve(bus, "", "one").value();
  bus.withdraw("one");
  EXPECT_EQ(call(bus, handle).error().code, Code::unavailable);
  stranger.offer_at(bus);
  EXPECT_EQ(call(bus, handle).error().code, Code::unavailable) << "it was promised to one";
  second.offer_at(bus);
  EXPECT_TRUE(call(bus, handle).ok());
  EXPECT_EQ(second.provider.counts().calls, 1u);
}

TEST(MessageBus, SaysWhyNobodyServes) {
  FakeProvider one("one", "1.0.0");
  MessageBus bus;
  one.offer_at(bus);
  const auto handle = resolve(bus).value();
  one.provider.serve_none("it has crashed");
  EXPECT_EQ(call(bus, handle).error().code, Code::unavailable);
  EXPECT_EQ(call(bus, handle).error().message, "one is not running: it has crashed");
}

TEST(MessageBus, AnExceptionThatEscapesIsAnErrorOfTheCallAndIsCounted) {
  FakeProvider one("one", "1.0.0");
  MessageBus bus;
  one.offer_at(bus);
  const auto handle = resolve(bus).value();
  EXPECT_EQ(call(bus, handle, "throw").error().code, Code::internal);
  EXPECT_EQ(one.provider.counts().errors, 1u);
  EXPECT_EQ(one.provider.counts().running, 0u);
}

TEST(MessageBus, WhatACallerDidWrongDoesNotCountAgainstTheProvider) {
  FakeProvider one("one", "1.0.0");
  MessageBus bus;
  one.offer_at(bus);
  const auto handle = resolve(bus).value();
  const struct {
    int32_t code;
    uint64_t counted;
  } table[] = {{TN_E_INVALID, 0},        {TN_E_NOT_FOUND, 0},   {TN_E_CONFLICT, 0},
               {TN_E_DENIED, 0},         {TN_E_CANCELLED, 0},   {TN_E_LIMIT, 0},
               {TN_E_TOO_LARGE, 0},      {TN_E_UNSUPPORTED, 1}, {TN_E_UNAVAILABLE, 1},
               {TN_E_TIMEOUT, 1},        {TN_E_INTERNAL, 1},    {TN_E_DATA_LOSS, 1},
               {TN_E_UNAUTHENTICATED, 0}};
  for (const auto& row : table) {
    const auto before = one.provider.counts();
    EXPECT_FALSE(call(bus, handle, "fail " + std::to_string(row.code)).ok());
    EXPECT_EQ(one.provider.counts().calls - before.calls, 1u) << row.code;
    EXPECT_EQ(one.provider.counts().errors - before.errors, row.counted) << row.code;
  }
}

TEST(MessageBus, HandlesThatNobodyGaveAreRefused) {
  FakeProvider one("one", "1.0.0");
  MessageBus bus;
  one.offer_at(bus);
  const auto handle = resolve(bus).value();
  for (const tn_method wrong : {tn_method{0}, handle + 1, ~tn_method{0}})
    EXPECT_EQ(call(bus, wrong).error().code, Code::invalid);
  bus.release(handle);
  bus.release(handle);
  EXPECT_FALSE(call(bus, handle).ok());
}

TEST(MessageBus, CallsGoOnWhileProvidersComeAndGo) {
  FakeProvider one("one", "1.0.0");
  MessageBus bus;
  one.offer_at(bus);
  const auto handle = resolve(bus).value();
  std::jthread changes([&](const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      bus.withdraw("one");
      one.offer_at(bus);
    }
  });
  for (int i = 0; i < 20000; ++i) {
    const auto answer = call(bus, handle);
    if (answer.ok()) {
      ASSERT_EQ(*answer, "one 1");
    } else {
      ASSERT_EQ(answer.error().code, Code::unavailable);
    }
  }
}

TEST(MessageBus, AHandleTurnsToAnotherProviderWhenItsOwnLeavesAndBackWhenItReturns) {
  FakeProvider good("good", "1.4.0"), other("other", "1.0.0");
  MessageBus bus;
  good.offer_at(bus);
  other.offer_at(bus);
  const auto handle = resolve(bus).value();
  EXPECT_EQ(call(bus, handle).value(), "good 1");
  bus.withdraw("good");
  EXPECT_EQ(call(bus, handle).value(), "other 1");
  good.offer_at(bus);
  EXPECT_EQ(call(bus, handle).value(), "good 1");
}

// A provider whose method calls another through the bus.
struct Forwarder : FakeProvider {
  Forwarder(const std::string& name, MessageBus& bus) : FakeProvider(name, "1.0.0"), bus(bus) {
    table.call = forward;
    provider.serve(provider.add({2, &manifest, reinterpret_cast<tn_instance*>(this), &table}));
    offer_at(bus);
  }
  static tn_status TN_ABI forward(tn_instance* object, const tn_call* call, uint32_t, tn_str input,
                                  const tn_sink* output) {
    const auto& self = *reinterpret_cast<Forwarder*>(object);
    return self.bus.call(call, self.next, input, output);
  }
  MessageBus& bus;
  tn_method next = 0;
};

TEST(MessageBus, ACircleOfCallsIsCutAndShown) {
  MessageBus bus;
  Forwarder a("a", bus), b("b", bus), c("c", bus);
  const auto to = [&](const char* name) { return resolve(bus, "", name).value(); };
  a.next = to("b");
  b.next = to("c");
  c.next = to("b");

  const auto cut = call(bus, to("a"));

  EXPECT_EQ(cut.error().code, Code::conflict);
  EXPECT_EQ(cut.error().message, "the call goes round in a circle: b.name -> c.name -> b.name");
}

// A provider that takes the column "n" and answers with whatever the test wants.
struct ColumnProvider {
  ColumnProvider() {
    manifest = Manifest::parse(R"({"manifest":1,"id":"one","version":"1.0.0","provides":[)"
                               R"({"interface":"test.columns/1","version":"1.0.0",)"
                               R"("kind":"column","methods":[{"name":"run"}]}]})")
                   .value();
    provider.serve(
        provider.add({1, &manifest, reinterpret_cast<tn_instance*>(this), nullptr, &table}));
    bus.offer(provider, std::make_shared<Manifest>(manifest));
    handle = bus.resolve("web", {"test.columns/1"}, "run").value();
  }
  static tn_status TN_ABI run(tn_instance* object, const tn_call*, uint32_t, const tn_batch*,
                              const tn_batch_sink* output) {
    auto& self = *reinterpret_cast<ColumnProvider*>(object);
    ++self.ran;
    const tn_status written = output->write(output->ctx, &self.answer);
    return self.ignores_the_sink ? TN_OK : written;
  }
  // What the caller hears, and how many batches reached it.
  Result<int> call(const tn_batch& input) {
    int taken = 0;
    const tn_batch_sink sink{sizeof(tn_batch_sink), 0, &taken, [](void* ctx, const tn_batch*) {
                               ++*static_cast<int*>(ctx);
                               return tn_status{TN_OK};
                             }};
    TN_CHECK(
        Call().invoke([&](const tn_call* raw) { return bus.call(raw, handle, &input, &sink); }));
    return taken;
  }

  Manifest manifest;
  tn_plugin_column table{sizeof(tn_plugin_column), 0, run};
  CallChains chains;
  Provider provider{"one", chains};
  MessageBus bus;
  tn_method handle = 0;
  tn_batch answer{};
  bool ignores_the_sink = false;
  int ran = 0;
};

constexpr uint32_t kNumbers[] = {1, 2};
constexpr uint64_t kFalling[] = {0, 2, 1};
const tn_column kFlat{view("n"), TN_U32, 0, kNumbers, 2, nullptr};
const tn_column kBroken{view("n"), TN_U32, 0, kNumbers, 2, kFalling};
const tn_batch kGoodBatch{sizeof(tn_batch), 1, &kFlat, 2};
const tn_batch kBadBatch{sizeof(tn_batch), 1, &kBroken, 2};

TEST(MessageBus, AMalformedBatchDoesNotReachTheProvider) {
  ColumnProvider provider;
  provider.answer = kGoodBatch;
  EXPECT_EQ(provider.call(kGoodBatch).value(), 1);

  const auto refused = provider.call(kBadBatch);

  EXPECT_EQ(refused.error().code, Code::invalid);
  EXPECT_EQ(refused.error().message,
            "the input of run: column n row 1 spans the elements 2 to 1 of 2");
  EXPECT_EQ(refused.error().path, "n[1]");
  EXPECT_EQ(provider.ran, 1);
  EXPECT_EQ(provider.provider.counts().errors, 0u) << "the caller's fault";
}

TEST(MessageBus, AMalformedAnswerDoesNotReachTheCaller) {
  for (const bool ignores : {false, true}) {
    ColumnProvider provider;
    provider.answer = kBadBatch;
    provider.ignores_the_sink = ignores;

    const auto refused = provider.call(kGoodBatch);

    EXPECT_EQ(refused.error().code, Code::internal);
    EXPECT_EQ(refused.error().message,
              "the answer of run: column n row 1 spans the elements 2 to 1 of 2");
    EXPECT_EQ(refused.error().path, "n[1]");
    EXPECT_EQ(provider.provider.counts().errors, 1u);
  }
}

}  // namespace
}  // namespace tenon::plugins
