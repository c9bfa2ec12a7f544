#include "host/tools/tool_result.hpp"

#include <fmt/format.h>

#include "host/base/error_text.hpp"
#include "host/http/text.hpp"
#include "host/tools/json_schema.hpp"
#include "tenon/json.hpp"

namespace tenon::tools {
namespace {

using boost::json::array;
using boost::json::object;
using boost::json::value;

object text_content(std::string_view text) {
  return {{"type", "text"}, {"text", http::valid_utf8(text)}};
}

object failure(std::string_view text) {
  return {{"content", array{text_content(text)}}, {"isError", true}};
}

// A text of the output that is a document of its own, by its schema: a picture, sound, a file.
object document_content(const Tool& tool, std::string_view member, const object& rules,
                        const boost::json::string& text) {
  const auto type = text_of(rules, "contentMediaType");
  const bool coded = text_of(rules, "contentEncoding") == "base64";
  for (const char* kind : {"image", "audio"})
    if (coded && type.starts_with(std::string(kind) + "/"))
      return {{"type", kind}, {"data", text}, {"mimeType", boost::json::string(type)}};
  return {{"type", "resource"},
          {"resource",
           object{{"uri", fmt::format("tenon://{}/{}", tool.name, http::percent_encode(member))},
                  {"mimeType", boost::json::string(type)},
                  {coded ? "blob" : "text", text}}}};
}

// The documents in the order of the schema, after the rest as text.
array content_of(const Tool& tool, const value& output) {
  array documents;
  value rest = output;
  const auto* schema = tool.output.if_object();
  const auto* properties = schema ? schema->if_contains("properties") : nullptr;
  if (properties && properties->is_object() && output.is_object())
    for (const auto& [name, rules] : properties->get_object()) {
      const auto* member = output.get_object().if_contains(name);
      if (!member || !member->is_string() || !rules.is_object() ||
          text_of(rules.get_object(), "contentMediaType").empty())
        continue;
      documents.push_back(document_content(tool, {name.data(), name.size()}, rules.get_object(),
                                           member->get_string()));
      rest.get_object().erase(name);
    }
  array out;
  // The member `text` is for people, as on the command line.
  if (rest.is_object() && rest.get_object().size() == 1 && rest.get_object().contains("text") &&
      rest.get_object().at("text").is_string())
    out.push_back(text_content(view_of(rest.get_object().at("text").get_string())));
  else if (documents.empty() || !rest.is_object() || !rest.get_object().empty())
    out.push_back(text_content(boost::json::serialize(rest)));
  for (auto& document : documents) out.push_back(std::move(document));
  return out;
}

}  // namespace

object tool_result(const Tool& tool, const Result<std::string>& output) {
  if (!output.ok()) return failure(text_of(output.error()));
  auto parsed = json::parse(*output);
  if (!parsed.ok())
    return failure(fmt::format("{} of {} answered no JSON: {}", tool.method, tool.interface_id,
                               parsed.error().message));
  if (tool.output_check)
    if (const auto problems = tool.output_check->validate(*parsed, "output"); !problems.empty())
      return failure(fmt::format("{} of {} answered what its own schema does not allow: {}",
                                 tool.method, tool.interface_id, config::to_string(problems)));
  object out{{"content", content_of(tool, *parsed)}};
  if (tool.wraps_output)
    out["structuredContent"] = object{{kResult, std::move(*parsed)}};
  else if (parsed->is_object())
    out["structuredContent"] = std::move(*parsed);
  return out;
}

}  // namespace tenon::tools
