#include "host/tools/openapi.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <map>
#include <set>
#include <tuple>

#include "host/http/problem.hpp"
#include "host/tools/example.hpp"
#include "host/tools/json_schema.hpp"
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
    std::sort(routes.begin(), routes.end(), [](const auto* a, const auto* b) {
      return std::tie(a->pattern, a->method) < std::tie(b->pattern, b->method);
    });
    for (const auto* route : routes) add_route(*route);
    for (const auto& [instance, manifest] : source_.served) {
      tags_[instance] = manifest->description;
      for (const auto& provided : manifest->provides)
        if (!provided.columns)
          for (const auto& method : provided.methods) add_method(instance, provided, method);
    }
    return document();
  }

 private:
  object document() {
    object paths;
    for (auto& [path, operations] : paths_) paths[path] = std::move(operations);
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
        {"paths", std::move(paths)},
        {"components",
         object{{"schemas", schemas_.take()},
                {"responses",
                 object{{"Problem",
                         object{{"description", "It was refused, or failed."},
                                {"content",
                                 content(std::string(http::kProblemType),
                                         object{{"$ref", "#/components/schemas/Problem"}}, {})}}}}},
                {"securitySchemes",
                 object{{"hostToken",
                         object{{"type", "http"},
                                {"scheme", "bearer"},
                                {"description",
                                 "The token in host-token.secret of the data directory."}}}}}}}};
  }

  static object content(const std::string& type, value schema, std::optional<value> example) {
    object media{{"schema", std::move(schema)}};
    if (example) media["example"] = std::move(*example);
    return {{type, std::move(media)}};
  }

  // Routes of one shape stand together, whatever they call their parameters.
  std::string path_of(const std::string& pattern) {
    std::string path, shape;
    for (size_t at = 0; at < pattern.size();) {
      if (pattern[at] != '{') {
        path += pattern[at];
        shape += pattern[at++];
        continue;
      }
      const size_t end = std::min(pattern.find('}', at), pattern.size() - 1);
      std::string name = pattern.substr(at + 1, end - at - 1);
      if (name.ends_with("...")) name.resize(name.size() - 3);
      path += "{" + name + "}";
      shape += "{}";
      at = end + 1;
    }
    return shapes_.try_emplace(shape, path).first->second;
  }

  // "get_api_catalog_products_key"; the same path always leads to the same.
  std::string operation_id(const std::string& method, const std::string& path) {
    std::string id;
    for (const unsigned char c : method) id += static_cast<char>(std::tolower(c));
    for (const char c : path) {
      const bool word = std::isalnum(static_cast<unsigned char>(c)) || c == '-' || c == '.';
      if (word)
        id += c;
      else if (c != '}' && !id.ends_with('_'))
        id += '_';
    }
    while (id.ends_with('_')) id.pop_back();
    std::string unique = id;
    for (int i = 2; !ids_.insert(unique).second; ++i) unique = fmt::format("{}-{}", id, i);
    return unique;
  }

  void add_operation(const std::string& path, std::string method, const std::string& tag,
                     object operation) {
    used_tags_.insert(tag);
    tags_.try_emplace(tag, tag == "host" ? "The host itself: health, plugins, configuration." : "");
    operation["tags"] = array{value(tag)};
    std::transform(method.begin(), method.end(), method.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    paths_[path][method] = std::move(operation);
  }

  void add_route(const http::Route& route) {
    const auto& told = *route.document;
    const std::string path = path_of(route.pattern);
    const std::string id = operation_id(route.method, path);
    object operation{{"operationId", id},
                     {"summary", told.summary.empty() ? route.method + " " + path : told.summary}};
    array parameters = path_parameters(path, route.pattern);
    add_query_parameters(id, told.query, parameters);
    if (!parameters.empty()) operation["parameters"] = std::move(parameters);
    if (!told.body.is_null() || !route.consumes.empty())
      operation["requestBody"] =
          body_of(id, route.consumes.empty() ? kJson : route.consumes[0], told.body);
    operation["responses"] =
        responses(id,
                  route.stream             ? "text/event-stream"
                  : route.produces.empty() ? (told.answer.is_null() ? "" : kJson)
                                           : route.produces[0],
                  told.answer);
    secure(operation, route.access == http::Access::host_state);
    const std::string owner = route.owner.substr(route.owner.find(' ') + 1);
    add_operation(path, route.method, owner, std::move(operation));
  }

  void add_method(const std::string& instance, const plugins::ProvidedInterface& provided,
                  const plugins::MethodSpec& method) {
    const size_t slash = provided.interface_id.rfind('/');
    const auto name = provided.interface_id.substr(0, slash);
    const auto major = provided.interface_id.substr(slash + 1);
    const std::string path =
        fmt::format("/api/host/methods/{}/{}/{}", name, major, escaped(method.name));
    if (paths_.count(path)) return;  // another instance has it, too
    const std::string id = component_name(fmt::format("{}.{}.{}", name, major, method.name));
    object operation{
        {"operationId", id},
        {"summary",
         method.summary.empty() ? fmt::format("{} of {}", method.name, name) : method.summary},
        {"requestBody", body_of(id + ".input", kJson, method.input.value_or(object()), "")},
        {"responses", responses(id + ".output", kJson, method.output.value_or(object()), "")}};
    secure(operation, true);
    add_operation(path, "POST", instance, std::move(operation));
  }

  static std::string escaped(std::string_view text) {
    std::string out;
    for (const unsigned char c : text) {
      const bool plain = c < 128 && (std::isalnum(c) || c == '.' || c == '_' || c == '-');
      out += plain ? std::string(1, static_cast<char>(c)) : fmt::format("%{:02X}", c);
    }
    return out;
  }

  static array path_parameters(const std::string& path, const std::string& pattern) {
    array out;
    for (size_t at = path.find('{'); at != path.npos; at = path.find('{', at + 1)) {
      const std::string name = path.substr(at + 1, path.find('}', at) - at - 1);
      object one{{"name", name},
                 {"in", "path"},
                 {"required", true},
                 {"schema", object{{"type", "string"}}}};
      if (pattern.ends_with("...}") && path.find('{', at + 1) == path.npos)
        one["description"] = "May hold slashes.";
      out.push_back(std::move(one));
    }
    return out;
  }

  void add_query_parameters(const std::string& id, const value& query, array& parameters) {
    const value moved = schemas_.add_definitions(id + ".query", query);
    const auto* rules = moved.if_object();
    const auto* properties = rules ? rules->if_contains("properties") : nullptr;
    if (!properties || !properties->is_object()) return;
    const auto* required = rules->if_contains("required");
    for (const auto& [name, schema] : properties->get_object()) {
      object one{{"name", name}, {"in", "query"}};
      const bool needed = required && required->is_array() &&
                          std::find(required->get_array().begin(), required->get_array().end(),
                                    value(name)) != required->get_array().end();
      if (needed) one["required"] = true;
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

  object body_of(const std::string& name, const std::string& type, const value& schema,
                 const char* suffix = ".body") {
    object media;
    if (!schema.is_null()) {
      media["schema"] = schemas_.add(name + suffix, schema);
      add_example(media, schema);
    }
    return {{"required", true}, {"content", object{{type, std::move(media)}}}};
  }

  object responses(const std::string& name, const std::string& type, const value& schema,
                   const char* suffix = ".answer") {
    object success{{"description", "Done."}};
    if (!type.empty()) {
      object media;
      if (!schema.is_null()) {
        media["schema"] = schemas_.add(name + suffix, schema);
        add_example(media, schema);
      }
      success["content"] = object{{type, std::move(media)}};
    }
    const object problem{{"$ref", "#/components/responses/Problem"}};
    return {{"200", std::move(success)}, {"4XX", problem}, {"5XX", problem}};
  }

  // Of a schema that takes anything an example would say nothing.
  static void add_example(object& media, const value& schema) {
    if (!schema.is_object() || schema.get_object().empty()) return;
    if (auto example = example_of(schema)) media["example"] = std::move(*example);
  }

  static void secure(object& operation, bool token) {
    array needs;
    if (token) needs.push_back(object{{"hostToken", array()}});
    operation["security"] = std::move(needs);
  }

  const OpenApiSource& source_;
  OpenApiSchemas schemas_;
  std::map<std::string, object> paths_;
  std::map<std::string, std::string> shapes_;  // the path of each shape
  std::map<std::string, std::string> tags_;    // and what they are
  std::set<std::string> used_tags_;
  std::set<std::string> ids_;
};

}  // namespace

object make_openapi(const OpenApiSource& source) {
  return Maker(source).make();
}

}  // namespace tenon::tools
