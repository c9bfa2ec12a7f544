#include "catalog/catalog/commands.hpp"

#include <boost/json/serialize.hpp>
#include <fstream>
#include <sstream>

#include "catalog/catalog/build/changes.hpp"
#include "catalog/catalog/catalog_plugin.hpp"
#include "tenon/catalog/source.hpp"

namespace tenon::catalog {
namespace {

using Clock = std::chrono::steady_clock;

double ms_since(Clock::time_point begin) {
  return std::chrono::duration<double, std::milli>(Clock::now() - begin).count();
}

// A member of a summary, or null; summaries of failed builds hold only what was reached.
const boost::json::value& member(const boost::json::object& object, std::string_view path) {
  static const boost::json::value kNull;
  const boost::json::value* value = nullptr;
  const boost::json::object* in = &object;
  while (true) {
    const std::string_view name = path.substr(0, path.find('.'));
    value = in ? in->if_contains(name) : nullptr;
    if (!value) return kNull;
    if (name.size() == path.size()) return *value;
    in = value->if_object();
    path.remove_prefix(name.size() + 1);
  }
}

std::string text_of(const boost::json::value& value) {
  if (value.is_string()) return std::string(value.get_string());
  if (value.is_null()) return "-";
  if (value.is_double()) {
    std::ostringstream out;
    out.precision(3);
    out << value.get_double();
    return out.str();
  }
  return boost::json::serialize(value);
}

std::string summary_text(const boost::json::object& summary) {
  const auto get = [&](std::string_view path) { return text_of(member(summary, path)); };
  std::string out = "Build " + get("id") + " (" + get("cause") + "): " + get("state") + "\n";
  if (!member(summary, "error").is_null()) out += "  error: " + get("error") + "\n";
  out += "  rows: " + get("rows.read") + " read, " + get("rows.bad") + " bad (share " +
         get("rows.bad_share") + ")\n";
  if (const auto* reasons = member(summary, "reasons").if_object())
    for (const auto& [reason, count] : *reasons)
      out += "    " + std::string(reason) + ": " + text_of(count) + "\n";
  out += "  products: " + get("merge.products") + " (" + get("merge.commercial") + " commercial, " +
         get("merge.official") + " official, " + get("merge.matched") + " matched, " +
         get("merge.review") + " to review)\n";
  out += "  relations: " + get("relations.necessity") + " necessities, " +
         get("relations.accessory") + " accessories, " + get("relations.related") + " related\n";
  out += "  declared: " + get("declared.resolved") + " resolved, " + get("declared.unresolved") +
         " unresolved\n";
  out += "  unknown categories: " + get("unknown_categories") + "\n";
  out += "  changes: " + get("changes.added") + " added, " + get("changes.removed") + " removed, " +
         get("changes.changed") + " changed\n";
  out += "  exports: " + get("export.written") + " written, " + get("export.unchanged") +
         " unchanged, " + get("export.removed") + " removed\n";
  out += "  sample: " + get("sample.checked") +
         " products compared with the plain way, differing: " + get("sample.differing") + "\n";
  if (const auto* buckets = member(summary, "candidates").if_array())
    for (const auto& bucket : *buckets)
      out += "  candidates: " + text_of(bucket.at("kind")) + " by " + text_of(bucket.at("index")) +
             ": " + text_of(bucket.at("buckets")) + " buckets, largest " +
             text_of(bucket.at("largest")) + "\n";
  if (const auto* steps = member(summary, "durations_ms").if_object())
    for (const auto& [step, ms] : *steps)
      out += "  " + std::string(step) + ": " + text_of(ms) + " ms\n";
  return out;
}

// One product a line, in the catalog's order.
std::string relations_text(const Snapshot& snapshot, const Relations& relations) {
  std::string out;
  for (size_t row = 0; row < snapshot.products.size(); ++row) {
    boost::json::object line{{"id", snapshot.products[row].id}};
    for (const Kind kind : {Kind::necessity, Kind::accessory, Kind::related}) {
      boost::json::array list;
      for (const auto& relation : relations.of(row, kind))
        list.push_back(
            boost::json::object{{"id", snapshot.products[relation.product].id},
                                {"raw_score", relation.raw},
                                {"origin", relation.origin == Origin::scored     ? "scored"
                                           : relation.origin == Origin::declared ? "declared"
                                                                                 : "pinned"}});
      line[to_string(kind)] = std::move(list);
    }
    out += boost::json::serialize(line) + "\n";
  }
  return out;
}

}  // namespace

Result<Report> Catalog::build(Call& call, const BuildInput& input) {
  TN_TRY(auto summary, builds_->build(call, input.brand.value_or(""), "command"));
  return Report{summary_text(summary), std::move(summary)};
}

Result<Report> Catalog::relate_products(Call&, const RelateCommand& input) {
  TN_TRY(const auto snapshot, this->snapshot());
  const bool exhaustive = input.exhaustive.value_or(false);
  RelateOptions options;
  options.threads = static_cast<unsigned>(input.threads.value_or(config_.threads));
  options.sample = 0;
  const auto begin = Clock::now();
  Relations relations;
  if (exhaustive) {
    TN_TRY(relations, relate_exhaustive(snapshot->relate_input(), options));
  } else {
    TN_TRY(auto outcome, relate(snapshot->relate_input(), options));
    relations = std::move(outcome.relations);
  }
  const double ms = ms_since(begin);
  const std::string lines = relations_text(*snapshot, relations);
  std::array<size_t, kind_count> counts{};
  for (size_t row = 0; row < relations.size(); ++row)
    for (int kind = 0; kind < kind_count; ++kind)
      counts[kind] += relations.of(row, static_cast<Kind>(kind)).size();
  Report report;
  report.data = {{"way", exhaustive ? "exhaustive" : "indexed"},
                 {"products", relations.size()},
                 {"necessity", counts[0]},
                 {"accessory", counts[1]},
                 {"related", counts[2]},
                 {"duration_ms", ms},
                 {"state", std::to_string(state_of(lines))}};
  if (input.out) {
    std::ofstream file(*input.out, std::ios::binary | std::ios::trunc);
    file << lines;
    if (!file.flush()) return Error{Code::invalid, "cannot be written", *input.out};
    report.data["out"] = *input.out;
  }
  report.text = text_of(report.data["way"]) + ": " + text_of(report.data["products"]) +
                " products related in " + text_of(report.data["duration_ms"]) +
                " ms: " + text_of(report.data["necessity"]) + " necessities, " +
                text_of(report.data["accessory"]) + " accessories, " +
                text_of(report.data["related"]) + " related\n";
  return report;
}

Result<Report> Catalog::import_files(Call& call, const ImportInput& input) {
  if (input.files.empty()) return Error{Code::invalid, "expected at least one file", "files"};
  TN_TRY(const auto providers, host_.messages().providers(call, {kSourceInterface}));
  std::string names;
  const Provider* source = nullptr;
  for (const auto& provider : providers) {
    names += (names.empty() ? "" : ", ") + provider.instance;
    if (input.source ? provider.instance == *input.source : providers.size() == 1)
      source = &provider;
  }
  if (!source)
    return Error{Code::invalid,
                 "expected one of the sources " + (names.empty() ? "(there is none)" : names),
                 "source"};
  const Selector selector{kSourceInterface, {}, source->instance};
  TN_TRY(const Method import, host_.messages().resolve(call, selector, "import"));
  TN_TRY(auto imported, import.call<boost::json::object>(
                            call, boost::json::object{{"files", json::to_value(input.files)}}));
  TN_TRY(auto summary, builds_->build(call, "", "import"));
  Report report;
  report.text = "Imported into " + source->instance + ": " + boost::json::serialize(imported) +
                "\n" + summary_text(summary);
  report.data = {{"source", source->instance},
                 {"imported", std::move(imported)},
                 {"build", std::move(summary)}};
  return report;
}

Result<Report> Catalog::rules(Call&) {
  TN_TRY(const auto snapshot, this->snapshot());
  Report report;
  boost::json::array scorers;
  for (const auto& scorer : snapshot->scorers) {
    const Model& model = scorer->model();
    report.text += scorer->instance() + " (" + to_string(model.kind) + "): kept above " +
                   std::to_string(model.threshold) + ", at most " + std::to_string(model.limit) +
                   "\n";
    for (const auto& rule : model.rules)
      report.text += "  " + rule.id + ": " + std::to_string(rule.points) + "\n";
    scorers.push_back(boost::json::object{{"instance", scorer->instance()},
                                          {"kind", to_string(model.kind)},
                                          {"model", model_to_json(model)},
                                          {"settings", scorer->settings()}});
  }
  report.data = {{"scorers", std::move(scorers)}, {"currency", snapshot->currency}};
  return report;
}

Result<Report> Catalog::report(Call& call) {
  TN_TRY(const auto builds, store_.builds(call, 1));
  if (builds.empty()) return Error{Code::not_found, "nothing has been built yet"};
  TN_TRY(const auto summary, json::parse(builds[0].summary));
  Report report;
  report.data = summary.is_object() ? summary.get_object() : boost::json::object();
  report.text = summary_text(report.data);
  return report;
}

}  // namespace tenon::catalog
