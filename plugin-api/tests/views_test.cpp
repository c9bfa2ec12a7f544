#include "tenon/views.hpp"

#include <gmock/gmock.h>

#include <stdexcept>

namespace tenon {
namespace {

TEST(ViewsTest, ViewsKeepNulBytesAndTheEmptyViewIsEmpty) {
  const std::string text("a\0b", 3);
  EXPECT_EQ(view(view(text)), text);
  EXPECT_EQ(chars(bytes(text)), text);
  EXPECT_TRUE(view(tn_str{nullptr, 0}).empty());
  EXPECT_TRUE(chars(tn_bytes{nullptr, 0}).empty());
}

TEST(ViewsTest, ASinkAddsUpItsChunks) {
  StringSink sink;
  for (std::string_view chunk : {"ab", "", "c"})
    EXPECT_EQ(sink.get()->write(sink.get()->ctx, bytes(chunk)), TN_OK);
  EXPECT_EQ(sink.take(), "abc");
}

tn_call with_sink(const ErrorCapture& capture) {
  tn_call call = {};
  call.struct_size = sizeof(call);
  call.error = capture.get();
  return call;
}

struct Escape {
  const char* name;
  Result<void> (*body)();
  tn_status status;
  const char* message;
};
class GuardedTest : public testing::TestWithParam<Escape> {};

TEST_P(GuardedTest, MakesAStatusAndAReasonOfWhateverEscapes) {
  ErrorCapture capture;
  const tn_call call = with_sink(capture);
  const tn_status status = guarded(&call, GetParam().body);
  EXPECT_EQ(status, GetParam().status);
  EXPECT_EQ(guarded(nullptr, GetParam().body), GetParam().status) << "with nobody to tell";
  const auto result = capture.result(status);
  EXPECT_EQ(result.ok() ? "" : result.error().message, GetParam().message);
}

INSTANTIATE_TEST_SUITE_P(
    All, GuardedTest,
    testing::Values(Escape{"nothing", []() -> Result<void> { return {}; }, TN_OK, ""},
                    Escape{"error",
                           []() -> Result<void> {
                             return Error{Code::conflict, "is there already"};
                           },
                           TN_E_CONFLICT, "is there already"},
                    Escape{"exception", []() -> Result<void> { throw std::runtime_error("bang"); },
                           TN_E_INTERNAL, "uncaught exception: bang"},
                    Escape{"number", []() -> Result<void> { throw 5; }, TN_E_INTERNAL,
                           "uncaught exception that is no std::exception"}),
    [](const auto& info) { return info.param.name; });

TEST(ViewsTest, AFailureWithoutAReasonSaysSo) {
  ErrorCapture capture;
  EXPECT_EQ(capture.result(TN_E_DENIED).error().message, "failed without a reason (status 5)");
}

TEST(ViewsTest, ACallOfAnOlderCallerHasEmptyFieldsBeyondItsSize) {
  const uint32_t cancelled = 1;
  tn_call older = {};
  older.struct_size = offsetof(tn_call, error);
  older.deadline_ns = 5;
  older.cancelled = &cancelled;
  older.principal = 99;  // what lies there is no field to this caller

  const Call call(&older);

  EXPECT_TRUE(call.cancelled());
  EXPECT_EQ(call.deadline()->time_since_epoch(), std::chrono::nanoseconds(5));
  EXPECT_EQ(call.principal(), 0u);
  EXPECT_EQ(call.raw().struct_size, sizeof(tn_call));
  EXPECT_EQ(fail(&older, {Code::limit, "unheard"}), TN_E_LIMIT);
}

TEST(ViewsTest, ACallOfANewerCallerIsReadAsFarAsItIsKnown) {
  struct Newer {
    tn_call known;
    uint64_t unknown[4];
  } newer = {};
  newer.known.struct_size = sizeof(newer);
  newer.known.principal = 7;
  const Call call(&newer.known);
  EXPECT_EQ(call.principal(), 7u);
  EXPECT_EQ(call.raw().struct_size, sizeof(tn_call));
}

TEST(ViewsTest, NoCallIsACallWithoutDeadlineAndCancellation) {
  const Call call;
  EXPECT_FALSE(call.cancelled());
  EXPECT_FALSE(call.deadline());
  EXPECT_TRUE(call.request_id().empty());
}

TEST(ViewsTest, InvokePassesTheCallOnAndBringsTheReasonBack) {
  tn_call incoming = {};
  incoming.struct_size = sizeof(incoming);
  incoming.principal = 3;
  incoming.deadline_ns = 4;
  const auto result = Call(&incoming).invoke([](const tn_call* outgoing) {
    EXPECT_EQ(outgoing->principal, 3u);
    EXPECT_EQ(outgoing->deadline_ns, 4);
    return fail(outgoing, {Code::not_found, "is not here", "x"});
  });
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().code, Code::not_found);
  EXPECT_EQ(result.error().message, "is not here");
  EXPECT_EQ(result.error().path, "x");
}

}  // namespace
}  // namespace tenon
