// Times of relate() by catalog size and shape: medians, growth exponents, the plain way's time.
// Usage: tenon_relate_bench [--runs N] [--largest SIZE] [--threads N] [--only PART-OF-A-SHAPE]
//                           [--features]
// --only change: one product's change alone.
// --features: ordinary products as texts through the shipped scorers, with each phase's time.
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "catalog/catalog/relate/random_catalog.hpp"
#include "catalog/scorer-accessory/accessory_scorer.hpp"
#include "catalog/scorer-necessity/necessity_scorer.hpp"
#include "catalog/scorer-related/related_scorer.hpp"

namespace {

using namespace tenon::catalog;

struct Settings {
  int runs = 5;
  std::size_t largest = 100'000;
  unsigned threads = 0;
  std::string only;
  bool features = false;
};

// Milliseconds. On a busy machine only processor time, of all threads, says much.
struct Times {
  double wall = 0, cpu = 0, index = 0, search = 0;
};

double ms(std::chrono::nanoseconds time) {
  return std::chrono::duration<double, std::milli>(time).count();
}

Times measure(const std::function<RelateTimes()>& work) {
  const auto begin = std::chrono::steady_clock::now();
  const std::clock_t cpu_begin = std::clock();
  const RelateTimes phases = work();
  Times out;
  out.wall = ms(std::chrono::steady_clock::now() - begin);
  out.cpu = 1e3 * static_cast<double>(std::clock() - cpu_begin) / CLOCKS_PER_SEC;
  out.index = ms(phases.index);
  out.search = ms(phases.search);
  return out;
}

Times median(int runs, const std::function<RelateTimes()>& work) {
  std::vector<Times> all;
  for (int i = 0; i < runs; ++i) all.push_back(measure(work));
  Times out;
  for (double Times::*part : {&Times::wall, &Times::cpu, &Times::index, &Times::search}) {
    std::sort(all.begin(), all.end(),
              [&](const Times& x, const Times& y) { return x.*part < y.*part; });
    out.*part = all[all.size() / 2].*part;
  }
  return out;
}

RelateTimes run(const RelateInput& input, unsigned threads, bool plain) {
  if (plain) {
    if (!relate_exhaustive(input, {.threads = threads}).ok()) std::abort();
    return {};
  }
  const auto outcome = relate(input, {.threads = threads, .sample = 0});
  if (!outcome.ok()) std::abort();
  return outcome->times;
}

double peak_mib() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1024;
}

// Slope of log(time) over log(size), by least squares.
double exponent(const std::vector<std::pair<double, double>>& points) {
  double x = 0, y = 0, xx = 0, xy = 0;
  for (const auto& [size, time] : points) {
    x += std::log(size), y += std::log(time);
    xx += std::log(size) * std::log(size), xy += std::log(size) * std::log(time);
  }
  const auto n = static_cast<double>(points.size());
  return points.size() < 2 ? 0 : (n * xy - x * y) / (n * xx - x * x);
}

struct NamedShape {
  const char* name;
  Shape shape;
};

std::vector<NamedShape> shapes(std::size_t products) {
  Shape ordinary;
  ordinary.products = products;
  ordinary.brands = 100;
  ordinary.categories = 200;
  ordinary.families = 12;
  ordinary.vocabulary = static_cast<std::uint32_t>(products / 4 + 100);
  ordinary.least_tokens = 2;
  ordinary.most_tokens = 7;
  ordinary.skewed = true;
  ordinary.spec_values = 200;
  ordinary.spec_share = 0.2;
  ordinary.prices = 5000;
  ordinary.flag_share = 0.01;
  ordinary.flags_by_category = true;
  ordinary.in_stock_share = 0.8;
  ordinary.unknown_price_share = 0.02;
  std::vector<NamedShape> out = {{"ordinary", ordinary}};

  Shape bucket = ordinary;
  bucket.brands = bucket.categories = bucket.families = 1;
  bucket.flags_by_category = false;
  bucket.flag_share = 0.05;
  out.push_back({"one category, one brand", bucket});
  Shape equal = bucket;
  equal.prices = 1;
  out.push_back({"  and one price", equal});
  Shape few = bucket;
  few.prices = 3;
  few.unknown_price_share = 0.5;
  out.push_back({"  and few prices, half unknown", few});
  Shape unmatched = ordinary;
  unmatched.brands = static_cast<std::uint32_t>(products);
  unmatched.categories = 1;
  unmatched.families = 1;
  unmatched.skewed = false;
  unmatched.vocabulary = static_cast<std::uint32_t>(products * 8);
  out.push_back({"no perfect match", unmatched});
  Shape identical = bucket;
  identical.least_tokens = identical.most_tokens = 0;
  identical.common_token = true;
  out.push_back({"identical names", identical});
  Shape numbered = identical;
  numbered.unique_token = true;
  out.push_back({"common word and number", numbered});
  Shape many = numbered;
  many.brands = 100;
  many.categories = 50;
  out.push_back({"  in many categories", many});
  Shape long_names = bucket;
  long_names.least_tokens = 8;
  long_names.most_tokens = 14;
  long_names.vocabulary = 5000;
  out.push_back({"one category, long names", long_names});
  Shape even = bucket;
  even.skewed = false;
  even.vocabulary = 1000;
  even.least_tokens = even.most_tokens = 3;
  out.push_back({"one category, even vocabulary", even});
  Shape covers = bucket;
  covers.flag_share = 0.9;
  out.push_back({"nearly all qualify as necessity", covers});
  Shape classes = bucket;
  classes.flag_share = 0.5;
  out.push_back({"one category, many classes", classes});
  Shape gone = bucket;
  gone.in_stock_share = 0;
  out.push_back({"one category, all out of stock", gone});
  return out;
}

const std::vector<std::size_t>& sizes() {
  static const std::vector<std::size_t> all = {2'000, 20'000, 100'000, 1'000'000};
  return all;
}

// `ordinary` holds the processor times of the first shape, which this fills when it is empty.
void print_shape(const Settings& settings, std::size_t shape, std::vector<double>& ordinary) {
  std::printf("%-31s", shapes(1)[shape].name);
  std::vector<std::pair<double, double>> points;
  std::vector<double> ratios;
  double plain = 0;
  for (std::size_t i = 0; i < sizes().size(); ++i) {
    const std::size_t size = sizes()[i];
    if (size > settings.largest || (size > 100'000 && shape != 0)) continue;
    std::mt19937_64 random(size);
    const auto catalog = random_catalog(shapes(size)[shape].shape, default_models(), random);
    const auto scorers = catalog.scorers();
    const RelateInput input{&catalog.products, scorers, &catalog.overlay};
    const int runs = size > 100'000 ? 1 : settings.runs;
    const Times times = median(runs, [&] { return run(input, settings.threads, false); });
    if (shape == 0) ordinary.push_back(times.cpu);
    if (i < ordinary.size()) ratios.push_back(times.cpu / ordinary[i]);
    if (size <= 100'000) points.emplace_back(static_cast<double>(size), times.cpu);
    if (i == 0) plain = measure([&] { return run(input, settings.threads, true); }).cpu / times.cpu;
    std::printf("%9.1f/%8.1f", times.wall, times.cpu);
    std::fflush(stdout);
  }
  std::printf("%7.2f", exponent(points));
  std::printf("%8.1fx", ratios.empty() ? 0 : *std::max_element(ratios.begin(), ratios.end()));
  std::printf("%8.0fx\n", plain);
}

// The cost of one product's change beside that of a full run, for several products.
void print_change(const Settings& settings) {
  const std::size_t size = std::min<std::size_t>(settings.largest, 100'000);
  std::mt19937_64 random(size);
  auto catalog = random_catalog(shapes(size)[0].shape, default_models(), random);
  const auto scorers = catalog.scorers();
  const RelateInput input{&catalog.products, scorers, &catalog.overlay};
  const Times full = median(settings.runs, [&] { return run(input, settings.threads, false); });
  const auto base = relate(input, {.threads = settings.threads, .sample = 0, .keep = true});
  if (!base.ok()) std::abort();
  std::size_t rescored = 0;
  const Times one = median(settings.runs * 4, [&] {
    auto changed = catalog.products.price_minor;
    changed[random() % size] = static_cast<std::int64_t>(random() % 5000) * 100;
    catalog.products.price_minor.swap(changed);
    const auto outcome =
        relate_changes(base->state, input, {.threads = settings.threads, .sample = 0});
    if (!outcome.ok() || !*outcome) std::abort();
    catalog.products.price_minor.swap(changed);
    rescored += (*outcome)->rescored;
    return RelateTimes{};
  });
  std::printf(
      "one change at %zu: %.1f/%.1f ms, a full run %.1f/%.1f ms, %zu products scored again\n", size,
      one.wall, one.cpu, full.wall, full.cpu,
      rescored / static_cast<std::size_t>(settings.runs * 4));
}

// Invented products as texts.
ProductColumns texts(std::size_t count) {
  std::mt19937_64 random(count);
  const std::array things = {"Synthesizer",   "Pedal",     "Cable", "Stand", "Case",
                             "Power Adapter", "Interface", "Mixer", "Piano", "Drum"};
  const auto number = [&](std::size_t below) { return std::to_string(random() % below); };
  ProductColumns out;
  for (std::size_t i = 0; i < count; ++i) {
    ProductRow row;
    row.id = "p" + std::to_string(i);
    row.sku = "S" + std::to_string(i);
    row.brand = "Brand" + number(100);
    row.name = row.brand + " " + things[random() % things.size()] + " M" + number(count / 4 + 1) +
               " Mk" + number(4);
    row.category = std::string(things[random() % things.size()]) + " " + number(20);
    row.price_minor = static_cast<std::int64_t>(random() % 5000) * 100;
    row.in_stock = random() % 5 != 0;
    if (random() % 5 == 0) row.specs.push_back({"connector", "plug " + number(50)});
    out.push_back(row);
  }
  return out;
}

void print_phases(const Settings& settings) {
  std::printf("%-10s%12s%12s%12s%12s%12s\n", "products", "features", "index", "search", "total ms",
              "peak MiB");
  const Rules rules = default_rules();
  std::vector<std::unique_ptr<Scorer>> scorers;
  for (auto make : {make_necessity_scorer, make_accessory_scorer, make_related_scorer}) {
    auto scorer = make(rules);
    if (!scorer.ok()) std::abort();
    scorers.push_back(std::move(*scorer));
  }
  for (const std::size_t size : sizes()) {
    if (size > settings.largest) continue;
    const ProductColumns products = texts(size);
    double features_ms = 0;
    const Times times = median(size > 100'000 ? 1 : settings.runs, [&] {
      const auto begin = std::chrono::steady_clock::now();
      std::vector<FeatureColumns> features;
      for (const auto& scorer : scorers) features.push_back(scorer->features(products));
      features_ms = ms(std::chrono::steady_clock::now() - begin);
      std::vector<ScorerInput> inputs;
      for (std::size_t i = 0; i < scorers.size(); ++i)
        inputs.push_back({&scorers[i]->model(), &features[i]});
      const Overlay overlay;
      return run({&products, inputs, &overlay}, settings.threads, false);
    });
    std::printf("%-10zu%12.1f%12.1f%12.1f%12.1f%12.0f\n", size, features_ms, times.index,
                times.search, times.wall, peak_mib());
    std::fflush(stdout);
  }
}

std::optional<Settings> settings_of(int argc, char** argv) {
  Settings out;
  for (int i = 1; i < argc; ++i) {
    const std::string_view name = argv[i];
    if (name == "--features") {
      out.features = true;
      continue;
    }
    if (++i == argc) return std::nullopt;
    if (name == "--runs")
      out.runs = std::max(1, std::atoi(argv[i]));
    else if (name == "--largest")
      out.largest = std::strtoull(argv[i], nullptr, 10);
    else if (name == "--threads")
      out.threads = static_cast<unsigned>(std::atoi(argv[i]));
    else if (name == "--only")
      out.only = argv[i];
    else
      return std::nullopt;
  }
  return out;
}

}  // namespace

int main(int argc, char** argv) {
  const auto settings = settings_of(argc, argv);
  if (!settings) {
    std::fprintf(stderr,
                 "usage: %s [--runs N] [--largest SIZE] [--threads N] [--only NAME] [--features]\n",
                 argv[0]);
    return 2;
  }
  if (settings->features) {
    print_phases(*settings);
    return 0;
  }
  std::printf("%-31s", "wall/processor ms");
  for (const std::size_t size : sizes())
    if (size <= settings->largest) std::printf("%18zu", size);
  std::printf("%7s%9s%9s\n", "growth", "most", "plain");
  std::vector<double> ordinary;
  for (std::size_t shape = 0; shape < shapes(1).size(); ++shape)
    if (std::string_view(shapes(1)[shape].name).find(settings->only) != std::string_view::npos)
      print_shape(*settings, shape, ordinary);
  if (settings->only.empty() || settings->only == "change") print_change(*settings);
  std::printf("peak memory %.0f MiB\n", peak_mib());
}
