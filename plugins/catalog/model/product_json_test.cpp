#include "catalog/model/product_json.hpp"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

namespace tenon::catalog {
namespace {

Product full_product() {
  Product p;
  p.id = "auralis_nova_61";
  p.sku = "AU-NOVA61";
  p.name = "Nova 61";
  p.brand = "Auralis";
  p.brand_id = "auralis";
  p.price = Money{499900, "ILS"};
  p.category = "סינתיסייזרים";
  p.universal_category = "Keys & Pianos";
  p.stock = Stock::in;
  p.image_url = "https://auralis.example/n.svg";
  p.description = "Two lines\nof text";
  p.official_manuals = {
      {"https://auralis.example/m.pdf", MediaType::pdf, "User Manual", "auralis.example"}};
  p.official_gallery = {
      {"https://auralis.example/1.svg", MediaType::image, "", "auralis.example"},
      {"https://auralis.example/v.mp4", MediaType::video, "Tour", "auralis.example"}};
  p.official_specs = {{"Keys", "61"}, {"Pedal jack", "6.3 mm TRS"}};
  p.gtin = "7290000000015";
  p.declared = {{EvidenceKind::required, "FP-1", "", "https://auralis.example/fp-1",
                 "https://a.example", 120, std::string(64, 'a'), "Requires the FP-1 pedal."}};
  p.provenance["price"] = {"dealer", "https://d.example/1", "d.example", "2026-01-01T00:00:00Z"};
  return p;
}

TEST(ProductJson, ReadsBackWhatItWrites) {
  Product product = full_product();
  auto again = product_from_json(to_json(product));
  ASSERT_TRUE(again.ok()) << again.error().message;
  EXPECT_EQ(*again, product);
}

TEST(ProductJson, UsesTheSharedFieldNamesAndShapes) {
  auto json = to_json(full_product());
  EXPECT_EQ(json["price"].as_string(), "4999.00");
  EXPECT_EQ(json["in_stock"].as_bool(), true);
  EXPECT_EQ(json["official_gallery"].as_array().at(0).as_string(), "https://auralis.example/1.svg");
  EXPECT_EQ(json["official_specs"].as_object().at("Keys").as_string(), "61");
  EXPECT_EQ(json["official_manuals"].as_array().at(0).as_object().at("type").as_string(), "pdf");
}

TEST(ProductJson, UnknownPriceAndStockAreNull) {
  auto json = to_json(Product{});
  EXPECT_TRUE(json["price"].is_null());
  EXPECT_TRUE(json["in_stock"].is_null());
}

TEST(ProductJson, NamesTheFieldOfAWrongType) {
  for (auto [text, field] :
       {std::pair{R"({"name":5})", "name"}, std::pair{R"({"price":12.5})", "price"},
        std::pair{R"({"price":"12x"})", "price"}, std::pair{R"({"in_stock":"yes"})", "in_stock"},
        std::pair{R"({"official_manuals":{}})", "official_manuals"},
        std::pair{R"({"official_specs":{"a":1}})", "official_specs.a"},
        std::pair{R"({"declared":[{"kind":"x"}]})", "declared.kind"}}) {
    auto product = product_from_json(boost::json::parse(text).as_object());
    ASSERT_FALSE(product.ok()) << text;
    EXPECT_EQ(product.error().path, field);
  }
}

TEST(Evidence, KindsFallUnderTheRelationOfTheSpecification) {
  EXPECT_EQ(relation_of(EvidenceKind::required), RelationKind::necessity);
  EXPECT_EQ(relation_of(EvidenceKind::required_part), RelationKind::necessity);
  for (auto kind :
       {EvidenceKind::accessory_for, EvidenceKind::works_with, EvidenceKind::accessory_tab,
        EvidenceKind::accessory, EvidenceKind::often_bought_with, EvidenceKind::part_of_set})
    EXPECT_EQ(relation_of(kind), RelationKind::accessory);
  EXPECT_EQ(relation_of(EvidenceKind::related_to), RelationKind::related);
  EXPECT_EQ(relation_of(EvidenceKind::substitute), RelationKind::related);
}

TEST(Evidence, HashIsSha256) {
  EXPECT_EQ(sha256_hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

}  // namespace
}  // namespace tenon::catalog
