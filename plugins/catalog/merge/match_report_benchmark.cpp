// Precision, recall and F1 of the matcher on two lists with known pairs:
// catalog_match_report LEFT.csv RIGHT.csv PAIRS.csv DELIMITER
#include <chrono>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <set>
#include <unordered_map>

#include "catalog/ingest/csv_reader.hpp"
#include "catalog/merge/matcher.hpp"
#include "catalog/model/charset.hpp"

namespace {

using namespace tenon::catalog;

std::string read_file(const char* path) {
  std::ifstream file(path, std::ios::binary);
  std::string bytes{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  return to_utf8(bytes)->text;
}

std::vector<Product> read_products(const char* path, char delimiter) {
  std::string text = read_file(path);
  CsvReader reader(text, delimiter);
  std::vector<Product> products;
  reader.next();
  while (auto record = reader.next()) {
    if (record->fields.size() < 2) continue;
    Product product;
    product.id = record->fields[0];
    product.name = record->fields[1];
    products.push_back(std::move(product));
  }
  return products;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 5) return std::fprintf(stderr, "usage: %s LEFT RIGHT PAIRS DELIMITER\n", argv[0]), 2;
  auto left = read_products(argv[1], argv[4][0]);
  auto right = read_products(argv[2], argv[4][0]);
  std::set<std::pair<std::string, std::string>> truth;
  std::string pairs = read_file(argv[3]);
  CsvReader reader(pairs, argv[4][0]);
  reader.next();
  while (auto record = reader.next())
    if (record->fields.size() >= 2) truth.insert({record->fields[0], record->fields[1]});
  for (int accept : {50, 60, 70, 80, 90}) {
    MatchOptions options;
    options.same_brand = false;
    options.accept = accept;
    auto start = std::chrono::steady_clock::now();
    auto result = match_products(left, right, options);
    double ms =
        std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
    double hits = 0;
    for (const auto& match : result.accepted)
      hits += truth.count({left[match.commercial].id, right[match.official].id}) ? 1 : 0;
    double precision = hits / static_cast<double>(std::max<size_t>(1, result.accepted.size()));
    double recall = hits / static_cast<double>(truth.size());
    std::printf(
        "accept %d: %zu matches, %zu to review, precision %.3f, recall %.3f, F1 %.3f, %.0f ms\n",
        accept, result.accepted.size(), result.review.size(), precision, recall,
        2 * precision * recall / (precision + recall), ms);
  }
}
