// Keys made of names.
#pragma once

#include <string>
#include <string_view>
#include <unordered_set>

namespace tenon::catalog {

// Lower-case letters and digits of ASCII, with `separator` between runs of them: "FANTOM-06" is
// "fantom_06". Accents of Latin letters are dropped; other scripts leave nothing.
std::string slug(std::string_view text, char separator = '_');

// SKU of a product that came without one: "ROLAND-FANTOM-06".
std::string made_up_sku(std::string_view brand_id, std::string_view model);

// Hands out unique product ids. Feed products in a stable order: the first of equal names gets the
// plain id, the next ones the SKU behind it, then a number.
class IdMaker {
 public:
  std::string make(std::string_view brand_id, std::string_view model, std::string_view sku);

 private:
  std::unordered_set<std::string> taken_;
};

}  // namespace tenon::catalog
