// Times of relate() by catalog size and shape: medians, growth exponents and the plain way's time.
// Usage: tenon_relate_bench [runs] [largest size] [part of a shape's name; leaves the plain way
// out]
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <string_view>

#include "catalog/catalog/relate/random_catalog.hpp"

namespace {

using namespace tenon::catalog;

// Wall time, and processor time of all threads: on a busy machine only the latter says much.
struct Times {
  double wall = 0;
  double cpu = 0;
};

Times measure(const RandomCatalog& catalog, bool plain) {
  const auto scorers = catalog.scorers();
  const RelateInput input{&catalog.products, scorers, &catalog.overlay};
  const auto begin = std::chrono::steady_clock::now();
  const std::clock_t cpu_begin = std::clock();
  const bool ok = plain ? relate_exhaustive(input).ok() : relate(input, {.sample = 0}).ok();
  if (!ok) std::abort();
  const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - begin;
  return {wall.count(), static_cast<double>(std::clock() - cpu_begin) / CLOCKS_PER_SEC};
}

Times median(const RandomCatalog& catalog, int runs, bool plain) {
  std::vector<double> wall, cpu;
  for (int i = 0; i < runs; ++i) {
    const Times times = measure(catalog, plain);
    wall.push_back(times.wall);
    cpu.push_back(times.cpu);
  }
  std::sort(wall.begin(), wall.end());
  std::sort(cpu.begin(), cpu.end());
  return {wall[wall.size() / 2], cpu[cpu.size() / 2]};
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
  return out;
}

}  // namespace

int main(int argc, char** argv) {
  const int runs = argc > 1 ? std::atoi(argv[1]) : 5;
  const std::size_t largest = argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 100'000;
  const std::string_view only = argc > 3 ? argv[3] : "";
  const std::vector<std::size_t> sizes = {2'000, 20'000, 100'000, 1'000'000};
  std::printf("%-31s", "wall/processor ms");
  for (const std::size_t size : sizes)
    if (size <= largest) std::printf("%16zu", size);
  std::printf("%9s%12s\n", "exponent", "plain/2000");
  const std::size_t count = shapes(1).size();
  for (std::size_t i = 0; i < count; ++i) {
    const std::string_view name = shapes(1)[i].name;
    if (name.find(only) == std::string_view::npos) continue;
    std::printf("%-31s", shapes(1)[i].name);
    double first = 0, last = 0, ratio = 0;
    std::size_t last_size = 0;
    for (const std::size_t size : sizes) {
      if (size > largest) continue;
      std::mt19937_64 random(size);
      const auto catalog = random_catalog(shapes(size)[i].shape, default_models(), random);
      const Times times = median(catalog, runs, false);
      last = times.cpu;
      last_size = size;
      if (size == sizes[0]) {
        first = last;
        if (argc <= 3) ratio = median(catalog, std::min(runs, 3), true).cpu / last;
      }
      std::printf("%8.1f/%7.1f", times.wall * 1e3, times.cpu * 1e3);
      std::fflush(stdout);
    }
    const double exponent = last_size > sizes[0]
                                ? std::log(last / first) / std::log(static_cast<double>(last_size) /
                                                                    static_cast<double>(sizes[0]))
                                : 0;
    std::printf("%9.2f%11.0fx\n", exponent, ratio);
  }
}
