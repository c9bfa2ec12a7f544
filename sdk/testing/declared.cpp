#include "declared.hpp"

#include <link.h>

#include <algorithm>
#include <cstring>

#include "tenon/json.hpp"
#include "tenon/manifest.h"

namespace tenon::testing {
namespace {

namespace bj = boost::json;

struct Search {
  uintptr_t address;
  std::vector<std::string> notes;
};

bool holds(const dl_phdr_info& file, uintptr_t address) {
  for (int i = 0; i < file.dlpi_phnum; ++i) {
    const auto& segment = file.dlpi_phdr[i];
    const uintptr_t begin = file.dlpi_addr + segment.p_vaddr;
    if (segment.p_type == PT_LOAD && address >= begin && address - begin < segment.p_memsz)
      return true;
  }
  return false;
}

void collect(const char* at, size_t size, std::vector<std::string>& notes) {
  const auto padded = [](size_t bytes) { return (bytes + 3) / 4 * 4; };
  while (size >= sizeof(ElfW(Nhdr))) {
    ElfW(Nhdr) note;
    std::memcpy(&note, at, sizeof note);
    const size_t whole = sizeof note + padded(note.n_namesz) + padded(note.n_descsz);
    if (whole > size) return;
    const char* name = at + sizeof note;
    if (note.n_type == TN_NOTE_MANIFEST && note.n_namesz == sizeof(TN_NOTE_NAME) &&
        std::memcmp(name, TN_NOTE_NAME, sizeof(TN_NOTE_NAME)) == 0) {
      std::string_view text(name + padded(note.n_namesz), note.n_descsz);
      notes.emplace_back(text.substr(0, text.find('\0')));
    }
    at += whole;
    size -= whole;
  }
}

int look(dl_phdr_info* file, size_t, void* data) {
  auto& search = *static_cast<Search*>(data);
  if (!holds(*file, search.address)) return 0;
  for (int i = 0; i < file->dlpi_phnum; ++i) {
    const auto& segment = file->dlpi_phdr[i];
    if (segment.p_type == PT_NOTE)
      collect(reinterpret_cast<const char*>(file->dlpi_addr + segment.p_vaddr), segment.p_memsz,
              search.notes);
  }
  return 1;
}

std::string text_of(const bj::object& object, const char* name) {
  const bj::value* value = object.if_contains(name);
  return value && value->is_string() ? std::string(value->get_string()) : "";
}

const bj::array& list_of(const bj::object& object, const char* name) {
  static const bj::array kNone;
  const bj::value* value = object.if_contains(name);
  return value && value->is_array() ? value->get_array() : kNone;
}

std::vector<std::string> texts_of(const bj::array& list) {
  std::vector<std::string> out;
  for (const bj::value& item : list)
    if (item.is_string()) out.emplace_back(item.get_string());
  return out;
}

Declared declared_of(bj::object manifest) {
  Declared out;
  for (const bj::value& offer : list_of(manifest, "provides")) {
    const bj::object& provides = offer.as_object();
    for (const bj::value& method : list_of(provides, "methods"))
      out.methods.push_back({text_of(provides, "interface"), text_of(method.as_object(), "name"),
                             text_of(provides, "kind") == "column"});
  }
  for (const bj::value& item : list_of(manifest, "routes")) {
    const bj::object& route = item.as_object();
    DeclaredRoute& made = out.routes.emplace_back();
    made.method = text_of(route, "method");
    made.pattern = text_of(route, "path");
    made.consumes = text_of(route, "consumes");
    made.produces = text_of(route, "produces");
    if (const auto* limit = route.if_contains("max_body_bytes"))
      made.max_body_bytes = limit->to_number<uint64_t>();
  }
  for (const bj::value& item : list_of(manifest, "requires"))
    out.requires_interfaces.push_back(text_of(item.as_object(), "interface"));
  if (const auto* events = manifest.if_contains("events")) {
    out.publishes = texts_of(list_of(events->as_object(), "publishes"));
    out.subscribes = texts_of(list_of(events->as_object(), "subscribes"));
  }
  out.manifest = std::move(manifest);
  return out;
}

std::string child(const std::string& path, std::string_view key) {
  return path.empty() ? std::string(key) : path + "." + std::string(key);
}

Result<void> complete(const bj::object& schema, bj::object& config, const std::string& path) {
  const auto* found = schema.if_contains("properties");
  if (!found || !found->is_object()) return {};
  const bj::object& properties = found->get_object();
  const auto* additional = schema.if_contains("additionalProperties");
  for (const auto& entry : config)
    if (!properties.contains(entry.key()) && additional && additional->is_bool() &&
        !additional->get_bool())
      return Error{Code::invalid, "the schema knows no such key", child(path, entry.key())};
  for (const auto& entry : properties) {
    if (!entry.value().is_object()) continue;
    const bj::object& property = entry.value().get_object();
    if (const auto* preset = property.if_contains("default");
        preset && !config.contains(entry.key()))
      config[entry.key()] = *preset;
    auto* value = config.if_contains(entry.key());
    if (value && value->is_object())
      TN_CHECK(complete(property, value->get_object(), child(path, entry.key())));
  }
  for (const std::string& required : texts_of(list_of(schema, "required")))
    if (!config.contains(required))
      return Error{Code::invalid, "the configuration needs this key", child(path, required)};
  return {};
}

// A pattern such as lists/2024-*/x.csv stands for the folder that it is looked for in.
std::string without_pattern(const std::string& path) {
  const size_t star = path.find_first_of("*?[");
  return star == std::string::npos ? path : path.substr(0, path.rfind('/', star) + 1);
}

void collect_paths(const bj::object& schema, const bj::value& value,
                   std::vector<std::string>& paths) {
  const std::string format = text_of(schema, "format");
  if (value.is_string() && (format == "tenon-read-path" || format == "tenon-write-path"))
    paths.push_back(without_pattern(std::string(value.get_string())));
  const auto* items = schema.if_contains("items");
  if (value.is_array() && items && items->is_object())
    for (const bj::value& item : value.get_array()) collect_paths(items->get_object(), item, paths);
  const auto* properties = schema.if_contains("properties");
  if (!value.is_object() || !properties || !properties->is_object()) return;
  for (const auto& entry : value.get_object())
    if (const auto* property = properties->get_object().if_contains(entry.key());
        property && property->is_object())
      collect_paths(property->get_object(), entry.value(), paths);
}

}  // namespace

bool Declared::needs(std::string_view interface_id) const {
  return unbound || std::find(requires_interfaces.begin(), requires_interfaces.end(),
                              interface_id) != requires_interfaces.end();
}

Result<Declared> read_declared(const tn_entry& entry) {
  Search search{reinterpret_cast<uintptr_t>(&entry), {}};
  dl_iterate_phdr(look, &search);
  if (search.notes.size() != 1)
    return Error{Code::invalid,
                 "the plugin has " + std::to_string(search.notes.size()) + " manifests, not one"};
  auto manifest = json::parse(search.notes.front());
  if (!manifest.ok()) return Error{Code::invalid, "the manifest " + manifest.error().message};
  try {
    return declared_of(std::move(manifest->as_object()));
  } catch (const std::exception& wrong) {
    return Error{
        Code::invalid,
        std::string("the manifest has another form than manifest.h says: ") + wrong.what()};
  }
}

std::vector<std::string> readable_paths(const bj::object& manifest, const std::string& config) {
  std::vector<std::string> paths;
  if (const auto* schema = manifest.if_contains("config_schema"); schema && schema->is_object())
    collect_paths(schema->get_object(), bj::parse(config), paths);
  if (const auto* wanted = manifest.if_contains("permissions"); wanted && wanted->is_object())
    for (const char* kind : {"read", "write"})
      for (const bj::value& permission : list_of(wanted->get_object(), kind))
        paths.push_back(text_of(permission.as_object(), "value"));
  return paths;
}

Result<std::string> complete_config(const bj::object& manifest, const std::string& config) {
  auto value = json::parse(config);
  if (!value.ok() || !value->is_object())
    return Error{Code::invalid, "the test's configuration is no JSON object: " + config, "config"};
  if (const auto* schema = manifest.if_contains("config_schema"); schema && schema->is_object())
    TN_CHECK(complete(schema->get_object(), value->get_object(), "config"));
  return bj::serialize(*value);
}

}  // namespace tenon::testing
