// @NAME@: tenon.bridge.capability/1 with one capability, "@NAME@.count_words".
#include <sstream>
#include <tenon/draft/bridge/capability.hpp>
#include <tenon/plugin.hpp>
#include <tenon/progress.hpp>
#include <tenon/state.hpp>

namespace bridge = tenon::bridge;
using tenon::Call;
using tenon::Code;
using tenon::Error;
using tenon::Result;

struct Essay {
  std::string text;
};
BOOST_DESCRIBE_STRUCT(Essay, (), (text))

struct WordCount {
  int64_t words = 0;
};
BOOST_DESCRIBE_STRUCT(WordCount, (), (words))

namespace {

// The schemas follow from the structs, as those of a method do.
template <class T>
boost::json::object schema_of() {
  tenon::schema::Writer size;
  tenon::schema::write<T>(size);
  std::string text(size.size(), ' ');
  tenon::schema::Writer writer(text.data());
  tenon::schema::write<T>(writer);
  return boost::json::parse(text).as_object();
}

}  // namespace

class @CLASS@ {
 public:
  explicit @CLASS@(tenon::Host& host) : state_(host), progress_(host) {}

  bridge::CapabilityList describe() {
    return {{{kAction, "Counts the words of an essay", schema_of<Essay>(), schema_of<WordCount>(),
              10}}};
  }

  // A task may come again with the same id: then its first result is given again.
  Result<bridge::Outcome> perform(Call& call, const bridge::Task& task) {
    if (task.action != kAction)
      return Error{Code::not_found, "there is no capability \"" + task.action + "\"", "action"};
    const std::string key = "task." + task.task_id;
    if (const auto known = state_.get(call, key); known.ok()) {
      TN_TRY(const auto count, tenon::json::decode<WordCount>(known->value));
      return outcome(count);
    } else if (known.error().code != Code::not_found) {
      return known.error();
    }
    TN_TRY(const auto count, count_words(call, task));
    TN_CHECK(state_.put(call, key, tenon::json::encode(count)));
    return outcome(count);
  }

 private:
  static constexpr char kAction[] = "@NAME@.count_words";

  Result<WordCount> count_words(Call& call, const bridge::Task& task) {
    const auto essay = tenon::json::from_value<Essay>(task.payload);
    if (!essay.ok())
      return Error{Code::invalid, essay.error().message, "payload." + essay.error().path};
    std::istringstream words(essay->text);
    std::string word;
    WordCount count;
    while (words >> word) {
      if (++count.words % 1000 != 0) continue;
      if (call.cancelled()) return Error{Code::cancelled, "the task was cancelled"};
      progress_.report(call, "counting", static_cast<uint64_t>(count.words), 0);
    }
    return count;
  }
  static bridge::Outcome outcome(const WordCount& count) {
    return {tenon::json::to_value(count).as_object()};
  }
  tenon::State state_;
  tenon::Progress progress_;
};

TENON_PLUGIN(
    @CLASS@, tenon::about("@NAME@", "0.1.0", "Counts the words of essays"),
    tenon::provides(bridge::kCapabilityInterface, bridge::kCapabilityVersion,
                    tenon::method<&@CLASS@::describe>("describe", "What it can do").idempotent(),
                    tenon::method<&@CLASS@::perform>("perform", "Does one task").idempotent()))
