// Which of several providers of an interface a consumer gets. Pure.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "host/base/version.hpp"
#include "host/config/instance_settings.hpp"
#include "tenon/message.h"
#include "tenon/result.hpp"

namespace tenon::plugins {

// An instance that provides the interface in question.
struct ProviderCandidate {
  std::string instance;
  Version version;  // of the interface
  config::Labels labels;
  int priority = 0;
};

// What the consumer asks for; what is empty asks for nothing.
struct ProviderSelector {
  std::string interface_id;
  VersionRange range = {};
  std::string instance = {};
  config::Labels labels = {};
};

// As it came through the table. Code::invalid names the range or label that is none.
Result<ProviderSelector> selector_of(const tn_selector& raw);

// The candidates that satisfy both the consumer's selector and the operator's `use` (null: none),
// best first: by highest priority, then highest version, then name.
std::vector<const ProviderCandidate*> fitting_providers(
    const std::vector<ProviderCandidate>& candidates, const ProviderSelector& selector,
    const config::ProviderChoice* use);

// The first of them, null where none fits. Points into `candidates`.
const ProviderCandidate* choose_provider(const std::vector<ProviderCandidate>& candidates,
                                         const ProviderSelector& selector,
                                         const config::ProviderChoice* use);

// For people: what was asked, which candidate is taken and why not the others, by name.
//   web asks for acme.greeter/1 with version >=1.2; plugins.web.use asks for labels tier=gold: old
//   1.1.0 is not in version >=1.2; plain 1.3.0 lacks tier=gold; top 1.2.0 is taken
std::string explain_choice(std::string_view consumer,
                           const std::vector<ProviderCandidate>& candidates,
                           const ProviderSelector& selector, const config::ProviderChoice* use,
                           std::string_view none = "no configured plugin provides it");

// Why nobody from outside can call an interface that no one provides, with what there is instead:
// its other versions, else the one that is meant, else all. `owners` has an instance of each.
std::string explain_absence(const std::string& interface_id,
                            const std::map<std::string, std::string>& owners);

}  // namespace tenon::plugins
