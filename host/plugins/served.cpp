#include "host/plugins/served.hpp"

#include <algorithm>

#include "host/plugins/provider_choice.hpp"

namespace tenon::plugins {
namespace {

std::vector<ServedInterface> ranked(const std::vector<ServedInterface>& providers) {
  std::vector<ProviderCandidate> candidates;
  candidates.reserve(providers.size());
  for (const auto& one : providers)
    candidates.push_back({one.by->instance, one.interface->version, {}, one.by->priority});
  std::vector<ServedInterface> out;
  for (const auto* candidate : fitting_providers(candidates, {}, nullptr))
    out.push_back(providers[static_cast<size_t>(candidate - candidates.data())]);
  return out;
}

}  // namespace

std::map<std::string_view, std::vector<ServedInterface>> message_interfaces(
    const std::vector<Served>& served) {
  std::map<std::string_view, std::vector<ServedInterface>> out;
  for (const auto& one : served)
    for (const auto& provided : one.manifest->provides)
      if (!provided.columns) out[provided.interface_id].push_back({&one, &provided});
  for (auto& [id, providers] : out) providers = ranked(providers);
  return out;
}

const ServedInterface* provider_in(const std::vector<ServedInterface>& providers,
                                   std::string_view instance) {
  const auto found = std::find_if(providers.begin(), providers.end(), [&](const auto& one) {
    return instance.empty() || one.by->instance == instance;
  });
  return found == providers.end() ? nullptr : &*found;
}

const MethodSpec* method_of(const ServedInterface& provided, std::string_view method) {
  const auto& methods = provided.interface->methods;
  const auto found = std::find_if(methods.begin(), methods.end(),
                                  [&](const auto& one) { return one.name == method; });
  return found == methods.end() ? nullptr : &*found;
}

}  // namespace tenon::plugins
