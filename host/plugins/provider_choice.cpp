#include "host/plugins/provider_choice.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "host/config/labels.hpp"
#include "host/config/nearest.hpp"
#include "tenon/views.hpp"

namespace tenon::plugins {
namespace {

// One side's wishes: the consumer's or the operator's.
struct Wish {
  const std::string& instance;
  const config::Labels& labels;
  const VersionRange& range;
};

std::string missing_labels(const config::Labels& labels, const config::Labels& wanted) {
  config::Labels missing;
  for (const auto& [name, value] : wanted) {
    const auto found = labels.find(name);
    if (found == labels.end() || found->second != value) missing.emplace(name, value);
  }
  return config::to_string(missing);
}

// Why a candidate does not do; empty: it does.
std::string objection(const ProviderCandidate& candidate, const Wish& wish) {
  if (!wish.instance.empty() && candidate.instance != wish.instance)
    return fmt::format("is not {}", wish.instance);
  if (const std::string missing = missing_labels(candidate.labels, wish.labels); !missing.empty())
    return "lacks " + missing;
  if (!wish.range.text().empty() && !wish.range.contains(candidate.version))
    return "is not in version " + wish.range.text();
  return "";
}

std::string objection(const ProviderCandidate& candidate, const ProviderSelector& selector,
                      const config::ProviderChoice* use) {
  std::string why = objection(candidate, {selector.instance, selector.labels, selector.range});
  if (why.empty() && use) why = objection(candidate, {use->instance, use->labels, use->range});
  return why;
}

bool is_better(const ProviderCandidate& a, const ProviderCandidate& b) {
  if (a.priority != b.priority) return a.priority > b.priority;
  if (a.version != b.version) return a.version > b.version;
  return a.instance < b.instance;
}

// Why `other`, which fits too, comes behind.
std::string behind(const ProviderCandidate& other, const ProviderCandidate& taken) {
  if (other.priority != taken.priority)
    return fmt::format("has priority {}, below {}", other.priority, taken.priority);
  if (other.version != taken.version)
    return fmt::format("is older than {}", taken.version.to_string());
  return fmt::format("comes after {} by name", taken.instance);
}

std::string words(const Wish& wish) {
  std::vector<std::string> parts;
  if (!wish.instance.empty()) parts.push_back("instance " + wish.instance);
  if (!wish.labels.empty()) parts.push_back("labels " + config::to_string(wish.labels));
  if (!wish.range.text().empty()) parts.push_back("version " + wish.range.text());
  return fmt::format("{}", fmt::join(parts, ", "));
}

}  // namespace

Result<ProviderSelector> selector_of(const tn_selector& raw) {
  ProviderSelector out;
  out.interface_id = view(raw.interface_id);
  out.instance = view(raw.instance);
  TN_TRY(out.range, VersionRange::parse(view(raw.range)));
  if (TN_HAS(&raw, labels)) {
    TN_TRY(out.labels, config::parse_labels(view(raw.labels)));
  }
  return out;
}

std::vector<const ProviderCandidate*> fitting_providers(
    const std::vector<ProviderCandidate>& candidates, const ProviderSelector& selector,
    const config::ProviderChoice* use) {
  std::vector<const ProviderCandidate*> out;
  for (const auto& candidate : candidates)
    if (objection(candidate, selector, use).empty()) out.push_back(&candidate);
  std::sort(out.begin(), out.end(), [](const auto* a, const auto* b) { return is_better(*a, *b); });
  return out;
}

const ProviderCandidate* choose_provider(const std::vector<ProviderCandidate>& candidates,
                                         const ProviderSelector& selector,
                                         const config::ProviderChoice* use) {
  const auto fitting = fitting_providers(candidates, selector, use);
  return fitting.empty() ? nullptr : fitting.front();
}

std::string explain_choice(std::string_view consumer,
                           const std::vector<ProviderCandidate>& candidates,
                           const ProviderSelector& selector, const config::ProviderChoice* use,
                           std::string_view none) {
  std::string out = fmt::format("{} asks for {}", consumer, selector.interface_id);
  if (const auto asked = words({selector.instance, selector.labels, selector.range});
      !asked.empty())
    out += " with " + asked;
  if (use)
    out += fmt::format("; plugins.{}.use asks for {}", consumer,
                       words({use->instance, use->labels, use->range}));
  if (candidates.empty()) return fmt::format("{}: {}", out, none);
  const ProviderCandidate* taken = choose_provider(candidates, selector, use);
  std::vector<const ProviderCandidate*> by_name;
  by_name.reserve(candidates.size());
  for (const auto& candidate : candidates) by_name.push_back(&candidate);
  std::sort(by_name.begin(), by_name.end(),
            [](const auto* a, const auto* b) { return a->instance < b->instance; });
  std::vector<std::string> verdicts;
  for (const auto* candidate : by_name) {
    std::string verdict = objection(*candidate, selector, use);
    if (verdict.empty()) verdict = candidate == taken ? "is taken" : behind(*candidate, *taken);
    verdicts.push_back(
        fmt::format("{} {} {}", candidate->instance, candidate->version.to_string(), verdict));
  }
  return fmt::format("{}: {}", out, fmt::join(verdicts, "; "));
}

std::string explain_absence(const std::string& interface_id,
                            const std::map<std::string, std::string>& owners) {
  const auto name = [](std::string_view id) { return id.substr(0, id.find('/')); };
  std::vector<std::string> of_name, all;
  std::vector<std::string_view> known;
  for (const auto& [id, instance] : owners) {
    known.push_back(id);
    all.push_back(fmt::format("{} of {}", id, instance));
    if (name(id) == name(interface_id)) of_name.push_back(all.back());
  }
  std::string out = fmt::format("no running plugin provides {}", interface_id);
  if (!of_name.empty()) return fmt::format("{}; there is {}", out, fmt::join(of_name, ", "));
  if (const auto near = config::nearest(interface_id, known); !near.empty())
    return fmt::format("{}; did you mean {} of {}?", out, near, owners.at(near));
  return all.empty() ? out + ", nor any other interface"
                     : fmt::format("{}; there is {}", out, fmt::join(all, ", "));
}

}  // namespace tenon::plugins
