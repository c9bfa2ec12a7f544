// Which brand a product name speaks of.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace tenon::catalog {

struct Brand {
  std::string id;                    // "adam-audio"
  std::string name;                  // "ADAM Audio"
  std::vector<std::string> aliases;  // further spellings, any script
};

// Brands that dealers of musical equipment carry; a deployment adds its own.
const std::vector<Brand>& default_brands();

class BrandIndex {
 public:
  explicit BrandIndex(const std::vector<Brand>& brands);

  // Adds a brand unless its id is known. Without aliases the name and the id count; of a name like
  // "KRK Systems" also what stands before the general word.
  void add(const Brand& brand);

  // Id of the brand whose spelling stands earliest in the name (the longest one there), on word
  // borders. A spelling behind a word that means "for" names what the product fits, not its brand.
  std::optional<std::string> find_in(std::string_view name) const;

  // The brand that a column value such as "ADAM Audio" or "adam-audio" means.
  std::optional<std::string> find_exact(std::string_view value) const;

  // Name as written for display; the id itself for an unknown one.
  std::string display_name(const std::string& id) const;

  // The name without the brand's spelling and without Hebrew words in front of it, the words by
  // which the manufacturer knows the model: "מוניטור אולפני KRK Rokit 8 G5" gives "Rokit 8 G5".
  std::string model_of(std::string_view name, const std::string& brand_id) const;

 private:
  void add_spelling(std::string_view spelling, const std::string& id);

  std::unordered_map<std::string, std::string> id_of_spelling_;  // folded words -> id
  std::unordered_map<std::string, std::string> name_of_id_;
  size_t longest_spelling_ = 0;  // in words
};

}  // namespace tenon::catalog
