// Prints what pages say: catalog_page_report MANIFEST.csv-FOLDER FOLDER...
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>

#include "catalog/page/page_facts.hpp"

int main(int argc, char** argv) {
  using namespace tenon::catalog;
  for (int i = 1; i < argc; ++i) {
    size_t pages = 0, bytes = 0, refused = 0, products = 0, priced = 0, manuals = 0, images = 0,
           specs = 0, evidence = 0, problems = 0;
    double spent = 0, slowest = 0;
    std::map<std::string, size_t> kinds;
    for (const auto& entry : std::filesystem::directory_iterator(argv[i])) {
      if (entry.path().extension() != ".html") continue;
      std::ifstream file(entry.path(), std::ios::binary);
      std::string page{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
      auto start = std::chrono::steady_clock::now();
      PageOptions options;
      options.url = "https://brand.example/page";
      auto facts = read_page(page, options);
      double ms =
          std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start)
              .count();
      ++pages;
      bytes += page.size();
      spent += ms;
      slowest = std::max(
          slowest, page.size() > 20'000 ? ms * 100'000 / static_cast<double>(page.size()) : 0);
      if (!facts) {
        ++refused;
        std::printf("%s: %s\n", entry.path().filename().c_str(), facts.error().message.c_str());
        continue;
      }
      products += facts->products.size();
      for (const auto& product : facts->products) priced += product.price ? 1 : 0;
      manuals += facts->manuals.size();
      images += facts->gallery.size();
      specs += facts->specs.size();
      evidence += facts->declared.size();
      problems += facts->problems.size();
      for (const auto& d : facts->declared) ++kinds[std::string(to_string(d.kind))];
      for (const auto& p : facts->problems)
        std::printf("%s: %s\n", entry.path().filename().c_str(), p.c_str());
      if (std::getenv("VERBOSE"))
        for (const auto& d : facts->declared)
          std::printf("  %s %s | %s | %s\n", to_string(d.kind).data(), d.target_name.c_str(),
                      d.target_url.c_str(), d.sentence.c_str());
    }
    std::printf(
        "%s: pages %zu (%zu refused), %.1f MB, products %zu, priced %zu, manuals %zu, media %zu, "
        "specs %zu, evidence %zu, unreadable blocks %zu; %.2f ms per 100 KB, worst %.2f\n",
        argv[i], pages, refused, static_cast<double>(bytes) / 1e6, products, priced, manuals,
        images, specs, evidence, problems, spent * 100'000 / static_cast<double>(bytes), slowest);
    for (const auto& [kind, count] : kinds) std::printf("  %s %zu\n", kind.c_str(), count);
  }
}
