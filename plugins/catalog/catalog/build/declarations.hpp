// Declared evidence and curators' decisions, resolved to rows of a catalog.
#pragma once

#include <string>
#include <vector>

#include "catalog/catalog/relate/overlay.hpp"
#include "catalog/model/product.hpp"

namespace tenon::catalog {

// A curator's word about two products, by their ids.
struct Override {
  std::string product;
  std::string target;
  std::string action;  // "add", "pin", "forbid"
  Kind kind = Kind::accessory;
  std::string note;
  std::string time;
};

// What a page shows of a decision beyond Overlay's Evidence; same index as Overlay::decisions().
struct DecisionNote {
  std::string kind;      // name of the evidence's kind, or "curator"
  std::string sentence;  // the words themselves, or the curator's note
};

struct Declarations {
  std::vector<Decision> decisions;
  std::vector<DecisionNote> notes;
  std::vector<std::string> unresolved;  // "auralis_nova_61 requires SP-9 Pedal"
};

// A target is found by SKU, by address, then by name; within the subject's brand first, else only
// when a single product of the catalog fits.
Declarations resolve_declarations(const std::vector<Product>& products,
                                  const std::vector<Override>& overrides);

}  // namespace tenon::catalog
