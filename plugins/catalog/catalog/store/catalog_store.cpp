#include "catalog/catalog/store/catalog_store.hpp"

#include <array>

namespace tenon::catalog {
namespace {

constexpr int64_t kKeptBuilds = 500;

constexpr std::array<Migration, 1> kMigrations = {{{1, "reviews, overrides, votes and builds",
                                                    R"sql(
CREATE TABLE {review_decisions} (
  commercial TEXT NOT NULL, official TEXT NOT NULL, accepted BIGINT NOT NULL,
  note TEXT NOT NULL, decided_at TEXT NOT NULL,
  PRIMARY KEY (commercial, official));
CREATE TABLE {overrides} (
  product TEXT NOT NULL, target TEXT NOT NULL, action TEXT NOT NULL, kind TEXT NOT NULL,
  note TEXT NOT NULL, decided_at TEXT NOT NULL,
  PRIMARY KEY (product, target));
CREATE TABLE {override_history} (
  product TEXT NOT NULL, target TEXT NOT NULL, action TEXT NOT NULL, kind TEXT NOT NULL,
  note TEXT NOT NULL, decided_at TEXT NOT NULL);
CREATE TABLE {feedback} (
  product TEXT NOT NULL, kind TEXT NOT NULL, target TEXT NOT NULL, day TEXT NOT NULL,
  helpful BIGINT NOT NULL, not_helpful BIGINT NOT NULL,
  PRIMARY KEY (product, kind, target, day));
CREATE TABLE {builds} (
  id TEXT NOT NULL PRIMARY KEY, state TEXT NOT NULL, cause TEXT NOT NULL,
  started_at TEXT NOT NULL, finished_at TEXT NOT NULL, summary TEXT NOT NULL);
)sql"}}};

std::string kind_text(const Override& change) {
  return to_string(change.kind);
}

Override override_at(const Rows& rows, size_t row) {
  Override out{std::string(rows.text(row, 0)), std::string(rows.text(row, 1)),
               std::string(rows.text(row, 2)), Kind::related,
               std::string(rows.text(row, 4)), std::string(rows.text(row, 5))};
  if (const auto kind = kind_from_string(rows.text(row, 3)); kind.ok()) out.kind = *kind;
  return out;
}

StoredBuild build_at(const Rows& rows, size_t row) {
  return {std::string(rows.text(row, 0)), std::string(rows.text(row, 1)),
          std::string(rows.text(row, 2)), std::string(rows.text(row, 3)),
          std::string(rows.text(row, 4)), std::string(rows.text(row, 5))};
}

}  // namespace

Result<void> CatalogStore::migrate(const Call& call) const {
  return store_.migrate(call, kMigrations);
}

Result<std::vector<ReviewDecision>> CatalogStore::review_decisions(const Call& call) const {
  TN_TRY(const Rows rows, store_.query(call,
                                       "SELECT commercial, official, accepted, note, decided_at "
                                       "FROM {review_decisions} ORDER BY commercial, official"));
  std::vector<ReviewDecision> out;
  for (size_t i = 0; i < rows.size(); ++i)
    out.push_back({std::string(rows.text(i, 0)), std::string(rows.text(i, 1)),
                   rows.integer(i, 2) != 0, std::string(rows.text(i, 3)),
                   std::string(rows.text(i, 4))});
  return out;
}

Result<void> CatalogStore::decide(const Call& call, const ReviewDecision& decision,
                                  std::optional<bool> accepted) const {
  if (!accepted) {
    TN_CHECK(store_.execute(call,
                            "DELETE FROM {review_decisions} WHERE commercial = $1 AND "
                            "official = $2",
                            decision.commercial, decision.official));
    return {};
  }
  TN_CHECK(store_.execute(
      call,
      "INSERT INTO {review_decisions} (commercial, official, accepted, note, decided_at) "
      "VALUES ($1, $2, $3, $4, $5) ON CONFLICT (commercial, official) DO UPDATE SET "
      "accepted = excluded.accepted, note = excluded.note, decided_at = excluded.decided_at",
      decision.commercial, decision.official, *accepted ? 1 : 0, decision.note, decision.time));
  return {};
}

Result<std::vector<Override>> CatalogStore::overrides(const Call& call) const {
  TN_TRY(const Rows rows, store_.query(call,
                                       "SELECT product, target, action, kind, note, decided_at "
                                       "FROM {overrides} ORDER BY product, decided_at, target"));
  std::vector<Override> out;
  for (size_t i = 0; i < rows.size(); ++i) out.push_back(override_at(rows, i));
  return out;
}

Result<void> CatalogStore::change_override(const Call& call, const Override& change) const {
  TN_TRY(auto transaction, store_.begin(call));
  const std::string kind = kind_text(change);
  if (change.action == "clear") {
    TN_CHECK(transaction.execute("DELETE FROM {overrides} WHERE product = $1 AND target = $2",
                                 change.product, change.target));
  } else {
    TN_CHECK(transaction.execute(
        "INSERT INTO {overrides} (product, target, action, kind, note, decided_at) "
        "VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (product, target) DO UPDATE SET "
        "action = excluded.action, kind = excluded.kind, note = excluded.note, "
        "decided_at = excluded.decided_at",
        change.product, change.target, change.action, kind, change.note, change.time));
  }
  TN_CHECK(transaction.execute(
      "INSERT INTO {override_history} (product, target, action, kind, note, decided_at) "
      "VALUES ($1, $2, $3, $4, $5, $6)",
      change.product, change.target, change.action, kind, change.note, change.time));
  return transaction.commit();
}

Result<std::vector<Override>> CatalogStore::override_history(const Call& call,
                                                             const std::string& product,
                                                             int64_t limit) const {
  TN_TRY(const Rows rows, store_.query(call,
                                       "SELECT product, target, action, kind, note, decided_at "
                                       "FROM {override_history} WHERE product = $1 OR $1 = '' "
                                       "ORDER BY decided_at DESC, product, target LIMIT $2",
                                       product, limit));
  std::vector<Override> out;
  for (size_t i = 0; i < rows.size(); ++i) out.push_back(override_at(rows, i));
  return out;
}

Result<void> CatalogStore::add_vote(const Call& call, const Vote& vote) const {
  TN_CHECK(store_.execute(
      call,
      "INSERT INTO {feedback} AS f (product, kind, target, day, helpful, not_helpful) "
      "VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (product, kind, target, day) DO UPDATE SET "
      "helpful = f.helpful + excluded.helpful, not_helpful = f.not_helpful + excluded.not_helpful",
      vote.product, vote.kind, vote.target, vote.day, vote.helpful ? 1 : 0, vote.helpful ? 0 : 1));
  return {};
}

Result<void> CatalogStore::save_build(const Call& call, const StoredBuild& build) const {
  TN_CHECK(store_.execute(
      call,
      "INSERT INTO {builds} (id, state, cause, started_at, finished_at, summary) "
      "VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (id) DO UPDATE SET state = excluded.state, "
      "finished_at = excluded.finished_at, summary = excluded.summary",
      build.id, build.state, build.trigger, build.started_at, build.finished_at, build.summary));
  TN_CHECK(store_.execute(call,
                          "DELETE FROM {builds} WHERE id NOT IN "
                          "(SELECT id FROM {builds} ORDER BY id DESC LIMIT $1)",
                          kKeptBuilds));
  return {};
}

Result<std::vector<StoredBuild>> CatalogStore::builds(const Call& call, int64_t limit) const {
  TN_TRY(const Rows rows,
         store_.query(call,
                      "SELECT id, state, cause, started_at, finished_at, summary FROM {builds} "
                      "ORDER BY id DESC LIMIT $1",
                      limit));
  std::vector<StoredBuild> out;
  for (size_t i = 0; i < rows.size(); ++i) out.push_back(build_at(rows, i));
  return out;
}

Result<std::optional<StoredBuild>> CatalogStore::build(const Call& call,
                                                       const std::string& id) const {
  TN_TRY(const Rows rows,
         store_.query(call,
                      "SELECT id, state, cause, started_at, finished_at, summary FROM {builds} "
                      "WHERE id = $1",
                      id));
  if (rows.empty()) return std::optional<StoredBuild>();
  return std::optional(build_at(rows, 0));
}

}  // namespace tenon::catalog
