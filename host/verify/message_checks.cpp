#include <fmt/format.h>

#include "host/config/problem.hpp"
#include "host/config/schema.hpp"
#include "host/verify/answer.hpp"
#include "host/verify/generate.hpp"
#include "host/verify/groups.hpp"

namespace tenon::verify {
namespace {

namespace js = boost::json;
using plugins::GenerationTables;

constexpr size_t kShownInput = 300;
constexpr std::string_view kNoMethods = "it provides no message interface";

struct Method {
  std::string name;  // "demo.greeter/1 greet"
  uint32_t number = 0;
  js::value input;  // schema; empty: anything
  std::optional<config::Schema> takes;
  std::optional<config::Schema> gives;
};

std::optional<config::Schema> compiled(const std::optional<js::value>& schema) {
  if (!schema) return std::nullopt;
  auto out = config::Schema::compile_value(*schema);
  return out.ok() ? std::optional(std::move(*out)) : std::nullopt;  // manifest.schemas tells of it
}

std::vector<Method> message_methods(const plugins::Manifest& manifest) {
  std::vector<Method> out;
  for (const auto& provided : manifest.provides) {
    if (provided.columns) continue;
    uint32_t number = provided.first_method;
    for (const auto& spec : provided.methods) {
      Method& method = out.emplace_back();
      method.name = provided.interface_id + " " + spec.name;
      method.number = number++;
      method.input = spec.input.value_or(js::object());
      method.takes = compiled(spec.input);
      method.gives = compiled(spec.output);
    }
  }
  return out;
}

bool is_valid(const Method& method, const js::value& input) {
  return !method.takes || method.takes->validate(input).empty();
}

struct Input {
  std::string text;
  std::string what;   // was done to it; empty: nothing
  bool json = true;   // it is a JSON value
  bool valid = true;  // and valid against the schema
};

Input valid_input(const Method& method, Random& random) {
  const js::value value = Generator(method.input, random).value();
  return {js::serialize(value), "", true, is_valid(method, value)};
}

Input wrong_input(const Method& method, Random& random) {
  const js::value value = Generator(method.input, random).value();
  Input out;
  out.text = mutated(value, random, out.what);
  const auto parsed = json::parse(out.text);
  out.json = parsed.ok();
  out.valid = parsed.ok() && is_valid(method, *parsed);
  return out;
}

// What is wrong with an answer of TN_OK.
std::string wrong_output(const Method& method, const Input& input, const std::string& output) {
  if (!input.json) return "";  // it may hand on what it took for a value
  if (output.empty()) return "it answered TN_OK and wrote no output";
  const auto parsed = json::parse(output);
  if (!parsed.ok())
    return fmt::format("its output {} is no JSON: {}", config::in_quotes(output),
                       parsed.error().message);
  if (!input.valid || !method.gives) return "";
  for (const auto& problem : method.gives->validate(*parsed))
    return fmt::format("its output {} does not match its schema: {}{}{}",
                       config::in_quotes(output, kShownInput), problem.path,
                       problem.path.empty() ? "" : ": ", problem.message);
  return "";
}

// Calls and judges; empty: all is well.
std::string call(const GenerationTables& to, const Method& method, const Input& input,
                 std::chrono::milliseconds limit) {
  StringSink output;
  const Answer answer = ask(limit, [&](const tn_call* raw) {
    return to.messages->call(to.object, raw, method.number, view(input.text), output.get());
  });
  std::string wrong = wrong_with(answer);
  if (wrong.empty() && answer.status == TN_OK) wrong = wrong_output(method, input, output.text());
  return wrong;
}

std::string described(const Method& method, uint64_t number, const Input& input) {
  return fmt::format("{}, case {}{}{}: {}", method.name, number, input.what.empty() ? "" : ", ",
                     input.what, config::in_quotes(input.text, kShownInput));
}

using MakeInput = Input (*)(const Method&, Random&);

// Every method with as many cases as asked for, or as there is time for.
void sweep(const Ground& ground, std::string_view check, MakeInput make) {
  const auto methods = message_methods(ground.bench.subject().candidate.manifest);
  const auto instance = begin_serving(ground, check, methods.empty() ? kNoMethods : "");
  if (!instance) return;
  auto entry = instance->provider().enter(nullptr);
  std::vector<std::string> wrong;
  uint64_t cases = 0, valid = 0;
  for (const auto& method : methods) {
    const auto until = std::chrono::steady_clock::now() + ground.options.time_limit / 4;
    for (unsigned i = 0; i < ground.options.cases && wrong.size() < kMaxWrong; ++i) {
      if (std::chrono::steady_clock::now() > until) break;
      Random random(ground.options.seed, method.name, i);
      const Input input = make(method, random);
      ground.recorder.doing(described(method, i, input));
      if (const auto why = call(entry.tables(), method, input, ground.options.time_limit);
          !why.empty())
        wrong.push_back(fmt::format("{}: {}", described(method, i, input), why));
      ++cases;
      valid += input.valid ? 1 : 0;
    }
  }
  ground.recorder.judge(
      check, wrong,
      fmt::format("{} methods, {} cases, {} of them valid", methods.size(), cases, valid));
}

}  // namespace

void check_valid_messages(const Ground& ground) {
  sweep(ground, "message.valid", valid_input);
}

void check_invalid_messages(const Ground& ground) {
  sweep(ground, "message.invalid", wrong_input);
}

void check_message_threads(const Ground& ground) {
  constexpr std::string_view check = "message.threads";
  const auto methods = message_methods(ground.bench.subject().candidate.manifest);
  const auto instance = begin_serving(ground, check, methods.empty() ? kNoMethods : "");
  if (!instance) return;
  auto entry = instance->provider().enter(nullptr);
  judge_lanes(ground, check, methods.size(), [&]() -> Lane {
    return [&](size_t kind, uint64_t number) {
      const auto& method = methods[kind];
      Random random(ground.options.seed, method.name, number);
      const Input input = valid_input(method, random);
      const auto why = call(entry.tables(), method, input, ground.options.time_limit);
      return why.empty() ? why : described(method, number, input) + ": " + why;
    };
  });
}

}  // namespace tenon::verify
