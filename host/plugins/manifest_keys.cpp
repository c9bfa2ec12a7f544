#include "host/plugins/manifest_keys.hpp"

#include <boost/describe.hpp>
#include <boost/mp11.hpp>

#include <algorithm>

#include "host/config/nearest.hpp"
#include "host/plugins/manifest.hpp"

namespace tenon::plugins {
namespace {

struct Shape;

struct Key {
  std::string_view name;
  const Shape* inside = nullptr;  // of the value, or of each element of a list; null: anything
};

struct Shape {
  std::vector<Key> keys;
};

template <class T>
Shape described() {
  Shape out;
  boost::mp11::mp_for_each<boost::describe::describe_members<T, boost::describe::mod_public>>(
      [&](auto member) { out.keys.push_back({member.name}); });
  return out;
}

// tenon/manifest.h is the document that it follows.
const Shape& manifest_shape() {
  static const Shape method = described<MethodSpec>();
  static const Shape route = described<RouteSpec>();
  static const Shape page = described<PageSpec>();
  static const Shape provided{{{"interface"}, {"version"}, {"kind"}, {"methods", &method}}};
  static const Shape required{{{"interface"}, {"range"}, {"optional"}, {"many"}}};
  static const Shape wish{{{"value"}, {"reason"}}};
  static const Shape permissions{{{"store", &wish},
                                  {"outbound", &wish},
                                  {"read", &wish},
                                  {"write", &wish},
                                  {"environment", &wish}}};
  static const Shape events{{{"publishes"}, {"subscribes"}}};
  static const Shape manifest{{{"manifest"},
                               {"id"},
                               {"version"},
                               {"title"},
                               {"description"},
                               {"license"},
                               {"homepage"},
                               {"provides", &provided},
                               {"requires", &required},
                               {"routes", &route},
                               {"pages", &page},
                               {"permissions", &permissions},
                               {"events", &events},
                               {"config_schema"}}};
  return manifest;
}

void look(const boost::json::value& value, const Shape& shape, const std::string& path,
          std::vector<std::string>& out) {
  if (const auto* list = value.if_array())
    for (size_t i = 0; i < list->size(); ++i)
      look((*list)[i], shape, path + "[" + std::to_string(i) + "]", out);
  const auto* object = value.if_object();
  if (!object) return;
  for (const auto& member : *object) {
    const std::string_view name = member.key();
    const std::string place = path.empty() ? std::string(name) : path + "." + std::string(name);
    const auto found = std::find_if(shape.keys.begin(), shape.keys.end(),
                                    [&](const Key& key) { return key.name == name; });
    if (found == shape.keys.end()) {
      std::vector<std::string_view> known;
      for (const auto& key : shape.keys) known.push_back(key.name);
      out.push_back(place + ": unknown key" + config::did_you_mean(name, known));
    } else if (found->inside) {
      look(member.value(), *found->inside, place, out);
    }
  }
}

}  // namespace

std::vector<std::string> unknown_manifest_keys(std::string_view text) {
  std::vector<std::string> out;
  if (const auto document = json::parse(text); document.ok())
    look(*document, manifest_shape(), "", out);
  return out;
}

}  // namespace tenon::plugins
