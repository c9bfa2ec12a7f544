// Declared evidence: what somebody states about two products, with what is needed to prove it.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace tenon::catalog {

enum class EvidenceKind {
  required,       // "requires" list of the manufacturer's page
  required_part,  // Google Merchant related_product
  accessory_for,  // schema.org isAccessoryOrSparePartFor: the subject is the accessory
  works_with,     // "works with" list of the manufacturer's page
  accessory_tab,  // accessories list or tab of the manufacturer's page
  accessory,      // Google Merchant related_product, and the following three
  often_bought_with,
  part_of_set,
  substitute,
  related_to,  // schema.org isRelatedTo
};

enum class RelationKind { necessity, accessory, related };

// The names used in JSON: "requires", "required_part", "isAccessoryOrSparePartFor", "works_with",
// "accessory_tab", "accessory", "often_bought_with", "part_of_set", "substitute", "isRelatedTo".
std::string_view to_string(EvidenceKind kind);
std::optional<EvidenceKind> evidence_kind(std::string_view name);

// Under which kind of relationship the evidence counts.
RelationKind relation_of(EvidenceKind kind);

// True when the product whose page carries the evidence is the part, and the target the whole.
bool subject_is_part(EvidenceKind kind);

// One statement found on a page or in a feed. The target is named by whatever the source gives.
struct Declared {
  EvidenceKind kind = EvidenceKind::related_to;
  std::string target_name;
  std::string target_sku;
  std::string target_url;
  std::string source_url;
  size_t position = 0;         // byte offset in the source text; row number in a feed
  std::string content_sha256;  // of the whole source text, 64 hex digits
  std::string sentence;        // the words themselves

  bool operator==(const Declared&) const = default;
};

// SHA-256 as 64 lower-case hex digits.
std::string sha256_hex(std::string_view content);

}  // namespace tenon::catalog
