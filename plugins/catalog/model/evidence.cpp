#include "catalog/model/evidence.hpp"

#include <openssl/evp.h>

#include <array>
#include <stdexcept>
#include <utility>

namespace tenon::catalog {
namespace {

struct KindRow {
  EvidenceKind kind;
  std::string_view name;
  RelationKind relation;
};

constexpr std::array<KindRow, 10> kKinds = {{
    {EvidenceKind::required, "requires", RelationKind::necessity},
    {EvidenceKind::required_part, "required_part", RelationKind::necessity},
    {EvidenceKind::accessory_for, "isAccessoryOrSparePartFor", RelationKind::accessory},
    {EvidenceKind::works_with, "works_with", RelationKind::accessory},
    {EvidenceKind::accessory_tab, "accessory_tab", RelationKind::accessory},
    {EvidenceKind::accessory, "accessory", RelationKind::accessory},
    {EvidenceKind::often_bought_with, "often_bought_with", RelationKind::accessory},
    {EvidenceKind::part_of_set, "part_of_set", RelationKind::accessory},
    {EvidenceKind::substitute, "substitute", RelationKind::related},
    {EvidenceKind::related_to, "isRelatedTo", RelationKind::related},
}};

}  // namespace

std::string_view to_string(EvidenceKind kind) {
  for (const auto& row : kKinds)
    if (row.kind == kind) return row.name;
  return {};
}

std::optional<EvidenceKind> evidence_kind(std::string_view name) {
  for (const auto& row : kKinds)
    if (row.name == name) return row.kind;
  return std::nullopt;
}

RelationKind relation_of(EvidenceKind kind) {
  for (const auto& row : kKinds)
    if (row.kind == kind) return row.relation;
  return RelationKind::related;
}

bool subject_is_part(EvidenceKind kind) {
  return kind == EvidenceKind::accessory_for;
}

std::string sha256_hex(std::string_view content) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  if (EVP_Digest(content.data(), content.size(), digest.data(), &size, EVP_sha256(), nullptr) != 1)
    throw std::runtime_error("SHA-256 is not available from the crypto library");
  constexpr std::string_view kHex = "0123456789abcdef";
  std::string out;
  out.reserve(size_t{size} * 2);
  for (unsigned int i = 0; i < size; ++i) {
    out.push_back(kHex[digest[i] >> 4]);
    out.push_back(kHex[digest[i] & 15]);
  }
  return out;
}

}  // namespace tenon::catalog
