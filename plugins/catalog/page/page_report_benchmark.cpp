// Prints what pages say and what reading them costs: catalog_page_report FOLDER...
// Each folder stands for itself and the last line for all pages of more than 20 KB, in CPU time.
#include <time.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <vector>

#include "catalog/page/page_facts.hpp"

namespace {

using namespace tenon::catalog;

constexpr size_t kRounds = 9;
constexpr size_t kSmallPageBytes = 20'000;  // below, fixed costs hide the cost per byte

double cpu_ms() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) / 1e6;
}

double part(std::vector<double> values, double share) {
  if (values.empty()) return 0;
  std::sort(values.begin(), values.end());
  return values[static_cast<size_t>(share * static_cast<double>(values.size() - 1))];
}

// In ms per 100 KB, one value a page.
struct Costs {
  std::vector<double> parse;
  std::vector<double> extract;
  std::vector<double> both;
};

void measure(const std::string& page, const PageOptions& options, Costs& costs) {
  std::vector<double> parse;
  std::vector<double> extract;
  for (size_t i = 0; i < kRounds; ++i) {
    const double start = cpu_ms();
    auto document = HtmlDocument::parse(page, options.charset, options.limits);
    const double parsed = cpu_ms();
    if (!document) return;
    const PageFacts facts = facts_of(*document, options);
    extract.push_back(cpu_ms() - parsed);
    parse.push_back(parsed - start);
  }
  const double scale = 100'000 / static_cast<double>(page.size());
  costs.parse.push_back(part(parse, 0.5) * scale);
  costs.extract.push_back(part(extract, 0.5) * scale);
  costs.both.push_back(costs.parse.back() + costs.extract.back());
}

void print(const char* name, const std::vector<double>& values) {
  std::printf("  %-8s median %.2f, 10 %% %.2f, 90 %% %.2f, worst %.2f ms per 100 KB\n", name,
              part(values, 0.5), part(values, 0.1), part(values, 0.9), part(values, 1));
}

struct Found {
  size_t pages = 0, refused = 0, products = 0, priced = 0, manuals = 0, media = 0, specs = 0,
         evidence = 0, problems = 0;
  double bytes = 0;
  std::map<std::string, size_t> kinds;
};

void count(const std::string& name, const tenon::Result<PageFacts>& facts, Found& found) {
  ++found.pages;
  if (!facts) {
    ++found.refused;
    std::printf("%s: %s\n", name.c_str(), facts.error().message.c_str());
    return;
  }
  found.products += facts->products.size();
  for (const auto& product : facts->products) found.priced += product.price ? 1 : 0;
  found.manuals += facts->manuals.size();
  found.media += facts->gallery.size();
  found.specs += facts->specs.size();
  found.evidence += facts->declared.size();
  found.problems += facts->problems.size();
  for (const auto& one : facts->declared) ++found.kinds[std::string(to_string(one.kind))];
  for (const auto& problem : facts->problems)
    std::printf("%s: %s\n", name.c_str(), problem.c_str());
  if (!std::getenv("VERBOSE")) return;
  for (const auto& one : facts->declared)
    std::printf("  %s %s | %s | %s\n", to_string(one.kind).data(), one.target_name.c_str(),
                one.target_url.c_str(), one.sentence.c_str());
}

}  // namespace

int main(int argc, char** argv) {
  Costs costs;
  PageOptions options;
  options.url = "https://brand.example/page";
  for (int i = 1; i < argc; ++i) {
    Found found;
    for (const auto& entry : std::filesystem::directory_iterator(argv[i])) {
      if (entry.path().extension() != ".html") continue;
      std::ifstream file(entry.path(), std::ios::binary);
      const std::string page{std::istreambuf_iterator<char>(file),
                             std::istreambuf_iterator<char>()};
      found.bytes += static_cast<double>(page.size());
      count(entry.path().filename(), read_page(page, options), found);
      if (page.size() > kSmallPageBytes) measure(page, options, costs);
    }
    std::printf(
        "%s: pages %zu (%zu refused), %.1f MB, products %zu, priced %zu, manuals %zu, media %zu, "
        "specs %zu, evidence %zu, unreadable blocks %zu\n",
        argv[i], found.pages, found.refused, found.bytes / 1e6, found.products, found.priced,
        found.manuals, found.media, found.specs, found.evidence, found.problems);
    for (const auto& [kind, number] : found.kinds) std::printf("  %s %zu\n", kind.c_str(), number);
  }
  std::printf("%zu pages of more than 20 KB\n", costs.both.size());
  print("parse", costs.parse);
  print("extract", costs.extract);
  print("both", costs.both);
}
