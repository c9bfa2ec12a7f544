// What is known about pairs beyond the rules: declared evidence and the curator's decisions.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "catalog/scoring/model.hpp"

namespace tenon::catalog {

enum class Ruling : std::uint8_t { forbid, pin, declare };

// Where a declaration was found; empty for a curator's decision.
struct Evidence {
  std::string source_url;
  std::uint64_t position = 0;  // byte offset of the sentence in the content
  std::string content_hash;
};

struct Decision {
  std::uint32_t a = 0;  // rows
  std::uint32_t b = 0;
  Ruling ruling = Ruling::declare;
  Kind kind = Kind::accessory;  // of no meaning for forbid
  Evidence evidence = {};
};

// One decision rules a pair: forbid over pin over declare, then necessity over accessory over
// related, then the one added first. Decisions of a product about itself are ignored.
class Overlay {
 public:
  Overlay() = default;
  explicit Overlay(std::vector<Decision> decisions);

  // Indexes into decisions(), one a candidate, in the order added.
  std::span<const std::uint32_t> ruling_of(std::uint32_t a) const;
  const std::vector<Decision>& decisions() const { return decisions_; }

 private:
  std::vector<Decision> decisions_;
  std::unordered_map<std::uint32_t, std::vector<std::uint32_t>> of_;
};

}  // namespace tenon::catalog
