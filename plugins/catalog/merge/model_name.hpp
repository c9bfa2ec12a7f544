// Model names taken apart, so that spellings of one model compare equal and different models do
// not.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace tenon::catalog {

struct ModelName {
  std::vector<std::string> words;  // of the model, in order, without what follows
  int generation = 1;              // MkII, mk2, MK-2, 2nd Gen, G2 are 2
  std::vector<std::string> colours;
  std::vector<std::string> bundle;  // "bundle", "pack", "set", "pair", ...
  std::string key;                  // words run together: "fantom06"; equal for equal models
};

// `brand` and its first word are taken off the front, Hebrew words in front of Latin ones as well.
ModelName model_name(std::string_view name, std::string_view brand);

// Words that hold a digit, longest first: what a model is known by across sellers.
std::vector<std::string> model_codes(const ModelName& model);

}  // namespace tenon::catalog
