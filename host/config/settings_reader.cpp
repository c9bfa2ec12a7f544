#include "host/config/settings_reader.hpp"

#include <algorithm>
#include <stdexcept>

namespace tenon::config {

namespace {

using Json = boost::json::value;
using JsonObject = boost::json::object;

// `base` with what `over` says instead, section by section.
Json overlaid(Json base, const Json& over) {
  if (!base.is_object() || !over.is_object()) return over;
  JsonObject& out = base.get_object();
  for (const auto& [key, value] : over.get_object()) {
    Json* present = out.if_contains(key);
    if (present)
      *present = overlaid(std::move(*present), value);
    else
      out[key] = value;
  }
  return base;
}

InstanceLimits read_limits(const JsonReader& from) {
  InstanceLimits out;
  out.memory_mb = static_cast<std::uint64_t>(from.integer("memory_mb"));
  out.cpu_percent = from.count("cpu_percent");
  out.open_files = from.count("open_files");
  out.threads = from.count("threads");
  out.call_timeout = from.duration("call_timeout_ms");
  out.concurrency = from.count("concurrency");
  out.queue = from.count("queue");
  return out;
}

Supervision read_supervision(const JsonReader& from) {
  Supervision out;
  out.max_crashes = from.count("max_crashes");
  out.window = std::chrono::seconds(from.integer("window_s"));
  const JsonReader backoff = from.section("backoff_ms");
  out.first_backoff = backoff.duration("first");
  out.second_backoff = backoff.duration("second");
  out.max_backoff = backoff.duration("max");
  out.heartbeat = from.duration("heartbeat_ms");
  out.hang = from.duration("hang_ms");
  return out;
}

ReloadSettings read_reload(const JsonReader& from) {
  ReloadSettings out;
  const JsonReader canary = from.section("canary");
  out.canary.share_percent = canary.count("share_percent");
  out.canary.duration = canary.duration("duration_ms");
  out.canary.min_calls = static_cast<std::uint64_t>(canary.integer("min_calls"));
  out.canary.max_error_percent = canary.number("max_error_percent");
  out.canary.max_latency_factor = canary.number("max_latency_factor");
  out.drain = from.duration("drain_ms");
  out.keep_mapped = from.count("keep_mapped");
  return out;
}

Labels read_labels(const Json& from) {
  Labels out;
  for (const auto& [name, value] : from.as_object())
    out.emplace(std::string(name), std::string(value.as_string()));
  return out;
}

// Reads one instance and tells what is wrong with it, where it is written.
class SettingsReader {
 public:
  SettingsReader(const JsonReader& from, const MapEntry& written, Problems& problems)
      : from_(from),
        written_(written),
        path_(child_path("plugins", written.key)),
        problems_(problems) {}

  PermissionLists permissions() {
    PermissionLists out;
    const Node* section = written_.value.find("permissions");
    out.mark = section ? section->mark : written_.key_mark;
    out.store = names("store");
    out.interfaces = names("interfaces");
    if (const Node* list = listed("routes"))
      out.routes = parsed<RouteGrant>(*list, "routes", &RouteGrant::parse);
    if (const Node* list = listed("outbound"))
      out.outbound = parsed<OutboundGrant>(*list, "outbound", &OutboundGrant::parse);
    out.read = paths("read");
    out.write = paths("write");
    out.environment = names("environment").value_or(std::vector<std::string>());
    return out;
  }

  std::map<std::string, ProviderChoice> use() {
    std::map<std::string, ProviderChoice> out;
    const Node* section = written_.value.find("use");
    for (const auto& [interface_id, json] : from_.at("use").as_object()) {
      const JsonReader from(json);
      const Node* node = section ? section->find(interface_id) : nullptr;
      ProviderChoice choice;
      choice.mark = node ? node->mark : written_.key_mark;
      if (from.find("instance")) choice.instance = from.text("instance");
      if (const Json* labels = from.find("labels")) choice.labels = read_labels(*labels);
      const std::string range = from.find("range") ? from.text("range") : "";
      Result<VersionRange> parsed = VersionRange::parse(range);
      if (parsed) {
        choice.range = *std::move(parsed);
      } else {
        const Node* place = node ? node->find("range") : nullptr;
        problems_.push_back({place ? place->mark : choice.mark,
                             child_path(child_path(path_ + ".use", interface_id), "range"),
                             told(place, range, parsed.error().message), ""});
      }
      out.emplace(std::string(interface_id), std::move(choice));
    }
    return out;
  }

 private:
  // The list of that permission as it stands in the file, null where it is absent or broken.
  const Node* listed(const char* permission) const {
    const Node* section = written_.value.find("permissions");
    const Node* list = section ? section->find(permission) : nullptr;
    return list && list->list() ? list : nullptr;
  }

  std::optional<std::vector<std::string>> names(const char* permission) const {
    const JsonReader section = from_.section("permissions");
    if (!section.find(permission)) return std::nullopt;
    return section.texts(permission);
  }

  std::vector<std::filesystem::path> paths(const char* permission) const {
    std::vector<std::filesystem::path> out;
    const Node* list = listed(permission);
    if (!list) return out;
    for (const Node& item : *list->list())
      if (item.string())
        out.push_back((std::filesystem::path(item.mark.file()).parent_path() / *item.string())
                          .lexically_normal());
    return out;
  }

  // A value that came from the environment is not repeated.
  static std::string told(const Node* node, const std::string& found, const std::string& error) {
    return node && node->secret ? "found a secret string that is not allowed here"
                                : "found " + in_quotes(found) + ": " + error;
  }

  template <class Grant>
  std::vector<Grant> parsed(const Node& list, const char* permission,
                            Result<Grant> (*parse)(std::string_view)) {
    std::vector<Grant> out;
    for (std::size_t i = 0; i < list.list()->size(); ++i) {
      const Node& item = (*list.list())[i];
      if (!item.string()) continue;
      Result<Grant> grant = parse(*item.string());
      if (grant) {
        out.push_back(*std::move(grant));
        continue;
      }
      problems_.push_back(
          {item.mark, child_path(path_ + ".permissions." + permission, i),
           item.secret ? "found a secret string that is not allowed here" : grant.error().message,
           ""});
    }
    return out;
  }

  const JsonReader& from_;
  const MapEntry& written_;
  const std::string path_;
  Problems& problems_;
};

// Values that are each allowed but do not go together. `section` is what holds supervision, null
// where the file has none; `otherwise` is where to point then.
void check_supervision(const Supervision& supervision, const Node* section, const Mark& otherwise,
                       const std::string& path, Problems& problems) {
  const Node* written = section ? section->find("supervision") : nullptr;
  const auto tell = [&](const Node* node, const std::string& key, const std::string& message) {
    const Node* place = node ? node : written;
    problems.push_back(
        {place ? place->mark : otherwise, path + ".supervision." + key, message, ""});
  };
  if (supervision.hang < supervision.heartbeat)
    tell(written ? written->find("hang_ms") : nullptr, "hang_ms",
         "found " + std::to_string(supervision.hang.count()) +
             ", expected at least heartbeat_ms (" + std::to_string(supervision.heartbeat.count()) +
             ")");
  const std::chrono::milliseconds longest =
      std::max(supervision.first_backoff, supervision.second_backoff);
  const Node* backoff = written ? written->find("backoff_ms") : nullptr;
  if (supervision.max_backoff < longest)
    tell(backoff ? backoff->find("max") : nullptr, "backoff_ms.max",
         "found " + std::to_string(supervision.max_backoff.count()) +
             ", expected at least first and second (" + std::to_string(longest.count()) + ")");
}

}  // namespace

RuntimeChoice runtime_choice(const std::string& name) {
  if (name == "auto") return RuntimeChoice::automatic;
  if (name == "in_process") return RuntimeChoice::in_process;
  if (name == "isolated") return RuntimeChoice::isolated;
  throw std::logic_error("the schema allows a runtime that is not known");
}

InstanceSettings read_settings(const Json& host, const JsonReader& from, const MapEntry& written,
                               Problems& problems) {
  const auto section = [&](const char* name) { return overlaid(host.at(name), from.at(name)); };
  InstanceSettings out;
  out.runtime = runtime_choice(from.find("runtime") ? from.text("runtime")
                                                    : JsonReader(host).text("runtime"));
  SettingsReader reader(from, written, problems);
  out.permissions = reader.permissions();
  out.use = reader.use();
  const Json limits = section("limits");
  out.limits = read_limits(JsonReader(limits));
  const Json supervision = section("supervision");
  out.supervision = read_supervision(JsonReader(supervision));
  const Json reload = section("reload");
  out.reload = read_reload(JsonReader(reload));
  out.labels = read_labels(from.at("labels"));
  out.priority = static_cast<int>(from.integer("priority"));
  // Else the host's section has said it.
  if (written.value.find("supervision"))
    check_supervision(out.supervision, &written.value, written.key_mark,
                      child_path("plugins", written.key), problems);
  return out;
}

void check_host_settings(const Json& host, const Node* written, Problems& problems) {
  check_supervision(read_supervision(JsonReader(host.at("supervision"))), written, {}, "host",
                    problems);
}

}  // namespace tenon::config
