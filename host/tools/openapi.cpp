#include "host/tools/openapi.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "host/http/problem.hpp"
#include "host/http/text.hpp"
#include "host/tools/example.hpp"
#include "host/tools/json_schema.hpp"
#include "host/tools/openapi_paths.hpp"
#include "host/tools/openapi_schemas.hpp"

namespace tenon::tools {
namespace {

using boost::json::array;
using boost::json::object;
using boost::json::value;

constexpr char kJson[] = "application/json";

object problem_schema() {
  const auto text = [](const char* description) {
    return object{{"type", "string"}, {"description", description}};
  };
  return {
      {"type", "object"},
      {"description", "What went wrong (RFC 9457)."},
      {"properties", object{{"type", text("Kind of problem; about:blank: the status says it.")},
                            {"title", text("The status in words.")},
                            {"status", object{{"type", "integer"}, {"description", "The status."}}},
                            {"detail", text("What went wrong, for a person.")},
                            {"instance", text("The path that was asked for.")},
                            {"path", text("Where in the input.")},
                            {"correlationId", text("The id of the request in the logs.")}}},
      {"required", array{"type", "title", "status"}}};
}

// One document in the making.
class Maker {
 public:
  explicit Maker(const OpenApiSource& source) : source_(source) {}

  object make() {
    schemas_.add("Problem", problem_schema());
    std::vector<const http::Route*> routes;
    for (const auto& compiled : source_.routes)
      if (compiled.route.document) routes.push_back(&compiled.route);
    // Of two routes of one path, {x} and {x...}, the one that takes less is told, as it is the one
    // that such a request meets.
    std::sort(routes.begin(), routes.end(), [](const auto* a, const auto* b) {
      const auto key = [](const http::Route& route) {
        return std::tuple(route.pattern.ends_with("...}"), std::string_view(route.pattern),
                          std::string_view(route.method));
      };
      return key(*a) < key(*b);
    });
    for (const auto* route : routes) add_route(*route);
    for (const auto& one : source_.served) tags_[one.instance] = one.manifest->description;
    // The path of a method is that of the instance which answers where a call names none. Each of
    // several has a path besides, so that every schema stays exact.
    for (const auto& [id, providers] : plugins::message_interfaces(source_.served))
      for (const auto& provider : providers)
        for (const auto& method : provider.interface->methods) {
          if (&provider == &providers.front()) add_method(provider, method, false);
          if (providers.size() > 1) add_method(provider, method, true);
        }
    return document();
  }

 private:
  object document() {
    array tags;
    for (const auto& [name, description] : tags_)
      if (used_tags_.count(name))
        tags.push_back(
            object{{"name", name}, {"description", description.empty() ? name : description}});
    return {
        {"openapi", "3.1.0"},
        {"info",
         object{{"title", source_.title},
                {"version", source_.version},
                {"description", "Routes of the host and of its plugins, and their methods."},
                {"license", object{{"name", "Apache 2.0"}, {"identifier", "Apache-2.0"}}}}},
        {"servers", array{object{{"url", "/"}}}},
        {"tags", std::move(tags)},
        {"paths", paths_.take()},
        {"components",
         object{{"schemas", schemas_.take()},
                {"responses", object{{"Problem", problem_response()}}},
                {"securitySchemes",
                 object{{"hostToken",
                         object{{"type", "http"},
                                {"scheme", "bearer"},
                                {"description",
                                 "The token in host-token.secret of the data directory."}}}}}}}};
  }

  static object problem_response() {
    object media{{"schema", object{{"$ref", "#/components/schemas/Problem"}}}};
    return {{"description", "It was refused, or failed."},
            {"content", object{{std::string(http::kProblemType), std::move(media)}}}};
  }

  void add_operation(const std::string& path, std::string_view method, const std::string& tag,
                     bool token, object operation) {
    array needs;
    if (token) needs.push_back(object{{"hostToken", array()}});
    operation["security"] = std::move(needs);
    operation["tags"] = array{value(tag)};
    if (!paths_.add(path, method, std::move(operation))) return;
    used_tags_.insert(tag);
    tags_.try_emplace(tag, tag == "host" ? "The host itself: health, plugins, configuration." : "");
  }

  void add_route(const http::Route& route) {
    const auto& told = *route.document;
    const std::string path = paths_.path_of(route.pattern);
    const std::string id = paths_.claim_id(operation_id(route.method, path));
    object operation{{"operationId", id},
                     {"summary", told.summary.empty() ? route.method + " " + path : told.summary}};
    array parameters = path_parameters(path, route.pattern);
    add_query_parameters(id, told.query, parameters);
    if (!parameters.empty()) operation["parameters"] = std::move(parameters);
    if (!told.body.is_null() || !route.consumes.empty())
      operation["requestBody"] =
          body_of(id + ".body", route.consumes.empty() ? kJson : route.consumes[0], told.body);
    operation["responses"] = responses(id + ".answer", answer_type(route), told.answer);
    const std::string owner = route.owner.substr(route.owner.find(' ') + 1);
    add_operation(path, route.method, owner, route.access == http::Access::host_state,
                  std::move(operation));
  }

  static std::string answer_type(const http::Route& route) {
    if (route.stream) return "text/event-stream";
    if (!route.produces.empty()) return route.produces[0];
    if (!route.document->answer_type.empty()) return route.document->answer_type;
    return route.document->answer.is_null() ? "" : kJson;
  }

  void add_method(const plugins::ServedInterface& provider, const plugins::MethodSpec& method,
                  bool by_name) {
    const std::string& instance = provider.by->instance;
    const auto& interface_id = provider.interface->interface_id;
    const size_t slash = interface_id.rfind('/');
    const auto name = interface_id.substr(0, slash);
    const auto major = interface_id.substr(slash + 1);
    const std::string path =
        by_name ? path_for(kInstanceMethodPath, {instance, name, major, method.name})
                : path_for(kMethodPath, {name, major, method.name});
    const std::string id = paths_.claim_id(component_name(fmt::format(
        "{}{}.{}.{}", by_name ? instance + "." : std::string(), name, major, method.name)));
    std::string summary =
        method.summary.empty() ? fmt::format("{} of {}", method.name, name) : method.summary;
    if (by_name) summary += ", by " + instance;
    object operation{
        {"operationId", id},
        {"summary", std::move(summary)},
        {"requestBody", body_of(id + ".input", kJson, method.input.value_or(object()))},
        {"responses", responses(id + ".output", kJson, method.output.value_or(object()))}};
    add_operation(path, "POST", instance, true, std::move(operation));
  }

  // The pattern with values for its parameters, in their order.
  static std::string path_for(std::string_view pattern,
                              std::initializer_list<std::string_view> values) {
    std::string out;
    for (const auto given : values) {
      const size_t begin = pattern.find('{');
      out += std::string(pattern.substr(0, begin)) + http::percent_encode(given);
      pattern.remove_prefix(pattern.find('}') + 1);
    }
    return out;
  }

  void add_query_parameters(const std::string& id, const value& query, array& parameters) {
    if (query.is_null() || !is_schema(query)) return;
    const value moved = schemas_.add_parts(id + ".query", query);
    const auto* rules = moved.if_object();
    const auto* properties = rules ? rules->if_contains("properties") : nullptr;
    if (!properties) return;
    for (const auto& [name, schema] : properties->get_object()) {
      object one{{"name", name}, {"in", "query"}};
      if (requires_member(*rules, name)) one["required"] = true;
      object shown = schema.is_object() ? schema.get_object() : object();
      if (const auto description = text_of(shown, "description"); !description.empty())
        one["description"] = boost::json::string(description);
      shown.erase("description");
      without_null(shown);
      one["schema"] = std::move(shown);
      parameters.push_back(std::move(one));
    }
  }

  // A parameter may be absent; there is no null in a query.
  static void without_null(object& schema) {
    auto* type = schema.if_contains("type");
    if (!type || !type->is_array()) return;
    auto& types = type->get_array();
    types.erase(std::remove(types.begin(), types.end(), value("null")), types.end());
    if (types.size() == 1) *type = value(types[0]);
  }

  object body_of(const std::string& name, const std::string& type, const value& schema) {
    return {{"required", true}, {"content", object{{type, media_of(name, schema)}}}};
  }

  object responses(const std::string& name, const std::string& type, const value& schema) {
    object success{{"description", "Done."}};
    if (!type.empty()) success["content"] = object{{type, media_of(name, schema)}};
    const object problem{{"$ref", "#/components/responses/Problem"}};
    return {{"200", std::move(success)}, {"4XX", problem}, {"5XX", problem}};
  }

  // What the host does not understand as a schema others may not, either: it is left out.
  object media_of(const std::string& name, const value& schema) {
    object media;
    if (schema.is_null() || !is_schema(schema)) return media;
    media["schema"] = schemas_.add(name, schema);
    // Of a schema that takes anything an example would say nothing.
    if (!schema.is_object() || schema.get_object().empty()) return media;
    if (auto example = example_of(schema)) media["example"] = std::move(*example);
    return media;
  }

  const OpenApiSource& source_;
  OpenApiSchemas schemas_;
  OpenApiPaths paths_;
  std::map<std::string, std::string> tags_;  // and what they are
  std::set<std::string> used_tags_;
};

}  // namespace

object make_openapi(const OpenApiSource& source) {
  return Maker(source).make();
}

}  // namespace tenon::tools
