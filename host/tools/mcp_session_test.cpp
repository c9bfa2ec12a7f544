#include "host/tools/mcp_session.hpp"

#include <gmock/gmock.h>

#include <atomic>
#include <sstream>
#include <thread>

#include "host/tools/mcp_stdio.hpp"
#include "host/tools/test_support.hpp"
#include "tenon/log.h"
#include "tenon/views.hpp"

namespace tenon::tools {
namespace {

using boost::json::parse;
using boost::json::value;

RpcMessage message(const std::string& text) {
  return std::get<RpcMessage>(parse_rpc(parse(text)));
}

class McpSessionTest : public testing::Test {
 protected:
  McpSessionTest() {
    McpHost host;
    host.name = "test";
    host.version = "1.0.0";
    host.settings.calls = 2;
    host.settings.tools = {{"*"}};
    host.settings.call_timeout = std::chrono::seconds(10);
    host.served = [this] {
      if (looks_) ++*looks_;
      return serves_nothing_ ? std::vector<plugins::Served>() : served_;
    };
    host.on_problem = [this](const std::string& text) { problems_.push_back(text); };
    host.call = [this](const tn_call* call, const Tool& tool, std::string_view input,
                       const auto& listener) { return answer_(call, tool, input, listener); };
    server_.emplace(std::move(host));
    session_.emplace(*server_);
  }

  value ask(const std::string& text, const Outlet& outlet = nullptr) {
    return parse(session_->answer(message(text), outlet, "r1").value_or("null"));
  }
  value call(const std::string& params, const Outlet& outlet = nullptr) {
    return ask(R"({"jsonrpc":"2.0","id":1,"method":"tools/call","params":)" + params + "}", outlet);
  }
  static Outlet into(std::vector<value>& heard) {
    return [&heard](std::string text) { heard.push_back(parse(text)); };
  }

  std::vector<plugins::Served> served_ = serve({R"({"interface":"a/1","version":"1.0.0",
      "methods":[{"name":"m","input":{"type":"object"},
                  "output":{"type":"object","properties":{"n":{"type":"integer"}}}}]})"});
  std::function<Result<std::string>(const tn_call*, const Tool&, std::string_view,
                                    std::shared_ptr<const plugins::CallListener>)>
      answer_ = [](const auto*, const auto&, auto, const auto&) {
        return Result<std::string>(std::string(R"({"n":1})"));
      };
  std::vector<std::string> problems_;
  std::atomic<std::atomic<int>*> looks_{nullptr};
  std::atomic<bool> serves_nothing_{false};
  std::optional<McpServer> server_;
  std::optional<McpSession> session_;
};

TEST_F(McpSessionTest, TheCallHasInputDeadlineAndRequestId) {
  std::string input, id;
  bool deadline = false;
  answer_ = [&](const tn_call* call, const auto&, std::string_view text, const auto& listener) {
    input = text;
    id = tenon::Call(call).request_id();
    deadline = tenon::Call(call).deadline().has_value();
    EXPECT_FALSE(listener);
    return Result<std::string>(std::string(R"({"n":1})"));
  };
  EXPECT_EQ(call(R"({"name":"a.m","arguments":{"x":[1]}})").at_pointer("/result/structuredContent"),
            parse(R"({"n":1})"));
  EXPECT_EQ(input, R"({"x":[1]})");
  EXPECT_EQ(id, "r1");
  EXPECT_TRUE(deadline);
}

TEST_F(McpSessionTest, ProgressOnlyGrowsAlsoOverSeveralSteps) {
  answer_ = [](const auto*, const auto&, auto, const auto& listener) {
    for (const uint64_t done : {0, 2, 2, 4}) {
      listener->on_progress("first", done, 4);
      std::this_thread::sleep_for(std::chrono::milliseconds(25));
    }
    for (const uint64_t done : {1, 3}) {
      listener->on_progress("second", done, 3);
      std::this_thread::sleep_for(std::chrono::milliseconds(25));
    }
    return Result<std::string>(std::string(R"({"n":1})"));
  };
  std::vector<value> heard;
  (void)call(R"({"name":"a.m","_meta":{"progressToken":"t"}})", into(heard));
  std::vector<std::string> seen;
  for (const auto& one : heard)
    seen.push_back(serialize(one.at_pointer("/params/progress")) + "/" +
                   serialize(one.at_pointer("/params/total")));
  EXPECT_THAT(seen, testing::ElementsAre("0/4", "2/4", "4/4", "5/7", "7/7"));
  EXPECT_EQ(heard[0].at_pointer("/params/progressToken"), "t");
}

TEST_F(McpSessionTest, LogLinesComeFromTheLevelThatIsAskedFor) {
  answer_ = [](const auto*, const auto&, auto, const auto& listener) {
    if (listener) {
      listener->on_log(TN_LOG_INFO, "shop", "fine");
      listener->on_log(TN_LOG_WARN, "shop", "bad \xff");
    }
    return Result<std::string>(std::string(R"({"n":1})"));
  };
  std::vector<value> heard;
  (void)call(R"({"name":"a.m"})", into(heard));
  EXPECT_TRUE(heard.empty());
  (void)ask(R"({"jsonrpc":"2.0","id":1,"method":"logging/setLevel","params":{"level":"warning"}})");
  (void)call(R"({"name":"a.m"})", into(heard));
  ASSERT_EQ(heard.size(), 1u);
  EXPECT_EQ(heard[0].at("params"),
            parse(R"({"level":"warning","logger":"shop","data":"bad \ufffd"})"));
}

TEST_F(McpSessionTest, ACancelledCallHasNoAnswer) {
  answer_ = [this](const tn_call* call, const auto&, auto, const auto&) {
    session_->notice(message(R"({"jsonrpc":"2.0","method":"notifications/cancelled",
                                 "params":{"requestId":1}})"));
    EXPECT_TRUE(tenon::Call(call).cancelled());
    return Result<std::string>(std::string(R"({"n":1})"));
  };
  EXPECT_EQ(call(R"({"name":"a.m"})"), nullptr);
}

TEST_F(McpSessionTest, WhatIsToldOfACallThatIsOverGoesNowhere) {
  std::shared_ptr<const plugins::CallListener> kept;
  bool cancel = false;
  answer_ = [&](const auto*, const auto&, auto, const auto& listener) {
    kept = listener;
    if (cancel)
      session_->notice(message(R"({"jsonrpc":"2.0","method":"notifications/cancelled",
                                   "params":{"requestId":1}})"));
    if (cancel) listener->on_progress("late", 1, 2);
    return Result<std::string>(std::string(R"({"n":1})"));
  };
  std::vector<value> heard;
  for (const bool cancelled : {false, true}) {
    cancel = cancelled;
    (void)call(R"({"name":"a.m","_meta":{"progressToken":1}})", into(heard));
    kept->on_progress("too late", 2, 2);
  }
  EXPECT_TRUE(heard.empty()) << heard[0];
}

TEST_F(McpSessionTest, TheTokenOfProgressIsATextOrANumber) {
  for (const std::string token : {R"({"a":1})", R"([])", R"(1.5)"})
    EXPECT_EQ(
        call(R"({"name":"a.m","_meta":{"progressToken":)" + token + "}}").at_pointer("/error/code"),
        kInvalidParams)
        << token;
  const std::string longest(256, 'x');
  EXPECT_EQ(call(R"({"name":"a.m","_meta":{"progressToken":")" + longest + "y\"}}")
                .at_pointer("/error/code"),
            kInvalidParams);
  EXPECT_FALSE(call(R"({"name":"a.m","_meta":{"progressToken":")" + longest + "\"}}")
                   .as_object()
                   .contains("error"));
}

TEST_F(McpSessionTest, AnExceptionIsAnAnswerWithoutItsWords) {
  answer_ = [](const auto*, const auto&, auto, const auto&) -> Result<std::string> {
    throw std::runtime_error("secret");
  };
  const auto error = call(R"({"name":"a.m"})").at("error");
  EXPECT_EQ(error.at("code"), kInternalError);
  EXPECT_EQ(serialize(error).find("secret"), std::string::npos);
  EXPECT_THAT(problems_, testing::ElementsAre(testing::HasSubstr("secret")));
}

TEST_F(McpSessionTest, ASessionThatHasEndedMakesNoMoreCalls) {
  session_->end();
  EXPECT_EQ(call(R"({"name":"a.m"})").at_pointer("/error/code"), kServerBusy);
}

TEST_F(McpSessionTest, IsInitializedOnce) {
  const std::string wanted =
      R"({"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-06-18"}})";
  EXPECT_TRUE(session_->revision().empty());
  EXPECT_EQ(ask(wanted).at_pointer("/result/protocolVersion"), "2025-06-18");
  EXPECT_EQ(session_->revision(), "2025-06-18");
  EXPECT_EQ(ask(wanted).at_pointer("/error/code"), kInvalidRequest);
}

TEST_F(McpSessionTest, ListsOfMessagesAreOfOneRevisionAlone) {
  const auto list = parse(R"([{"jsonrpc":"2.0","id":"x","method":"ping"},
      {"jsonrpc":"2.0","method":"notifications/initialized"},
      {"jsonrpc":"2.0","id":7,"method":"ping","params":[]}, 3])")
                        .as_array();
  EXPECT_TRUE(session_->refusal_of(list));
  (void)ask(R"({"jsonrpc":"2.0","id":1,"method":"initialize",
                "params":{"protocolVersion":"2025-03-26"}})");
  EXPECT_FALSE(session_->refusal_of(list));
  EXPECT_TRUE(session_->refusal_of({}));
  EXPECT_TRUE(session_->refusal_of(boost::json::array(101)));
  const auto answers = parse(session_->answer_all(list, "r1")).as_array();
  ASSERT_EQ(answers.size(), 3u);
  EXPECT_EQ(answers[0].at("id"), "x");
  EXPECT_EQ(answers[1].at("id"), 7);
  EXPECT_EQ(answers[1].at_pointer("/error/code"), kInvalidParams);
  EXPECT_FALSE(answers[2].as_object().contains("id"));
  EXPECT_EQ(session_->answer_all({list[1]}, "r1"), "");
}

TEST_F(McpSessionTest, AnotherCallMayNotBeCancelledByChance) {
  answer_ = [this](const tn_call* call, const auto&, auto, const auto&) {
    session_->notice(message(R"({"jsonrpc":"2.0","method":"notifications/cancelled",
                                 "params":{"requestId":"1"}})"));
    EXPECT_FALSE(tenon::Call(call).cancelled());
    return Result<std::string>(std::string(R"({"n":1})"));
  };
  EXPECT_NE(call(R"({"name":"a.m"})"), nullptr);
}

TEST_F(McpSessionTest, OutputThatBreaksItsSchemaIsAFailure) {
  answer_ = [](const auto*, const auto&, auto, const auto&) {
    return Result<std::string>(std::string(R"({"n":"text"})"));
  };
  const auto result = call(R"({"name":"a.m"})").at("result");
  EXPECT_EQ(result.at("isError"), true);
  EXPECT_FALSE(result.as_object().contains("structuredContent"));
}

TEST_F(McpSessionTest, ToolsComeInPages) {
  std::string methods;
  for (int i = 0; i < 250; ++i)
    methods += (i ? "," : "") + std::string(R"({"name":"m)") + std::to_string(1000 + i) + R"("})";
  served_ = serve({R"({"interface":"a/1","version":"1.0.0","methods":[)" + methods + "]}"});
  std::string cursor;
  std::vector<size_t> sizes;
  std::string last;
  for (int page = 0; page < 10; ++page) {
    const auto params = cursor.empty() ? "{}" : R"({"cursor":)" + serialize(value(cursor)) + "}";
    const auto result =
        ask(R"({"jsonrpc":"2.0","id":1,"method":"tools/list","params":)" + params + "}")
            .at("result")
            .as_object();
    const auto& tools = result.at("tools").as_array();
    sizes.push_back(tools.size());
    EXPECT_LT(last, std::string(tools.front().at("name").as_string()));
    last = tools.back().at("name").as_string();
    if (!result.contains("nextCursor")) break;
    cursor = result.at("nextCursor").as_string();
  }
  EXPECT_THAT(sizes, testing::ElementsAre(100, 100, 50));
}

TEST_F(McpSessionTest, SubscribersHearOfOtherToolsAlone) {
  std::atomic<int> heard{0};
  std::atomic<int> looks{0};
  looks_ = &looks;
  const McpServer::Subscription subscription(*server_, [&](std::string) { ++heard; });
  // Another look at the tools begins only when the one before has been told.
  const auto settled = [&] {
    for (int i = 0; i < 2; ++i) {
      const int before = looks;
      server_->changed();
      while (looks == before) std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    return heard.load();
  };
  EXPECT_EQ(settled(), 1);  // it cannot know what the first client knows
  EXPECT_EQ(settled(), 1);
  serves_nothing_ = true;
  EXPECT_EQ(settled(), 2);
}

TEST_F(McpSessionTest, LinesAreAnsweredInTurn) {
  std::istringstream in(
      "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}\r\n\n"
      "nonsense\n"
      "{\"jsonrpc\":\"2.0\",\"id\":3,\"method\":\"ping\",\"params\":7}\n"
      "{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"tools/call\",\"params\":{\"name\":\"a.m\"}}");
  std::vector<value> heard;
  std::mutex mutex;
  answer_ = [](const auto*, const auto&, auto, const auto&) {
    return Result<std::string>(Error{Code::conflict, "no"});
  };
  serve_lines(*server_, in, [&](std::string text) {
    const std::lock_guard lock(mutex);
    heard.push_back(parse(text));
  });
  ASSERT_EQ(heard.size(), 4u);
  EXPECT_EQ(heard[0], parse(R"({"jsonrpc":"2.0","id":1,"result":{}})"));
  EXPECT_EQ(heard[1].at_pointer("/error/code"), kParseError);
  EXPECT_FALSE(heard[1].as_object().contains("id"));
  EXPECT_EQ(heard[2].at("id"), 3);
  EXPECT_EQ(heard[3].at_pointer("/result/isError"), true);
}

TEST(ReadLinesTest, ALineThatIsTooLongIsToldAndTheNextIsTaken) {
  std::istringstream in(std::string(kLargestMessage + 1, 'x') + "\n" +
                        std::string(kLargestMessage, 'y') + "\r\n\nlast");
  std::vector<std::string> told, taken;
  read_lines(
      in, [&](std::string text) { told.push_back(std::move(text)); },
      [&](std::string text) { taken.push_back(std::move(text)); });
  ASSERT_EQ(told.size(), 1u);
  EXPECT_EQ(parse(told[0]).at_pointer("/error/code"), kInvalidRequest);
  EXPECT_THAT(taken, testing::ElementsAre(std::string(kLargestMessage, 'y'), "last"));
}

}  // namespace
}  // namespace tenon::tools
