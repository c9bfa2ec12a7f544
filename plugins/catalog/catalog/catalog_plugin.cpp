#include "catalog/catalog/catalog_plugin.hpp"

#include "catalog/catalog/api/requests.hpp"
#include "tenon/catalog/scorer.hpp"
#include "tenon/catalog/scraper.hpp"
#include "tenon/catalog/source.hpp"
#include "tenon/plugin.hpp"

namespace tenon::catalog {

Catalog::Catalog(Host& host, Config config)
    : host_(host), config_(std::move(config)), store_(host) {}

Result<void> Catalog::start(Call& call) {
  if (config_.match.review > config_.match.accept)
    return Error{Code::invalid, "match.review: expected at most match.accept", "match.review"};
  TN_TRY(const std::string data, host_.config().data_folder());
  exports_ = std::filesystem::path(data) / "export";
  if (!config_.export_folder.empty()) {
    TN_TRY(exports_, host_.config().resolve_path(config_.export_folder));
  }
  if (!config_.media_folder.empty()) {
    TN_TRY(media_, host_.config().resolve_path(config_.media_folder));
  }
  TN_CHECK(store_.migrate(call));
  builds_.emplace(host_, config_, store_,
                  BuildFolders{exports_, std::filesystem::path(data) / "products.tsv"});
  // A catalog that cannot be built now still serves its last exports, and can be built later.
  if (const auto built = builds_->build(call, "", "start"); !built.ok())
    host_.log().error("no catalog could be built", {{"reason", built.error().message}});
  return {};
}

Result<void> Catalog::probe(Call&) {
  if (builds_->snapshot()) return {};
  return Error{Code::unavailable, "no catalog has been built: " + builds_->failure()};
}

void Catalog::stop() {
  if (builds_) builds_->stop();
}

Result<std::shared_ptr<const Snapshot>> Catalog::snapshot() const {
  if (auto snapshot = builds_->snapshot()) return snapshot;
  return Error{Code::unavailable, "no catalog has been built yet: " + builds_->failure()};
}

}  // namespace tenon::catalog

using namespace tenon::catalog;  // NOLINT: the declaration names much of it

TENON_PLUGIN(
    Catalog, tenon::about("catalog", "1.0.0", "One view of every product of every brand"),
    tenon::needs(tenon::catalog::kSourceInterface, "^1").many().optional(),
    tenon::needs(tenon::catalog::kScraperInterface, "^1").many().optional(),
    tenon::needs(tenon::catalog::kScorerInterface, "^1").many().optional(),
    tenon::page("/catalog", "Catalog", "catalog.js", "catalog.css"),
    tenon::get<&Catalog::list_brands>("/api/catalog/brands").query<PageQuery>().summary("Brands"),
    tenon::get<&Catalog::list_products>("/api/catalog/products")
        .query<ProductsQuery>()
        .summary("Search and list products"),
    tenon::get<&Catalog::get_product>("/api/catalog/products/{key}").summary("One product"),
    tenon::get<&Catalog::list_relationships>("/api/catalog/products/{key}/relationships")
        .query<RelationshipsQuery>()
        .summary("A product's relationships of one kind, ranked"),
    tenon::get<&Catalog::get_bundles>("/api/catalog/products/{key}/bundles")
        .summary("A product with what it needs, at one price"),
    tenon::post<&Catalog::add_feedback>("/api/catalog/products/{key}/feedback")
        .consumes("application/json")
        .max_body(4096)
        .body<FeedbackBody>()
        .summary("Was a relationship helpful?"),
    tenon::get<&Catalog::list_builds>("/api/catalog/builds")
        .query<PageQuery>()
        .summary("Builds, newest first"),
    tenon::get<&Catalog::get_build>("/api/catalog/builds/{id}").summary("One build"),
    tenon::post<&Catalog::begin_build>("/api/catalog/builds")
        .access("editor")
        .max_body(4096)
        .body<BuildBody>()
        .summary("Build the catalog"),
    tenon::post<&Catalog::cancel_build>("/api/catalog/builds/{id}/cancel")
        .access("editor")
        .max_body(4096)
        .summary("Cancel a build"),
    tenon::get<&Catalog::list_review>("/api/catalog/review")
        .query<ReviewQuery>()
        .summary("Matches to decide"),
    tenon::post<&Catalog::decide_review>("/api/catalog/review/{commercial}/{official}")
        .access("editor")
        .consumes("application/json")
        .max_body(4096)
        .body<DecisionBody>()
        .summary("Accept or reject a match"),
    tenon::get<&Catalog::list_overrides>("/api/catalog/overrides")
        .query<OverridesQuery>()
        .summary("Curators' decisions on relationships"),
    tenon::post<&Catalog::change_override>("/api/catalog/overrides")
        .access("editor")
        .consumes("application/json")
        .max_body(4096)
        .body<OverrideBody>()
        .summary("Add, pin or forbid a relationship"),
    tenon::get<&Catalog::get_export>("/data/{file}").summary("An exported file"),
    tenon::get<&Catalog::get_export>("/api/catalog/data/{file}").summary("An exported file"),
    tenon::get<&Catalog::get_media>("/demo/{file...}").summary("Images and manuals"),
    tenon::provides(
        tenon::catalog::kCatalogInterface, "1.0.0",
        tenon::method<&Catalog::build>("build", "Builds the catalog and its exports")
            .command("catalog build"),
        tenon::method<&Catalog::relate_products>("relate", "Relates the built catalog's products")
            .idempotent()
            .command("catalog relate"),
        tenon::method<&Catalog::import_files>("import", "Imports price lists, then builds")
            .command("catalog import"),
        tenon::method<&Catalog::rules>("rules", "Everything that decides relationship scores")
            .read_only()
            .command("catalog rules"),
        tenon::method<&Catalog::report>("report", "What the last build did")
            .read_only()
            .command("catalog report")))
