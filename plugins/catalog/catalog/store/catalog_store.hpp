// What the catalog keeps in the store: review decisions, curators' overrides with their history,
// feedback votes, builds. [any-thread]
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "catalog/catalog/build/declarations.hpp"
#include "catalog/merge/matcher.hpp"
#include "tenon/store.hpp"

namespace tenon::catalog {

struct ReviewDecision {
  std::string commercial;
  std::string official;
  bool accepted = false;
  std::string note;
  std::string time;
};

struct StoredBuild {
  std::string id;
  std::string state;  // "running", "succeeded", "failed", "cancelled"
  std::string trigger;
  std::string started_at;
  std::string finished_at;
  std::string summary;  // JSON
};

struct Vote {
  std::string product;
  std::string kind;
  std::string target;
  std::string day;  // "2026-01-31"
  bool helpful = false;
};

class CatalogStore {
 public:
  explicit CatalogStore(const Host& host) : store_(host) {}

  // [control]
  Result<void> migrate(const Call& call) const;

  Result<std::vector<ReviewDecision>> review_decisions(const Call& call) const;
  // Nothing as `accepted`: the pair is open again.
  Result<void> decide(const Call& call, const ReviewDecision& decision,
                      std::optional<bool> accepted) const;

  Result<std::vector<Override>> overrides(const Call& call) const;
  // The action may also be "clear".
  Result<void> change_override(const Call& call, const Override& change) const;
  // Newest first.
  Result<std::vector<Override>> override_history(const Call& call, const std::string& product,
                                                 int64_t limit) const;

  // Votes of one day on one relationship are counted together, so that their number is bounded.
  Result<void> add_vote(const Call& call, const Vote& vote) const;

  Result<void> save_build(const Call& call, const StoredBuild& build) const;
  // Newest first.
  Result<std::vector<StoredBuild>> builds(const Call& call, int64_t limit) const;
  Result<std::optional<StoredBuild>> build(const Call& call, const std::string& id) const;

 private:
  Store store_;
};

}  // namespace tenon::catalog
