#include <tenon/catalog/scorer.hpp>
#include <tenon/testing/plugin.hpp>
#include <tenon/testing/test.hpp>

using tenon::Batch;
using tenon::BatchBuffer;
using tenon::catalog::kScorerInterface;
using tenon::testing::Host;
using tenon::testing::Plugin;
using Texts = std::vector<std::string>;

namespace {

std::string text_of(BatchBuffer& batch, std::string_view column, size_t row) {
  const tn_batch raw = batch.raw();
  return std::string(text_at(Batch(&raw).text(column).value(), row));
}

}  // namespace

TENON_TEST(the_model_is_one_rule) {
  Host host;
  Plugin plugin(host, TENON_TESTED_PLUGIN);
  TENON_REQUIRE(plugin.start());
  BatchBuffer nothing(0);
  auto answer = plugin.batch(kScorerInterface, "model", nothing);
  TENON_REQUIRE(answer);
  const auto model = tenon::json::parse(text_of(answer->at(0), "model", 0));
  TENON_REQUIRE(model);
  TENON_EXPECT_EQ(model->at("rules").as_array().size(), 1u);
  TENON_EXPECT_EQ(text_of(answer->at(0), "settings", 0), R"({"words":["case"]})");
}

TENON_TEST(features_know_accessories_and_brands) {
  Host host;
  host.config(R"({"words": ["case"]})");
  Plugin plugin(host, TENON_TESTED_PLUGIN);
  TENON_REQUIRE(plugin.start());
  BatchBuffer products(3);
  products.text("name", Texts{"Grand Piano", "Hard CASE 88", "Case"});
  products.text("brand", Texts{"Acme", "ACME", ""});
  auto answer = plugin.batch(kScorerInterface, "features", products);
  TENON_REQUIRE(answer);
  TENON_REQUIRE(answer->size() == 2);
  const tn_batch raw = answer->at(0).raw();
  const auto flags = Batch(&raw).flat<uint64_t>("flags").value();
  TENON_EXPECT(flags[0] == 0 && flags[1] == 1 && flags[2] == 1);
  const auto brands = Batch(&raw).flat<uint32_t>("key.brand").value();
  TENON_EXPECT_EQ(brands[0], brands[1]);
  TENON_EXPECT_EQ(brands[2], 0u);
}

TENON_TEST(a_pair_is_explained_by_word_and_brand) {
  Host host;
  Plugin plugin(host, TENON_TESTED_PLUGIN);
  TENON_REQUIRE(plugin.start());
  BatchBuffer pairs(2);
  pairs.text("b.name", Texts{"Case", "Case"});
  pairs.text("b.brand", Texts{"Acme", "Acme"});
  pairs.flat<uint64_t>("fired", std::vector<uint64_t>{1, 0});
  auto answer = plugin.batch(kScorerInterface, "explain", pairs);
  TENON_REQUIRE(answer);
  TENON_EXPECT_EQ(text_of(answer->at(0), "proof", 0),
                  R"([{"id":"same_brand_accessory","points":80,"matched":["case","Acme"]}])");
  TENON_EXPECT_EQ(text_of(answer->at(0), "proof", 1), "[]");
}
