// The index held against a plain search that looks at every product.
#include "catalog/catalog/api/search_index.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <random>
#include <set>

namespace tenon::catalog {
namespace {

const char* const kWords[] = {"nova", "novation", "stage", "stand", "std", "case", "88", "8"};
const char* const kCategories[] = {"Accessories", "Keys & Pianos", ""};

std::vector<Product> random_products(std::mt19937& random, size_t count) {
  std::vector<Product> out;
  for (size_t i = 0; i < count; ++i) {
    Product product;
    product.id = "p" + std::to_string(i);
    product.brand_id = "b" + std::to_string(random() % 3);
    product.brand = product.brand_id;
    for (size_t words = 1 + random() % 3; words > 0; --words)
      product.name += std::string(kWords[random() % std::size(kWords)]) + " ";
    product.universal_category = kCategories[random() % std::size(kCategories)];
    if (random() % 4 > 0) product.price = Money{static_cast<int64_t>(random() % 5) * 100, "ILS"};
    product.stock = static_cast<Stock>(random() % 3);
    out.push_back(std::move(product));
  }
  return out;
}

ProductQuery random_query(std::mt19937& random) {
  ProductQuery query;
  if (random() % 3 > 0) query.text = kWords[random() % std::size(kWords)];
  if (random() % 3 == 0) query.text += std::string(" ") + kWords[random() % std::size(kWords)];
  if (random() % 2 > 0) query.text.resize(query.text.size() / 2);
  if (random() % 3 == 0) query.brand_id = "b" + std::to_string(random() % 4);
  if (random() % 3 == 0) query.category = kCategories[random() % 2];
  if (random() % 3 == 0) query.min_price = random() % 500;
  if (random() % 3 == 0) query.max_price = random() % 500;
  if (random() % 3 == 0) query.in_stock = random() % 2 == 0;
  query.sort = static_cast<SortOrder>(random() % 4);
  return query;
}

bool has_words(const Product& product, const std::string& text) {
  std::vector<std::string> asked, own;
  const auto split = [](const std::string& from, std::vector<std::string>& to) {
    std::string word;
    for (const char c : from + " ") {
      if (std::isalnum(static_cast<unsigned char>(c))) {
        word += static_cast<char>(std::tolower(c));
      } else if (!word.empty()) {
        to.push_back(std::exchange(word, ""));
      }
    }
  };
  split(text, asked);
  split(product.name + " " + product.brand + " " + product.universal_category, own);
  if (asked.empty()) return text.empty();
  for (size_t i = 0; i < asked.size(); ++i) {
    const bool last = i + 1 == asked.size();
    if (std::none_of(own.begin(), own.end(), [&](const std::string& word) {
          return last ? word.starts_with(asked[i]) : word == asked[i];
        }))
      return false;
  }
  return true;
}

bool passes(const Product& product, const ProductQuery& query, const std::string& without) {
  if (!has_words(product, query.text)) return false;
  const int64_t price = product.price ? product.price->minor : -1;
  if (query.min_price && (price < 0 || price < *query.min_price)) return false;
  if (query.max_price && (price < 0 || price > *query.max_price)) return false;
  if (without != "brand" && !query.brand_id.empty() && product.brand_id != query.brand_id)
    return false;
  if (without != "category" && !query.category.empty() &&
      product.universal_category != query.category)
    return false;
  return without == "stock" || !query.in_stock ||
         product.stock == (*query.in_stock ? Stock::in : Stock::out);
}

TEST(SearchIndex, FindsWhatLookingAtEveryProductFinds) {
  std::mt19937 random(7);
  for (int round = 0; round < 60; ++round) {
    const auto products = random_products(random, random() % 60);
    const SearchIndex index(products, "ILS");
    for (int question = 0; question < 20; ++question) {
      const ProductQuery query = random_query(random);
      std::multiset<std::string> expected;
      std::map<std::string, size_t> brands;
      for (const auto& product : products) {
        if (passes(product, query, "")) expected.insert(product.id);
        if (passes(product, query, "brand")) ++brands[product.brand_id];
      }
      const ProductHits whole = index.find(query, std::nullopt, 1000);
      EXPECT_EQ(whole.total, expected.size());
      EXPECT_EQ(whole.brands, brands);
      std::multiset<std::string> found;
      std::vector<uint32_t> order, paged;
      for (const Hit& hit : whole.page) {
        found.insert(products[hit.row].id);
        order.push_back(hit.row);
      }
      EXPECT_EQ(found, expected) << query.text;

      const size_t limit = 1 + random() % 7;
      std::optional<ListPosition> after;
      for (bool more = true; more && paged.size() <= products.size();) {
        const ProductHits page = index.find(query, after, limit);
        EXPECT_LE(page.page.size(), limit);
        EXPECT_EQ(page.total, expected.size());
        for (const Hit& hit : page.page) paged.push_back(hit.row);
        more = page.more;
        if (more) after = index.position_of(page.page.back());
      }
      EXPECT_EQ(paged, order) << "pages of " << limit;
    }
  }
}

TEST(SearchIndex, PutsTheSkuBeforeTheName) {
  std::vector<Product> products(2);
  products[0].id = "a";
  products[0].name = "Case for K88";
  products[1].id = "b";
  products[1].name = "Zebra";
  products[1].sku = "K88";
  const SearchIndex index(products, "ILS");
  ProductQuery query;
  query.text = "k88";
  query.sort = SortOrder::relevance;
  const ProductHits hits = index.find(query, std::nullopt, 10);
  ASSERT_EQ(hits.page.size(), 2u);
  EXPECT_EQ(products[hits.page[0].row].id, "b");
}

}  // namespace
}  // namespace tenon::catalog
