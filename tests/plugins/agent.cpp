// Methods that show agents all kinds of answers: one for each scenario of the conformance suite
// that is about tools, and what the tests of tenon's own rules need.
#include <tenon/plugin.hpp>
#include <tenon/progress.hpp>

#include <algorithm>
#include <chrono>
#include <thread>

#ifndef AGENT_VERSION
#define AGENT_VERSION 1
#endif

using namespace std::chrono_literals;

// One pixel, red.
constexpr char kPicture[] =
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg"
    "==";
// No sample at all.
constexpr char kSound[] = "UklGRiQAAABXQVZFZm10IBAAAAABAAEAQB8AAIA+AAACABAAZGF0YQAAAAA=";

struct Said {
  std::string text;
};
BOOST_DESCRIBE_STRUCT(Said, (), (text))

struct Picture {
  std::string picture;

  static constexpr tenon::Field fields[] = {
      {.name = "picture", .media_type = "image/png", .encoding = "base64"}};
};
BOOST_DESCRIBE_STRUCT(Picture, (), (picture))

struct Sound {
  std::string sound;

  static constexpr tenon::Field fields[] = {
      {.name = "sound", .media_type = "audio/wav", .encoding = "base64"}};
};
BOOST_DESCRIBE_STRUCT(Sound, (), (sound))

struct Note {
  std::string note;

  static constexpr tenon::Field fields[] = {{.name = "note", .media_type = "text/plain"}};
};
BOOST_DESCRIBE_STRUCT(Note, (), (note))

struct Mixed {
  std::string text;
  std::string picture;
  std::string data;

  static constexpr tenon::Field fields[] = {
      {.name = "picture", .media_type = "image/png", .encoding = "base64"},
      {.name = "data", .media_type = "application/json"}};
};
BOOST_DESCRIBE_STRUCT(Mixed, (), (text, picture, data))

struct Numbers {
  int64_t a;
  int64_t b;

  static constexpr tenon::Field fields[] = {
      {.name = "a", .description = "The first", .maximum = 1000, .example = "2"},
      {.name = "b", .description = "The second"}};
};
BOOST_DESCRIBE_STRUCT(Numbers, (), (a, b))

struct Sum {
  int64_t sum;
};
BOOST_DESCRIBE_STRUCT(Sum, (), (sum))

struct Pause {
  int64_t ms;
};
BOOST_DESCRIBE_STRUCT(Pause, (), (ms))

struct State {
  bool waiting;
  bool cancelled;
};
BOOST_DESCRIBE_STRUCT(State, (), (waiting, cancelled))

class Agent {
 public:
  explicit Agent(tenon::Host& host) : host_(host), progress_(host) {}

  Said say() { return {"This is a simple text response for testing."}; }
  Picture draw() { return {kPicture}; }
  Sound sing() { return {kSound}; }
  Note write() { return {"This is an embedded resource content."}; }
  Mixed mix() {
    return {"Multiple content types test:", kPicture, R"({"test":"data","value":123})"};
  }
  Said log(tenon::Call& call) {
    for (const char* line :
         {"Tool execution started", "Tool processing data", "Tool execution completed"}) {
      host_.log().write(TN_LOG_INFO, line, {}, &call);
      std::this_thread::sleep_for(50ms);
    }
    return {"logged"};
  }
  tenon::Result<Said> fail() {
    return tenon::Error{tenon::Code::conflict,
                        "This tool intentionally returns an error for testing"};
  }
  Said advance(tenon::Call& call) {
    for (const uint64_t done : {0, 50, 100}) {
      progress_.report(call, "advancing", done, 100);
      std::this_thread::sleep_for(50ms);
    }
    return {"advanced"};
  }

  Sum add(const Numbers& in) { return {in.a + in.b}; }
  std::vector<int64_t> list() { return {1, 2, 3}; }
  int64_t twice(int64_t number) { return 2 * number; }
  // Until it is cancelled, or the time is over.
  tenon::Result<Said> wait(tenon::Call& call, const Pause& in) {
    waiting_ = true;
    cancelled_ = false;
    const auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds(in.ms);
    while (!call.cancelled() && std::chrono::steady_clock::now() < end)
      std::this_thread::sleep_for(5ms);
    waiting_ = false;
    cancelled_ = call.cancelled();
    if (cancelled_) return tenon::Error{tenon::Code::cancelled, "nobody waits any more"};
    return Said{"waited"};
  }
  State state() { return {waiting_, cancelled_}; }

 private:
  tenon::Host& host_;
  tenon::Progress progress_;
  std::atomic<bool> waiting_{false};
  std::atomic<bool> cancelled_{false};
};

// The next version promises more.
constexpr auto adding() {
  const auto method = tenon::method<&Agent::add>(
      "add", AGENT_VERSION == 1 ? "Adds two numbers" : "Adds two numbers, changing nothing");
  return AGENT_VERSION == 1 ? method.idempotent() : method.read_only();
}

TENON_PLUGIN(
    Agent, tenon::about("agent", AGENT_VERSION == 1 ? "1.0.0" : "1.1.0", "For agents to play with"),
    tenon::provides(
        "test.agent/1", AGENT_VERSION == 1 ? "1.0.0" : "1.1.0",
        tenon::method<&Agent::say>("say", "Says something").read_only().tool("test_simple_text"),
        tenon::method<&Agent::draw>("draw", "A picture").read_only().tool("test_image_content"),
        tenon::method<&Agent::sing>("sing", "A sound").read_only().tool("test_audio_content"),
        tenon::method<&Agent::write>("write", "A note").read_only().tool("test_embedded_resource"),
        tenon::method<&Agent::mix>("mix").read_only().tool("test_multiple_content_types"),
        tenon::method<&Agent::log>("log").read_only().tool("test_tool_with_logging"),
        tenon::method<&Agent::fail>("fail").read_only().tool("test_error_handling"),
        tenon::method<&Agent::advance>("advance").read_only().tool("test_tool_with_progress"),
        tenon::method<&Agent::list>("list").read_only(),
        tenon::method<&Agent::twice>("twice").read_only(),
        tenon::method<&Agent::state>("state").read_only(), adding(),
        tenon::method<&Agent::wait>("wait", "Waits")))
