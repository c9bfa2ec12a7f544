// Which commercial record and which official one are the same product.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "catalog/model/product.hpp"

namespace tenon::catalog {

struct Match {
  size_t commercial = 0;  // index into the lists given
  size_t official = 0;
  int confidence = 0;  // hundredths, 0 to 100
  std::string reason;  // "same GTIN", "same model name", "3 of 4 words, code a88", ...
};

struct MatchOptions {
  int accept = 80;           // confidence from which a match is taken without asking
  int review = 50;           // and from which it is worth a question
  bool same_brand = true;    // only records of one brand; an empty brand goes with any
  size_t max_bucket = 2000;  // a word shared by more records than this says nothing
};

// Reviewed pairs, by product ids "COMMERCIAL|OFFICIAL": true accepts, false rejects.
using ReviewDecisions = std::map<std::string, bool>;
std::string review_key(const Product& commercial, const Product& official);

struct MatchResult {
  std::vector<Match> accepted;  // one to one, by commercial index
  std::vector<Match> review;    // for a person to decide, best first
};

// Candidates share a GTIN, MPN, SKU, model key, model code or rare word, so the work grows with the
// number of records and not with its square. Deterministic for equal input.
MatchResult match_products(const std::vector<Product>& commercial,
                           const std::vector<Product>& official, const MatchOptions& options = {},
                           const ReviewDecisions& decisions = {});

}  // namespace tenon::catalog
