#include "catalog/catalog/build/declarations.hpp"

#include <gmock/gmock.h>

namespace tenon::catalog {
namespace {

Product product(std::string brand, std::string name, std::string sku) {
  Product out;
  out.id = brand + "_" + sku;
  out.brand = out.brand_id = std::move(brand);
  out.name = std::move(name);
  out.sku = std::move(sku);
  out.official_url = "https://www." + out.brand + ".example/" + out.sku + "/";
  return out;
}

Declared declared(EvidenceKind kind, std::string name, std::string sku, std::string url) {
  Declared out;
  out.kind = kind;
  out.target_name = std::move(name);
  out.target_sku = std::move(sku);
  out.target_url = std::move(url);
  out.sentence = "words";
  return out;
}

class Resolve : public testing::Test {
 protected:
  std::vector<Product> products = {product("a", "Nova", "1"), product("a", "Pedal P-1", "2"),
                                   product("b", "Case", "3"), product("c", "Case", "4")};
  Declarations resolved(const Declared& one, const std::vector<Override>& overrides = {}) {
    products[0].declared = {one};
    return resolve_declarations(products, overrides);
  }
};

TEST_F(Resolve, FindsTheTargetBySkuAddressOrName) {
  for (const auto& one : {declared(EvidenceKind::required, "", "2", ""),
                          declared(EvidenceKind::required, "", "", "http://a.example/2#top"),
                          declared(EvidenceKind::required, "pedal p 1", "", ""),
                          declared(EvidenceKind::required, "A Pedal P-1", "", "")}) {
    const Declarations out = resolved(one);
    ASSERT_EQ(out.decisions.size(), 1u) << one.target_name << one.target_url;
    EXPECT_EQ(out.decisions[0].a, 0u);
    EXPECT_EQ(out.decisions[0].b, 1u);
    EXPECT_EQ(out.decisions[0].kind, Kind::necessity);
    EXPECT_EQ(out.notes[0].sentence, "words");
  }
}

TEST_F(Resolve, ReportsWhatIsAmbiguousOrUnknown) {
  EXPECT_EQ(resolved(declared(EvidenceKind::works_with, "Case", "", "")).unresolved.size(), 1u);
  EXPECT_EQ(resolved(declared(EvidenceKind::works_with, "Amp", "", "")).unresolved.size(), 1u);
  EXPECT_EQ(resolved(declared(EvidenceKind::works_with, "b case", "", "")).decisions.size(), 1u);
}

TEST_F(Resolve, APartDeclaresItsWhole) {
  const Declarations out = resolved(declared(EvidenceKind::accessory_for, "", "3", ""));
  ASSERT_EQ(out.decisions.size(), 1u);
  EXPECT_EQ(out.decisions[0].a, 2u);
  EXPECT_EQ(out.decisions[0].b, 0u);
  EXPECT_EQ(out.decisions[0].kind, Kind::accessory);
}

TEST_F(Resolve, ACuratorsWordReplacesThePages) {
  const Override word{"a_1", "a_2", "add", Kind::related, "no", ""};
  const Declarations out = resolved(declared(EvidenceKind::required, "", "2", ""), {word});
  ASSERT_EQ(out.decisions.size(), 1u);
  EXPECT_EQ(out.decisions[0].kind, Kind::related);
  EXPECT_EQ(out.notes[0].kind, "curator");
}

}  // namespace
}  // namespace tenon::catalog
