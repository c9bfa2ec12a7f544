#include "catalog/catalog/api/search_index.hpp"

#include <algorithm>
#include <array>
#include <numeric>
#include <tuple>
#include <unordered_map>

#include "catalog/text/fold.hpp"

namespace tenon::catalog {
namespace {

// How much a word counts by the field it stands in.
constexpr uint32_t kSkuWeight = 16;
constexpr uint32_t kNameWeight = 8;
constexpr uint32_t kBrandWeight = 4;
constexpr uint32_t kCategoryWeight = 2;
// And when it is the whole word rather than its beginning.
constexpr uint32_t kWholeWord = 4;

template <class Value>
Value index_of(std::unordered_map<std::string, Value>& known, std::vector<std::string>& names,
               const std::string& name) {
  const auto [at, fresh] = known.emplace(name, static_cast<Value>(names.size()));
  if (fresh) names.push_back(name);
  return at->second;
}

}  // namespace

SearchIndex::SearchIndex(const std::vector<Product>& products, const std::string& currency) {
  std::unordered_map<std::string, uint32_t> brands;
  std::unordered_map<std::string, uint8_t> categories;
  for (const auto& product : products) {
    columns_.brand.push_back(index_of(brands, brand_ids_, product.brand_id));
    columns_.category.push_back(index_of(categories, category_names_, product.universal_category));
    const bool priced = product.price && product.price->currency == currency;
    columns_.price.push_back(priced ? product.price->minor : -1);
    columns_.stock.push_back(static_cast<uint8_t>(product.stock));
    columns_.name.push_back(text::fold_words(product.name));
    columns_.id.push_back(product.id);
  }
  add_words(products);
  for (const SortOrder sort : {SortOrder::name, SortOrder::price_up, SortOrder::price_down})
    make_order(sort);
}

void SearchIndex::add_words(const std::vector<Product>& products) {
  std::unordered_map<std::string, std::vector<Posting>> postings;
  for (uint32_t row = 0; row < products.size(); ++row) {
    const Product& product = products[row];
    const auto add = [&](std::string_view word, uint32_t weight) {
      auto& list = postings[std::string(word)];
      if (list.empty() || list.back().row != row)
        list.push_back({row, weight});
      else
        list.back().weight = std::max(list.back().weight, weight);
    };
    const auto add_text = [&](std::string_view text, uint32_t weight) {
      text::for_each_word(text::fold_words(text),
                          [&](std::string_view word) { add(word, weight); });
    };
    add_text(product.sku, kSkuWeight);
    add_text(product.mpn, kSkuWeight);
    add_text(product.name, kNameWeight);
    add_text(product.brand, kBrandWeight);
    add_text(product.category, kCategoryWeight);
    add_text(product.universal_category, kCategoryWeight);
  }
  for (const auto& [word, list] : postings) words_.push_back(word);
  std::sort(words_.begin(), words_.end());
  for (const auto& word : words_) {
    const auto& list = postings.at(word);
    postings_.insert(postings_.end(), list.begin(), list.end());
    offsets_.push_back(postings_.size());
  }
}

bool SearchIndex::before(SortOrder sort, uint32_t a, uint32_t b) const {
  const auto by_name = [&] {
    return std::tie(columns_.name[a], columns_.id[a]) < std::tie(columns_.name[b], columns_.id[b]);
  };
  if (sort == SortOrder::name || sort == SortOrder::relevance) return by_name();
  const int64_t x = columns_.price[a];
  const int64_t y = columns_.price[b];
  if (x == y) return by_name();
  if (x < 0 || y < 0) return y < 0;
  return sort == SortOrder::price_up ? x < y : x > y;
}

// Does the row stand behind the position? Relevance is compared by the caller.
bool SearchIndex::after(SortOrder sort, uint32_t row, const ListPosition& position) const {
  const auto by_name = [&] {
    return std::tie(position.name, position.id) < std::tie(columns_.name[row], columns_.id[row]);
  };
  if (sort == SortOrder::name || sort == SortOrder::relevance) return by_name();
  const int64_t price = columns_.price[row];
  if (price == position.price) return by_name();
  if (price < 0 || position.price < 0) return price < 0;
  return sort == SortOrder::price_up ? price > position.price : price < position.price;
}

void SearchIndex::make_order(SortOrder sort) {
  Order made;
  made.rows.resize(columns_.id.size());
  std::iota(made.rows.begin(), made.rows.end(), 0u);
  std::sort(made.rows.begin(), made.rows.end(),
            [&](uint32_t a, uint32_t b) { return before(sort, a, b); });
  made.rank.resize(made.rows.size());
  for (uint32_t i = 0; i < made.rows.size(); ++i) made.rank[made.rows[i]] = i;
  (sort == SortOrder::name       ? by_name_
   : sort == SortOrder::price_up ? by_price_up_
                                 : by_price_down_) = std::move(made);
}

const SearchIndex::Order& SearchIndex::order(SortOrder sort) const {
  if (sort == SortOrder::price_up) return by_price_up_;
  if (sort == SortOrder::price_down) return by_price_down_;
  return by_name_;
}

uint32_t SearchIndex::first_rank_after(SortOrder sort, const ListPosition& position) const {
  const auto& rows = order(sort).rows;
  const auto first = std::partition_point(
      rows.begin(), rows.end(), [&](uint32_t row) { return !after(sort, row, position); });
  return static_cast<uint32_t>(first - rows.begin());
}

std::vector<Hit> SearchIndex::word_hits(std::string_view word, bool prefix) const {
  std::vector<Hit> hits;
  const auto first = std::lower_bound(words_.begin(), words_.end(), word);
  size_t lists = 0;
  for (auto at = first; at != words_.end(); ++at, ++lists) {
    const bool whole = *at == word;
    if (!whole && (!prefix || !at->starts_with(word))) break;
    const auto index = static_cast<size_t>(at - words_.begin());
    for (size_t i = offsets_[index]; i < offsets_[index + 1]; ++i)
      hits.push_back({postings_[i].row, postings_[i].weight + (whole ? kWholeWord : 0)});
  }
  if (lists < 2) return hits;
  std::sort(hits.begin(), hits.end(), [](const Hit& a, const Hit& b) {
    return a.row != b.row ? a.row < b.row : a.relevance > b.relevance;
  });
  const auto same_row = [](const Hit& a, const Hit& b) { return a.row == b.row; };
  hits.erase(std::unique(hits.begin(), hits.end(), same_row), hits.end());
  return hits;
}

std::vector<Hit> SearchIndex::matches(std::string_view asked) const {
  const std::string folded = text::fold_words(asked);
  const auto words = text::split_words(folded);
  if (words.empty()) {
    // Signs alone ask for something that no product has.
    std::vector<Hit> all;
    if (!asked.empty()) return all;
    all.reserve(columns_.id.size());
    for (uint32_t row = 0; row < columns_.id.size(); ++row) all.push_back({row, 0});
    return all;
  }
  std::vector<Hit> hits;
  for (size_t i = 0; i < words.size(); ++i) {
    std::vector<Hit> next = word_hits(words[i], i + 1 == words.size());
    if (i == 0) {
      hits = std::move(next);
      continue;
    }
    std::vector<Hit> both;
    for (auto a = hits.begin(), b = next.begin(); a != hits.end() && b != next.end();) {
      if (a->row < b->row) {
        ++a;
      } else if (b->row < a->row) {
        ++b;
      } else {
        both.push_back({a->row, a->relevance + b->relevance});
        ++a, ++b;
      }
    }
    hits = std::move(both);
  }
  return hits;
}

ProductHits SearchIndex::find(const ProductQuery& query, const std::optional<ListPosition>& after,
                              size_t limit) const {
  constexpr uint8_t kBrand = 1, kCategory = 2, kStock = 4, kAll = 7;
  const auto place_of = [](const std::vector<std::string>& names, const std::string& name) {
    return static_cast<size_t>(std::find(names.begin(), names.end(), name) - names.begin());
  };
  const size_t brand = place_of(brand_ids_, query.brand_id);
  const size_t category = place_of(category_names_, query.category);
  const auto wanted_stock =
      static_cast<uint8_t>(query.in_stock.value_or(true) ? Stock::in : Stock::out);
  std::vector<size_t> brands(brand_ids_.size());
  std::vector<size_t> categories(category_names_.size());
  std::array<size_t, 3> stock{};

  std::vector<Hit> hits = matches(query.text);
  std::erase_if(hits, [&](const Hit& hit) {
    const int64_t price = columns_.price[hit.row];
    if ((query.min_price && (price < *query.min_price || price < 0)) ||
        (query.max_price && (price > *query.max_price || price < 0)))
      return true;
    uint8_t passes = 0;
    if (query.brand_id.empty() || columns_.brand[hit.row] == brand) passes |= kBrand;
    if (query.category.empty() || columns_.category[hit.row] == category) passes |= kCategory;
    if (!query.in_stock || columns_.stock[hit.row] == wanted_stock) passes |= kStock;
    if ((passes | kBrand) == kAll) ++brands[columns_.brand[hit.row]];
    if ((passes | kCategory) == kAll) ++categories[columns_.category[hit.row]];
    if ((passes | kStock) == kAll) ++stock[columns_.stock[hit.row]];
    return passes != kAll;
  });

  ProductHits out;
  out.total = hits.size();
  for (size_t i = 0; i < brands.size(); ++i)
    if (brands[i] > 0) out.brands[brand_ids_[i]] = brands[i];
  for (size_t i = 0; i < categories.size(); ++i)
    if (categories[i] > 0 && !category_names_[i].empty())
      out.categories[category_names_[i]] = categories[i];
  out.stock["true"] = stock[static_cast<size_t>(Stock::in)];
  out.stock["false"] = stock[static_cast<size_t>(Stock::out)];

  const bool relevance = query.sort == SortOrder::relevance;
  const auto& rank = order(query.sort).rank;
  if (after) {
    const uint32_t first = first_rank_after(query.sort, *after);
    std::erase_if(hits, [&](const Hit& hit) {
      if (relevance && hit.relevance != after->relevance) return hit.relevance > after->relevance;
      return rank[hit.row] < first;
    });
  }
  out.more = hits.size() > limit;
  const auto end = hits.begin() + static_cast<long>(std::min(limit, hits.size()));
  std::partial_sort(hits.begin(), end, hits.end(), [&](const Hit& a, const Hit& b) {
    if (relevance && a.relevance != b.relevance) return a.relevance > b.relevance;
    return rank[a.row] < rank[b.row];
  });
  out.page.assign(hits.begin(), end);
  return out;
}

ListPosition SearchIndex::position_of(const Hit& hit) const {
  return {hit.relevance, columns_.price[hit.row], columns_.name[hit.row], columns_.id[hit.row]};
}

}  // namespace tenon::catalog
