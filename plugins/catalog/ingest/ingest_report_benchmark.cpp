// Prints what a folder of price lists becomes: catalog_ingest_report FOLDER
// [FILE-OF-BRANDS-TO-SHOW]
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>

#include "catalog/ingest/dealer_ingest.hpp"

int main(int argc, char** argv) {
  using namespace tenon::catalog;
  if (argc < 2) return std::fprintf(stderr, "usage: %s FOLDER [REASON]\n", argv[0]), 2;
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(argv[1]))
    if (entry.is_regular_file()) files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  auto start = std::chrono::steady_clock::now();
  DealerIngest ingest(BrandIndex(default_brands()), DealerOptions{});
  for (const auto& path : files) {
    std::ifstream file(path, std::ios::binary);
    std::string bytes{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    if (auto added = ingest.add_file(path.filename().string(), bytes); !added)
      std::printf("%s: %s\n", path.filename().c_str(), added.error().message.c_str());
  }
  IngestResult result = ingest.finish();
  std::chrono::duration<double, std::milli> spent = std::chrono::steady_clock::now() - start;
  for (const auto& file : result.report.files) {
    std::printf("%s: rows %zu, products %zu, skipped %zu", file.file.c_str(), file.rows,
                file.products, file.skipped);
    for (const auto& [reason, count] : file.reasons) std::printf(", %s %zu", reason.c_str(), count);
    std::printf("\n");
  }
  std::map<std::string, size_t> brands;
  size_t priced = 0;
  for (const auto& product : result.products) {
    ++brands[product.brand_id];
    priced += product.price ? 1 : 0;
  }
  std::printf("%zu products, %zu with a price, %.1f ms; by brand:", result.products.size(), priced,
              spent.count());
  for (const auto& [brand, count] : brands) std::printf(" %s %zu", brand.c_str(), count);
  std::printf("\n");
  for (const auto& problem : result.report.problems)
    if (argc > 2 && problem.reason == argv[2])
      std::printf("%s:%zu %s\n", problem.file.c_str(), problem.position, problem.detail.c_str());
}
