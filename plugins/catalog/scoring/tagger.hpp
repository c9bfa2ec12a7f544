// Turns products into features: the text work that the shipped scorers share.
#pragma once

#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "catalog/scoring/features.hpp"
#include "catalog/scoring/product_columns.hpp"
#include "catalog/scoring/rules.hpp"
#include "catalog/text/keyword_set.hpp"

namespace tenon::catalog {

// Dense ids of texts, 0 for the empty text, in the order first seen.
class Interner {
 public:
  std::uint32_t operator()(std::string_view text);
  TextColumn texts() const;

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const {
      return std::hash<std::string_view>()(text);
    }
  };
  std::unordered_map<std::string, std::uint32_t, Hash, std::equal_to<>> ids_;
};

// Sets a flag by keywords in one or more fields of a product.
struct FlagSource {
  std::vector<std::string> name_or_category;  // keywords in the name or the original category
  std::vector<std::string> original;          // keywords in the original category
  std::vector<std::string> universal;
};

// Immutable. Flag i of a product is set when source i's keywords occur.
class Tagger {
 public:
  static Result<Tagger> make(const std::vector<FlagSource>& sources);
  std::uint64_t flags(const ProductColumns& products, std::size_t row) const;
  // The keywords that set the flags of `mask`, folded, each once.
  std::vector<std::string> matched(const ProductColumns& products, std::size_t row,
                                   std::uint64_t mask) const;

 private:
  text::KeywordSet name_;
  text::KeywordSet original_;
  text::KeywordSet universal_;
};

// Folded original categories (or brands) as a key column; equal texts share an id, empty is 0.
std::vector<std::uint32_t> key_column(const TextColumn& texts);

// The words of a name without the brand's and without stop words, each once.
std::vector<std::string> model_tokens(std::string_view name, std::string_view brand,
                                      const std::vector<std::string>& folded_stop_words);

// What a product needs and provides, as texts such as "connector: 6.3 mm jack".
class SpecReader {
 public:
  explicit SpecReader(const std::map<std::string, SpecGroup>& groups);
  void read(const ProductColumns& products, std::size_t row, std::vector<std::string>& needs,
            std::vector<std::string>& provides) const;

 private:
  struct Use {
    std::string group;
    bool needs = false;
  };
  std::unordered_map<std::string, std::vector<Use>> uses_;  // by folded key
  std::vector<std::string> model_needed_;
  std::vector<std::string> model_provided_;
};

}  // namespace tenon::catalog
