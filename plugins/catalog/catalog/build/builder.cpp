#include "catalog/catalog/build/builder.hpp"

#include <boost/json/serialize.hpp>
#include <chrono>
#include <ctime>
#include <unordered_set>

#include "catalog/catalog/build/changes.hpp"
#include "catalog/catalog/build/relation_items.hpp"
#include "catalog/catalog/build/step.hpp"
#include "catalog/merge/categories.hpp"
#include "catalog/merge/export.hpp"
#include "catalog/model/product_json.hpp"
#include "tenon/catalog/scorer.hpp"

namespace tenon::catalog {
namespace {

constexpr size_t kShown = 50;  // of each list in the summary
// Larger catalogs are always related in full: what a later build needs takes about 1 KiB a product.
constexpr size_t kMostKept = 300'000;

template <class List>
boost::json::array first_of(const List& list) {
  boost::json::array out;
  for (const auto& item : list) {
    if (out.size() == kShown) break;
    out.push_back(json::to_value(item));
  }
  return out;
}

std::string commonest_currency(const std::vector<Product>& products) {
  std::map<std::string, size_t> counts;
  for (const auto& product : products)
    if (product.price) ++counts[product.price->currency];
  std::string best;
  for (const auto& [currency, count] : counts)
    if (best.empty() || count > counts[best]) best = currency;
  return best;
}

ProductRow row_of(const Product& product, const std::string& currency) {
  ProductRow row{product.id,
                 product.sku,
                 product.name,
                 product.brand,
                 product.category,
                 product.universal_category,
                 -1,
                 product.stock == Stock::in,
                 {}};
  if (product.price && product.price->currency == currency) row.price_minor = product.price->minor;
  for (const auto& spec : product.official_specs) row.specs.push_back({spec.name, spec.value});
  return row;
}

}  // namespace

std::string time_now() {
  const std::time_t now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
  std::tm parts{};
  gmtime_r(&now, &parts);
  char text[sizeof "2026-01-31T12:00:00Z"];
  std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts);
  return text;
}

Result<BuildOutcome> Builder::run(const Call& call, const BuildRequest& request) {
  snapshot_ = std::make_shared<Snapshot>();
  snapshot_->build_id = request.id;
  snapshot_->built_at = time_now();
  summary_ = {{"id", request.id},
              {"cause", request.cause},
              {"brand", request.brand},
              {"started_at", snapshot_->built_at}};
  boost::json::object durations;
  struct Step {
    const char* name;
    std::function<Result<void>()> work;
  };
  const Step steps[] = {{"load", [&] { return load(call, request); }},
                        {"merge", [&] { return merge(call); }},
                        {"categories", [&] { return categorize(); }},
                        {"features", [&] { return score(call); }},
                        {"decisions", [&] { return decide(call); }},
                        {"relate", [&] { return relate_all(request); }},
                        {"documents", [&] { return document(call); }},
                        {"export", [&] { return export_all(); }}};
  using Clock = std::chrono::steady_clock;
  for (size_t i = 0; i < std::size(steps); ++i) {
    TN_CHECK(check_step(call));
    if (request.progress) request.progress(steps[i].name, i, std::size(steps));
    const auto begin = Clock::now();
    auto done = steps[i].work();
    durations[steps[i].name] =
        std::chrono::duration<double, std::milli>(Clock::now() - begin).count();
    summary_["durations_ms"] = durations;
    if (!done.ok()) return std::move(done).error();
  }
  if (request.progress) request.progress("done", std::size(steps), std::size(steps));
  return BuildOutcome{snapshot_, records_};
}

Result<void> Builder::load(const Call& call, const BuildRequest& request) {
  TN_TRY(auto records, load_records(host_, call, {request.brand, request.known}));
  records_ = std::make_shared<Records>(std::move(records));
  summarize_load();
  const double share = summary_.at("rows").at("bad_share").as_double();
  if (100 * share > static_cast<double>(config_.max_bad_share))
    return Error{Code::data_loss,
                 "too many bad rows: " + std::to_string(100 * share) + " percent, allowed are " +
                     std::to_string(config_.max_bad_share) + "; the last good build stays",
                 "max_bad_share"};
  return {};
}

void Builder::summarize_load() {
  int64_t rows = 0, bad = 0, refused = 0, problem_count = 0;
  std::map<std::string, int64_t> reasons;
  boost::json::array providers, problems;
  for (const auto& [instance, records] : *records_) {
    const InputReport& report = records.report;
    rows += std::max<int64_t>(report.rows, static_cast<int64_t>(records.products.size()));
    bad += report.skipped + records.refused;
    refused += records.refused;
    for (const auto& [reason, count] : report.reasons) reasons[reason] += count;
    if (records.refused > 0) reasons["not_a_product_document"] += records.refused;
    problem_count += static_cast<int64_t>(report.problems.size());
    for (const auto& problem : report.problems) {
      if (problems.size() == kShown) break;
      boost::json::value shown = json::to_value(problem);
      shown.as_object()["instance"] = instance;
      problems.push_back(std::move(shown));
    }
    providers.push_back(boost::json::object{{"instance", instance},
                                            {"kind", records.official ? "scraper" : "source"},
                                            {"rows", report.rows},
                                            {"products", records.products.size()},
                                            {"skipped", report.skipped},
                                            {"refused", first_of(records.refusals)}});
  }
  summary_["providers"] = std::move(providers);
  summary_["rows"] = boost::json::object{
      {"read", rows},
      {"bad", bad},
      {"refused", refused},
      {"bad_share", rows > 0 ? static_cast<double>(bad) / static_cast<double>(rows) : 0.0}};
  summary_["reasons"] = json::to_value(reasons);
  summary_["problems"] = std::move(problems);
  summary_["problem_count"] = problem_count;
}

Result<void> Builder::merge(const Call& call) {
  std::vector<Product> commercial, official;
  std::unordered_set<std::string> seen;
  std::vector<std::string> repeated;
  for (const auto& [instance, records] : *records_)
    for (const auto& product : records.products) {
      if (records.official) {
        official.push_back(product);
      } else if (seen.insert(product.id).second) {
        commercial.push_back(product);
      } else {
        repeated.push_back(instance + " " + product.id);
      }
    }
  ReviewDecisions decisions;
  TN_TRY(const auto stored, store_.review_decisions(call));
  for (const auto& decision : stored)
    decisions[decision.commercial + '|' + decision.official] = decision.accepted;
  const size_t commercial_count = commercial.size(), official_count = official.size();
  MatchOptions options;
  options.accept = static_cast<int>(config_.match.accept);
  options.review = static_cast<int>(config_.match.review);
  MergeResult merged =
      merge_products(std::move(commercial), std::move(official), options, decisions);
  summary_["merge"] = boost::json::object{{"commercial", commercial_count},
                                          {"official", official_count},
                                          {"products", merged.products.size()},
                                          {"matched", merged.matched},
                                          {"commercial_only", merged.commercial_only},
                                          {"official_only", merged.official_only},
                                          {"review", merged.review.size()},
                                          {"repeated", first_of(repeated)}};
  snapshot_->products = std::move(merged.products);
  snapshot_->review = std::move(merged.review);
  snapshot_->currency = commonest_currency(snapshot_->products);
  return {};
}

Result<void> Builder::categorize() {
  std::vector<CategoryRule> rules;
  for (const auto& rule : config_.categories)
    rules.push_back({rule.pattern, rule.universal, rule.brand});
  TN_TRY(const CategoryMap categories, CategoryMap::make(rules));
  const auto unknown = categories.apply(snapshot_->products);
  summary_["unknown_categories"] = json::to_value(unknown);
  return {};
}

Result<void> Builder::score(const Call& call) {
  for (const auto& product : snapshot_->products)
    snapshot_->columns.push_back(row_of(product, snapshot_->currency));
  TN_TRY(const auto providers, host_.messages().providers(call, {kScorerInterface}));
  boost::json::array used;
  for (const auto& provider : providers) {
    TN_CHECK(check_step(call));
    TN_TRY(auto scorer, ScorerClient::open(host_, call, provider.instance));
    const Kind kind = scorer->model().kind;
    bool taken = false;
    for (const auto& other : snapshot_->scorers) taken |= other->model().kind == kind;
    used.push_back(boost::json::object{
        {"instance", provider.instance}, {"kind", to_string(kind)}, {"used", !taken}});
    if (taken) {
      host_.log().warn("a second scorer of one kind is not used",
                       {{"scorer", provider.instance}, {"kind", to_string(kind)}});
      continue;
    }
    TN_CHECK(scorer->compute(call, snapshot_->columns));
    snapshot_->scorers.push_back(std::move(scorer));
  }
  summary_["scorers"] = std::move(used);
  return {};
}

Result<void> Builder::decide(const Call& call) {
  TN_TRY(const auto overrides, store_.overrides(call));
  Declarations declared = resolve_declarations(snapshot_->products, overrides);
  summary_["declared"] = boost::json::object{{"resolved", declared.decisions.size()},
                                             {"overrides", overrides.size()},
                                             {"unresolved", declared.unresolved.size()},
                                             {"unresolved_first", first_of(declared.unresolved)}};
  snapshot_->overlay = Overlay(std::move(declared.decisions));
  snapshot_->notes = std::move(declared.notes);
  return {};
}

Result<RelateOutcome> Builder::relate_snapshot(const BuildRequest& request) {
  RelateOptions options;
  options.threads = static_cast<unsigned>(config_.threads);
  options.sample = static_cast<size_t>(config_.sample);
  options.keep = snapshot_->columns.size() <= kMostKept;
  if (request.earlier != nullptr && request.earlier->relate_state != nullptr) {
    TN_TRY(auto outcome,
           relate_changes(request.earlier->relate_state, snapshot_->relate_input(), options));
    if (outcome) return std::move(*outcome);
  }
  return relate(snapshot_->relate_input(), options);
}

Result<void> Builder::relate_all(const BuildRequest& request) {
  snapshot_->index_keys();
  TN_TRY(auto outcome, relate_snapshot(request));
  snapshot_->relations = std::move(outcome.relations);
  snapshot_->relate_state = std::move(outcome.state);
  summary_["rescored"] = outcome.rescored;
  TN_CHECK(snapshot_->open_rankings());
  boost::json::array buckets, differing;
  for (const auto& bucket : outcome.buckets)
    buckets.push_back(boost::json::object{{"kind", to_string(bucket.kind)},
                                          {"index", bucket.index},
                                          {"buckets", bucket.buckets},
                                          {"entries", bucket.entries},
                                          {"largest", bucket.largest}});
  for (const uint32_t row : outcome.differing)
    differing.push_back(json::to_value(snapshot_->products[row].id));
  if (!differing.empty())
    host_.log().error("the relationship engine differs from comparing all pairs",
                      {{"products", boost::json::serialize(differing)}});
  summary_["candidates"] = std::move(buckets);
  summary_["sample"] =
      boost::json::object{{"checked", outcome.sampled}, {"differing", std::move(differing)}};
  std::array<size_t, kind_count> counts{};
  for (size_t row = 0; row < snapshot_->products.size(); ++row)
    for (int kind = 0; kind < kind_count; ++kind)
      counts[kind] += snapshot_->relations.of(row, static_cast<Kind>(kind)).size();
  summary_["relations"] = boost::json::object{
      {"necessity", counts[0]}, {"accessory", counts[1]}, {"related", counts[2]}};
  return {};
}

Result<void> Builder::document(const Call& call) {
  constexpr size_t kChunk = 512;
  const size_t rows = snapshot_->products.size();
  for (size_t begin = 0; begin < rows; begin += kChunk) {
    TN_CHECK(check_step(call));
    const size_t end = std::min(rows, begin + kChunk);
    std::vector<RelationList> lists;
    for (size_t row = begin; row < end; ++row)
      for (int kind = 0; kind < kind_count; ++kind)
        lists.push_back({static_cast<uint32_t>(row), static_cast<Kind>(kind),
                         snapshot_->relations.of(row, static_cast<Kind>(kind))});
    TN_TRY(auto items, relation_items(call, *snapshot_, lists));
    for (size_t row = begin; row < end; ++row) {
      const Product& product = snapshot_->products[row];
      const size_t at = (row - begin) * kind_count;
      boost::json::object object = to_json(product);
      object["necessities"] = std::move(items[at]);
      object["accessories"] = std::move(items[at + 1]);
      object["related"] = std::move(items[at + 2]);
      snapshot_->documents.push_back(boost::json::serialize(object));
      snapshot_->summaries.push_back(boost::json::serialize(summary_of(product)));
    }
  }
  index_lists();
  return {};
}

void Builder::index_lists() {
  snapshot_->search = SearchIndex(snapshot_->products, snapshot_->currency);
  std::map<std::string, BrandEntry> brands;
  for (const auto& product : snapshot_->products) {
    BrandEntry& brand = brands[product.brand_id];
    brand.id = product.brand_id;
    if (brand.name.empty()) brand.name = product.brand;
    if (brand.logo_url.empty()) brand.logo_url = product.logo_url;
    ++brand.products;
  }
  for (auto& [id, brand] : brands) snapshot_->brands.push_back(std::move(brand));
}

Result<void> Builder::export_all() {
  const auto document = [&](const Product& product) {
    return snapshot_->documents[*snapshot_->row_of_id(product.id)];
  };
  TN_TRY(const auto written, export_documents(folders_.exports, snapshot_->products, document));
  summary_["export"] = boost::json::object{{"written", written.files_written},
                                           {"unchanged", written.files_unchanged},
                                           {"removed", written.files_removed}};
  ProductStates states;
  for (size_t row = 0; row < snapshot_->products.size(); ++row)
    states[snapshot_->products[row].id] = state_of(snapshot_->documents[row]);
  TN_TRY(const Changes changes, replace_states(folders_.state, states));
  summary_["changes"] = boost::json::object{{"added", changes.added.size()},
                                            {"removed", changes.removed.size()},
                                            {"changed", changes.changed.size()},
                                            {"added_first", first_of(changes.added)},
                                            {"removed_first", first_of(changes.removed)},
                                            {"changed_first", first_of(changes.changed)}};
  summary_["products"] = snapshot_->products.size();
  summary_["brands"] = snapshot_->brands.size();
  summary_["finished_at"] = time_now();
  return {};
}

}  // namespace tenon::catalog
