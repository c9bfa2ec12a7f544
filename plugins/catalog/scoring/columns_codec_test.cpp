#include "catalog/scoring/columns_codec.hpp"

#include <gmock/gmock.h>

#include <boost/json.hpp>
#include <random>

namespace tenon::catalog {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

ProductColumns two_products() {
  ProductColumns out;
  out.push_back(ProductRow{"a_1",
                           "A-1",
                           "Nova 61",
                           "Auralis",
                           "סינטיסייזרים",
                           "Keys",
                           499000,
                           true,
                           {{"Power", "12 V"}}});
  out.push_back(ProductRow{"b_2", "", "SP\u00ff", "", "", "", -1, false, {}});
  return out;
}

Model small_model() {
  Model model;
  model.flags = {"consumes", "power_word"};
  model.keys = {"brand"};
  Rule rule;
  rule.id = "power";
  rule.points = 70;
  rule.a_flags = 1;
  rule.b_flags = 2;
  model.rules = {rule};
  return model;
}

// What a column method gets: a borrowed batch.
template <class Function>
auto with(BatchBuffer buffer, Function&& function) {
  const tn_batch raw = buffer.raw();
  return function(Batch(&raw));
}

// A batch in which one column of the products is replaced.
class ProductsBatch {
 public:
  tn_batch raw() {
    tn_batch batch = buffer_.raw();
    columns_.assign(batch.columns, batch.columns + batch.column_count);
    batch.columns = columns_.data();
    return batch;
  }
  tn_column& column(std::string_view name) {
    for (tn_column& one : columns_)
      if (view(one.name) == name) return one;
    throw std::out_of_range(std::string(name));
  }

 private:
  BatchBuffer buffer_ = products_to_batch(two_products());
  std::vector<tn_column> columns_;
};

TEST(ColumnsCodec, ProductsComeBackAsTheyWere) {
  const auto back = with(products_to_batch(two_products()), products_from_batch);
  ASSERT_TRUE(back.ok()) << back.error().message;
  ASSERT_EQ(back->size(), 2u);
  EXPECT_EQ(back->id[0], "a_1");
  EXPECT_EQ(back->category[0], "סינטיסייזרים");
  EXPECT_EQ(back->name[1], "SP\u00ff");
  EXPECT_THAT(back->price_minor, ElementsAre(499000, -1));
  EXPECT_THAT(back->in_stock, ElementsAre(1, 0));
  EXPECT_THAT(back->spec_offsets, ElementsAre(0, 1, 1));
  EXPECT_EQ(back->spec_key[0], "Power");
  EXPECT_EQ(back->spec_value[0], "12 V");
}

TEST(ColumnsCodec, SeparatorsInASpecBecomeSpaces) {
  ProductColumns products;
  products.push_back(ProductRow{"a", "", "", "", "", "", -1, false, {{"In\tput", "9\nV"}}});
  const auto back = with(products_to_batch(products), products_from_batch);
  EXPECT_EQ(back->spec_key[0], "In put");
  EXPECT_EQ(back->spec_value[0], "9 V");
}

TEST(ColumnsCodec, NoProductsAreABatchToo) {
  const auto back = with(products_to_batch({}), products_from_batch);
  ASSERT_TRUE(back.ok()) << back.error().message;
  EXPECT_EQ(back->size(), 0u);
}

TEST(ColumnsCodec, HostileProductsAreRefusedByColumnAndRow) {
  const std::int64_t prices[] = {1, -2};
  const std::uint8_t stock[] = {0, 2};
  const std::uint64_t back_and_forth[] = {0, 9, 3};
  const std::uint64_t past_the_end[] = {0, 3, 1000};
  const std::uint64_t from_one[] = {1, 3, 6};
  const std::uint64_t one_char[] = {0, 1, 1};
  const std::uint64_t within_a_letter[] = {0, 10, 11};
  struct Case {
    const char* column;
    std::function<void(tn_column&)> change;
    const char* path;
  };
  const std::vector<Case> cases = {
      {"price", [&](tn_column& c) { c.data = prices; }, "price[1]"},
      {"price", [&](tn_column& c) { c.type = TN_U64; }, "price"},
      {"price", [&](tn_column& c) { c.count = 1; }, "price"},
      {"price", [&](tn_column& c) { c.name = view("cost"); }, "price"},
      {"in_stock", [&](tn_column& c) { c.data = stock; }, "in_stock[1]"},
      {"name", [&](tn_column& c) { c.offsets = nullptr; }, "name"},
      {"name", [&](tn_column& c) { c.offsets = back_and_forth; }, "name[1]"},
      {"name", [&](tn_column& c) { c.offsets = past_the_end; }, "name[1]"},
      {"name", [&](tn_column& c) { c.offsets = from_one; }, "name[0]"},
      {"name", [&](tn_column& c) { c.offsets = within_a_letter; }, "name[0]"},
      {"specs", [&](tn_column& c) { c.offsets = one_char; }, "specs[0]"},
      {"specs", [&](tn_column& c) { c.data = "\n\t23456789ab"; }, "specs[0]"},
  };
  for (const auto& test : cases) {
    ProductsBatch batch;
    const tn_batch raw = batch.raw();
    test.change(batch.column(test.column));
    const auto result = products_from_batch(Batch(&raw));
    ASSERT_FALSE(result.ok()) << test.column;
    EXPECT_EQ(result.error().path, test.path);
  }
}

TEST(ColumnsCodec, TheModelComesBackWithItsSettings) {
  const auto back = with(model_to_batch(small_model(), {{"limit", 5}}), model_from_batch);
  ASSERT_TRUE(back.ok()) << back.error().message;
  EXPECT_EQ(model_to_json(back->model), model_to_json(small_model()));
  EXPECT_EQ(back->settings.at("limit"), 5);
}

FeatureColumns features() {
  FeatureColumns out;
  out.flags = {1, 2};
  out.keys = {{1, 1}};
  out.families = {0, 4};
  std::vector<std::uint32_t> first = {2, 1, 2}, none;
  out.needs.push_back(first);
  out.needs.push_back(none);
  for (const char* text : {"", "12 v", "jack"}) out.symbols.push_back(text);
  return out;
}

Result<FeatureColumns> through(const FeatureColumns& in, std::size_t rows, std::size_t asked) {
  FeatureBatches batches = features_to_batches(in, small_model(), rows);
  const tn_batch first = batches.rows.raw();
  const tn_batch second = batches.symbols.raw();
  return features_from_batches(Batch(&first), Batch(&second), small_model(), asked);
}

TEST(ColumnsCodec, FeaturesComeBackAndEmptyColumnsAreFilled) {
  const auto back = through(features(), 2, 2);
  ASSERT_TRUE(back.ok()) << back.error().message;
  EXPECT_THAT(back->flags, ElementsAre(1, 2));
  EXPECT_THAT(back->families, ElementsAre(0, 4));
  EXPECT_THAT(back->keys, ElementsAre(ElementsAre(1, 1)));
  EXPECT_THAT(back->needs[0], ElementsAre(1, 2));
  EXPECT_TRUE(back->needs[1].empty());
  EXPECT_TRUE(back->tokens[1].empty());
  EXPECT_EQ(back->symbols[2], "jack");
}

TEST(ColumnsCodec, HostileFeaturesAreRefused) {
  EXPECT_EQ(through(features(), 2, 3).error().path, "features");
  FeatureColumns flags = features();
  flags.flags[1] = 4;
  EXPECT_EQ(through(flags, 2, 2).error().path, "flags[1]");
  FeatureColumns unknown = features();
  unknown.needs.ids[1] = 3;
  EXPECT_EQ(through(unknown, 2, 2).error().path, "needs[0]");
  FeatureColumns twice = features();
  twice.needs.ids[1] = 1;
  EXPECT_EQ(through(twice, 2, 2).error().path, "needs[0]");
}

TEST(ColumnsCodec, PairsKeepTheirOrderAndTheirRules) {
  const auto decode = [](const Batch& batch) { return pairs_from_batch(batch, small_model()); };
  const auto back = with(pairs_to_batch({two_products(), {1}}), decode);
  ASSERT_TRUE(back.ok()) << back.error().message;
  EXPECT_EQ(back->products.id[0], "a_1");
  EXPECT_EQ(back->products.id[1], "b_2");
  EXPECT_EQ(back->products.spec_value[0], "12 V");
  EXPECT_THAT(back->fired, ElementsAre(1));
  const auto refused = with(pairs_to_batch({two_products(), {2}}), decode);
  EXPECT_EQ(refused.error().path, "fired[0]");
}

TEST(ColumnsCodec, ProofsComeBackAndBrokenOnesAreRefused) {
  const Proofs proofs = {{{"power", 70, {"adapter", "synth"}}}, {}};
  const auto decode = [](const Batch& batch) { return proofs_from_batch(batch, 2); };
  const auto back = with(proofs_to_batch(proofs), decode);
  ASSERT_TRUE(back.ok()) << back.error().message;
  EXPECT_EQ((*back)[0][0].rule, "power");
  EXPECT_THAT((*back)[0][0].matched, ElementsAre("adapter", "synth"));
  EXPECT_TRUE((*back)[1].empty());
  EXPECT_FALSE(with(proofs_to_batch({{}}), decode).ok());
  for (const char* text :
       {"{}", "[1]", "[{\"id\":\"x\"}]", "[", "[{\"id\":\"x\",\"points\":-1,\"matched\":[]}]",
        "[{\"id\":\"x\",\"points\":1,\"matched\":[2]}]"}) {
    BatchBuffer batch(1);
    const std::uint64_t offsets[] = {0, std::strlen(text)};
    batch.ragged<std::uint8_t>(
        "proof", std::span(reinterpret_cast<const std::uint8_t*>(text), std::strlen(text)),
        offsets);
    EXPECT_FALSE(
        with(std::move(batch), [](const Batch& b) { return proofs_from_batch(b, 1); }).ok())
        << text;
  }
}

// Any bytes and any shapes: an answer or an error, and what is decoded encodes again.
TEST(ColumnsCodec, RandomProductsComeBackEqual) {
  std::mt19937 random(7);
  for (int round = 0; round < 200; ++round) {
    ProductColumns products;
    const auto text = [&] {
      static constexpr std::string_view letters[] = {"a",      "9",      "\0",        " ",
                                                     "\u05e9", "\u20ac", "\U0001F3B9"};
      std::string out;
      for (auto count = random() % 9; count > 0; --count) out += letters[random() % 7];
      return out;
    };
    const std::size_t rows = random() % 6;
    for (std::size_t i = 0; i < rows; ++i)
      products.push_back(ProductRow{text(),
                                    text(),
                                    text(),
                                    text(),
                                    text(),
                                    text(),
                                    static_cast<std::int64_t>(random() % 5) - 1,
                                    random() % 2 == 0,
                                    {{"k" + std::to_string(i), "v"}}});
    const auto back = with(products_to_batch(products), products_from_batch);
    ASSERT_TRUE(back.ok()) << back.error().message;
    EXPECT_EQ(back->name.bytes(), products.name.bytes());
    EXPECT_EQ(back->name.offsets(), products.name.offsets());
    EXPECT_EQ(back->price_minor, products.price_minor);
    EXPECT_EQ(back->spec_key.bytes(), products.spec_key.bytes());
  }
}

}  // namespace
}  // namespace tenon::catalog
