// What the instances that are ready say of themselves, and who answers for an interface.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "host/plugins/manifest.hpp"

namespace tenon::plugins {

struct Served {
  std::string instance;
  std::shared_ptr<const Manifest> manifest;
  int priority = 0;
  bool operator==(const Served&) const = default;
};

// An interface as one instance has it.
struct ServedInterface {
  const Served* by;
  const ProvidedInterface* interface;
};

// The message interfaces by id, the providers of each as the message bus ranks them for a caller of
// whom the operator says nothing: the first answers where the call names none. Points into
// `served`.
std::map<std::string_view, std::vector<ServedInterface>> message_interfaces(
    const std::vector<Served>& served);

// One of its providers by instance, or, where that is empty, the one that answers; null: none.
const ServedInterface* provider_in(const std::vector<ServedInterface>& providers,
                                   std::string_view instance);

// Null: it has no such method.
const MethodSpec* method_of(const ServedInterface& provided, std::string_view method);

}  // namespace tenon::plugins
