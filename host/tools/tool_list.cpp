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
  const plugins::ProvidedInterface* from;
  const plugins::Manifest* manifest;
};

// Methods by interface and name, of the highest version of each interface.
std::vector<Offer> offers_of(const std::vector<plugins::PluginHost::Served>& served) {
  std::map<std::string_view, std::pair<const plugins::ProvidedInterface*, const plugins::Manifest*>>
      interfaces;
  for (const auto& one : served)
    for (const auto& provided : one.manifest->provides) {
      if (provided.columns) continue;
      auto& best = interfaces[provided.interface_id];
      if (!best.first || best.first->version < provided.version)
        best = {&provided, one.manifest.get()};
    }
  std::vector<Offer> out;
  for (const auto& [id, best] : interfaces)
    for (const auto& method : best.first->methods)
      out.push_back({&method, best.first, best.second});
  return out;
}

object describe(Tool& tool, const Offer& offer) {
  const auto& method = *offer.method;
  std::string text = method.summary.empty()
                         ? fmt::format("{} of {}", method.name, tool.interface_id)
                         : method.summary;
  if (!offer.manifest->description.empty())
    text += fmt::format(" ({}: {})", offer.manifest->id, offer.manifest->description);
  object out{{"name", tool.name}, {"title", in_words(method.name)}, {"description", text}};
  const value input = method.input.value_or(object{{"type", "object"}});
  tool.wraps_input = !takes_objects_only(input);
  out["inputSchema"] = tool.wraps_input ? value(wrapped(input, kInput)) : input;
  if (method.output) {
    tool.wraps_output = !takes_objects_only(*method.output);
    tool.output = *method.output;
    out["outputSchema"] =
        tool.wraps_output ? value(wrapped(*method.output, kResult)) : *method.output;
  }
  object hints{{"readOnlyHint", method.read_only}, {"idempotentHint", method.idempotent}};
  if (method.read_only) {
    hints["idempotentHint"] = true;
    hints["destructiveHint"] = false;
  }
  out["annotations"] = std::move(hints);
  return out;
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

std::string tool_name(std::string_view interface_id, std::string_view method) {
  const size_t slash = interface_id.rfind('/');
  const auto major = interface_id.substr(slash + 1);
  const std::string wanted = std::string(interface_id.substr(0, slash)) +
                             (major == "1" ? "" : "_V" + std::string(major)) + "." +
                             std::string(method);
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

ToolList::ToolList(const std::vector<plugins::PluginHost::Served>& served,
                   const std::optional<std::vector<std::string>>& patterns) {
  const auto offers = offers_of(served);
  std::map<std::string_view, int> claims;
  for (const auto& offer : offers) ++claims[offer.method->tool];
  for (const auto& offer : offers) {
    const auto& method = *offer.method;
    Tool tool;
    tool.interface_id = offer.from->interface_id;
    tool.method = method.name;
    const bool own_name = !method.tool.empty() && claims[method.tool] == 1;
    tool.name = own_name ? method.tool : tool_name(tool.interface_id, method.name);
    const bool offered =
        patterns ? std::any_of(patterns->begin(), patterns->end(),
                               [&](const auto& one) { return matches_pattern(tool.name, one); })
                 : method.read_only;
    if (!offered) continue;
    tool.description = describe(tool, offer);
    tools_.push_back(std::move(tool));
  }
  std::sort(tools_.begin(), tools_.end(),
            [](const Tool& a, const Tool& b) { return a.name < b.name; });
  for (const auto& tool : tools_) text_ += boost::json::serialize(tool.description) + '\n';
}

const Tool* ToolList::find(std::string_view name) const {
  const auto found =
      std::lower_bound(tools_.begin(), tools_.end(), name,
                       [](const Tool& tool, std::string_view key) { return tool.name < key; });
  return found != tools_.end() && found->name == name ? &*found : nullptr;
}

}  // namespace tenon::tools
