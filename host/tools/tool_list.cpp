#include "host/tools/tool_list.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <map>

#include "host/tools/json_schema.hpp"

namespace tenon::tools {
namespace {

using boost::json::object;
using boost::json::value;

constexpr size_t kLongestName = 128;

// FNV-1a: tells names apart that look the same once they are made to fit.
uint64_t hash_of(std::string_view text) {
  uint64_t hash = 14695981039346656037ull;
  for (const unsigned char c : text) hash = (hash ^ c) * 1099511628211ull;
  return hash;
}

// "list_products" as "List products".
std::string in_words(std::string text) {
  std::replace(text.begin(), text.end(), '_', ' ');
  std::replace(text.begin(), text.end(), '-', ' ');
  if (!text.empty()) text[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(text[0])));
  return text;
}

struct Offer {
  const plugins::MethodSpec* method;
  const plugins::ServedInterface* of;
  bool by_name;  // of the instance: one of several
};

// Methods are offered under the name of their interface, with the schemas of the instance that
// answers where a call names none. Where several instances
// provide the interface, each is offered besides as a tool of its own: agents choose well between
// descriptions and fill in one exact schema, whereas one schema for all (anyOf) is refused by the
// programs of many models, and leaves open which part belongs to which provider.
std::vector<Offer> offers_of(
    const std::map<std::string_view, std::vector<plugins::ServedInterface>>& interfaces) {
  std::vector<Offer> out;
  for (const auto& [id, providers] : interfaces)
    for (const auto& provider : providers)
      for (const auto& method : provider.interface->methods) {
        if (&provider == &providers.front()) out.push_back({&method, &provider, false});
        if (providers.size() > 1) out.push_back({&method, &provider, true});
      }
  return out;
}

std::string words_of(const Tool& tool, const Offer& offer) {
  const auto& manifest = *offer.of->by->manifest;
  std::string text = offer.method->summary.empty()
                         ? fmt::format("{} of {}", tool.method, tool.interface_id)
                         : offer.method->summary;
  const std::string_view whose = offer.by_name ? tool.instance : manifest.id;
  if (!manifest.description.empty())
    text += fmt::format(" ({}: {})", whose, manifest.description);
  else if (offer.by_name)
    text += fmt::format(" ({})", whose);
  return text;
}

void describe(Tool& tool, const Offer& offer) {
  const auto& method = *offer.method;
  const value input = method.input.value_or(object{{"type", "object"}});
  tool.wraps_input = !takes_objects_only(input);
  object& out = tool.description;
  out = {{"name", tool.name},
         {"title", in_words(method.name)},
         {"description", words_of(tool, offer)},
         {"inputSchema", tool.wraps_input ? value(wrapped(input, kInput)) : input}};
  if (auto check = config::Schema::compile_value(method.output.value_or(nullptr)); check.ok()) {
    tool.output = *method.output;
    tool.output_check = std::move(*check);
    tool.wraps_output = !takes_objects_only(tool.output);
    out["outputSchema"] = tool.wraps_output ? value(wrapped(tool.output, kResult)) : tool.output;
  }
  object hints{{"readOnlyHint", method.read_only},
               {"idempotentHint", method.idempotent || method.read_only}};
  if (method.read_only) hints["destructiveHint"] = false;
  out["annotations"] = std::move(hints);
}

// Why agents do not get it; empty: they do.
std::string objection(const Tool& tool, const plugins::MethodSpec& method,
                      const std::optional<std::vector<std::string>>& patterns) {
  if (method.input && !is_schema(*method.input))
    return "what it takes cannot be checked: the schema of its input is none";
  if (!patterns) return method.read_only ? "" : "it does not say that it only reads (read_only)";
  const bool named = std::any_of(patterns->begin(), patterns->end(),
                                 [&](const auto& one) { return matches_pattern(tool.name, one); });
  return named ? "" : "mcp.tools does not name it";
}

}  // namespace

bool matches_pattern(std::string_view text, std::string_view pattern) {
  // The last * may have taken too little; then it takes one more.
  size_t at = 0, rule = 0, star = pattern.npos, taken = 0;
  while (at < text.size()) {
    if (rule < pattern.size() && pattern[rule] == '*') {
      star = rule++;
      taken = at;
    } else if (rule < pattern.size() && pattern[rule] == text[at]) {
      ++rule;
      ++at;
    } else if (star != pattern.npos) {
      rule = star + 1;
      at = ++taken;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', rule) == pattern.npos;
}

std::string tool_name(std::string_view interface_id, std::string_view method,
                      std::string_view instance) {
  const size_t slash = interface_id.rfind('/');
  const auto major = interface_id.substr(slash + 1);
  // Neither interfaces nor instances have capital letters.
  std::string wanted(interface_id.substr(0, slash));
  if (major != "1") wanted += "_V" + std::string(major);
  if (!instance.empty()) wanted += "_OF_" + std::string(instance);
  wanted += "." + std::string(method);
  const auto fits = [](unsigned char c) {
    return c < 128 && (std::isalnum(c) || c == '_' || c == '-');
  };
  if (wanted.size() <= kLongestName && std::all_of(method.begin(), method.end(), fits))
    return wanted;
  std::string out = wanted.substr(0, kLongestName - 17);
  const size_t own = wanted.size() - method.size();  // where the method's name begins
  for (size_t i = own; i < out.size(); ++i)
    if (!fits(static_cast<unsigned char>(out[i]))) out[i] = '_';
  return out + fmt::format("_{:016x}", hash_of(wanted));
}

ToolList::ToolList(const std::vector<plugins::Served>& served,
                   const std::optional<std::vector<std::string>>& patterns) {
  const auto interfaces = plugins::message_interfaces(served);
  const auto offers = offers_of(interfaces);
  std::map<std::string_view, int> claims;
  for (const auto& offer : offers)
    if (!offer.by_name) ++claims[offer.method->tool];
  for (const auto& offer : offers) {
    const auto& method = *offer.method;
    Tool tool;
    tool.interface_id = offer.of->interface->interface_id;
    tool.method = method.name;
    tool.instance = offer.of->by->instance;
    const bool claimed = !offer.by_name && !method.tool.empty() && claims[method.tool] == 1;
    tool.name = claimed ? method.tool
                        : tool_name(tool.interface_id, method.name,
                                    offer.by_name ? tool.instance : std::string());
    if (auto reason = objection(tool, method, patterns); !reason.empty()) {
      withheld_.push_back({std::move(tool.name), std::move(reason)});
      continue;
    }
    describe(tool, offer);
    tools_.push_back(std::move(tool));
  }
  const auto by_name = [](const auto& a, const auto& b) { return a.name < b.name; };
  std::sort(tools_.begin(), tools_.end(), by_name);
  std::sort(withheld_.begin(), withheld_.end(), by_name);
  for (const auto& tool : tools_) text_ += boost::json::serialize(tool.description) + '\n';
}

const Tool* ToolList::find(std::string_view name) const {
  const auto found =
      std::lower_bound(tools_.begin(), tools_.end(), name,
                       [](const Tool& tool, std::string_view key) { return tool.name < key; });
  return found != tools_.end() && found->name == name ? &*found : nullptr;
}

}  // namespace tenon::tools
