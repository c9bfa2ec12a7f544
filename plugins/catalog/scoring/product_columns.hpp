// The products of a catalog as columns: what scorers read. Flat arrays, so that the same layout can
// cross the plugin border or lie in shared memory. Rows are numbered from 0.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tenon::catalog {

// Texts, end to end in one buffer.
class TextColumn {
 public:
  TextColumn() = default;
  // `offsets` ascends from 0 to the size of `bytes` and has one element more than there are rows.
  TextColumn(std::string bytes, std::vector<std::uint64_t> offsets)
      : bytes_(std::move(bytes)), offsets_(std::move(offsets)) {}

  void push_back(std::string_view text) {
    bytes_.append(text);
    offsets_.push_back(bytes_.size());
  }
  std::string_view operator[](std::size_t row) const {
    return std::string_view(bytes_).substr(offsets_[row], offsets_[row + 1] - offsets_[row]);
  }
  std::size_t size() const { return offsets_.size() - 1; }
  const std::string& bytes() const { return bytes_; }
  const std::vector<std::uint64_t>& offsets() const { return offsets_; }

 private:
  std::string bytes_;
  std::vector<std::uint64_t> offsets_ = {0};
};

struct SpecText {
  std::string key;
  std::string value;
};

struct ProductRow {
  std::string id;
  std::string sku;
  std::string name;
  std::string brand;
  std::string category;
  std::string universal_category;
  std::int64_t price_minor = -1;  // in the catalog's one currency; -1: unknown
  bool in_stock = false;
  std::vector<SpecText> specs;
};

struct ProductColumns {
  TextColumn id;
  TextColumn sku;
  TextColumn name;
  TextColumn brand;
  TextColumn category;
  TextColumn universal_category;
  std::vector<std::int64_t> price_minor;
  std::vector<std::uint8_t> in_stock;
  // Specs of row r are [spec_offsets[r], spec_offsets[r + 1]).
  std::vector<std::uint32_t> spec_offsets = {0};
  TextColumn spec_key;
  TextColumn spec_value;

  std::size_t size() const { return price_minor.size(); }
  void push_back(const ProductRow& product) {
    id.push_back(product.id);
    sku.push_back(product.sku);
    name.push_back(product.name);
    brand.push_back(product.brand);
    category.push_back(product.category);
    universal_category.push_back(product.universal_category);
    price_minor.push_back(product.price_minor < 0 ? -1 : product.price_minor);
    in_stock.push_back(product.in_stock ? 1 : 0);
    for (const SpecText& spec : product.specs) {
      spec_key.push_back(spec.key);
      spec_value.push_back(spec.value);
    }
    spec_offsets.push_back(static_cast<std::uint32_t>(spec_key.size()));
  }
  // A copy of one row of other columns.
  void push_back(const ProductColumns& from, std::size_t row) {
    id.push_back(from.id[row]);
    sku.push_back(from.sku[row]);
    name.push_back(from.name[row]);
    brand.push_back(from.brand[row]);
    category.push_back(from.category[row]);
    universal_category.push_back(from.universal_category[row]);
    price_minor.push_back(from.price_minor[row]);
    in_stock.push_back(from.in_stock[row]);
    for (auto i = from.spec_offsets[row]; i < from.spec_offsets[row + 1]; ++i) {
      spec_key.push_back(from.spec_key[i]);
      spec_value.push_back(from.spec_value[i]);
    }
    spec_offsets.push_back(static_cast<std::uint32_t>(spec_key.size()));
  }
};

}  // namespace tenon::catalog
