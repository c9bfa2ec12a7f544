#include <gtest/gtest.h>

#include <cstring>

#include "tenon/store.hpp"

namespace tenon {
namespace {

template <class T>
void put(std::string& out, T value) {
  out.append(reinterpret_cast<const char*>(&value), sizeof(value));
}
void put_text(std::string& out, std::string_view text) {
  put(out, static_cast<uint32_t>(text.size()));
  out += text;
}

// Two columns, two rows, every kind of value.
std::string sample() {
  std::string out;
  put(out, uint32_t{2});
  put_text(out, "id");
  put_text(out, "value");
  put(out, uint8_t{TN_SQL_INT});
  put(out, int64_t{-7});
  put(out, uint8_t{TN_SQL_TEXT});
  put_text(out, "seven");
  put(out, uint8_t{TN_SQL_REAL});
  put(out, 0.5);
  put(out, uint8_t{TN_SQL_BYTES});
  put_text(out, std::string_view("\0\1", 2));
  put(out, uint8_t{TN_SQL_NULL});
  put(out, uint8_t{TN_SQL_TEXT});
  put_text(out, "");
  return out;
}

TEST(RowsTest, EveryKindOfValueIsDecoded) {
  const auto rows = Rows::decode(sample());
  ASSERT_TRUE(rows.ok());
  EXPECT_EQ(rows->columns(), (std::vector<std::string>{"id", "value"}));
  ASSERT_EQ(rows->size(), 3u);
  EXPECT_EQ(rows->integer(0, 0), -7);
  EXPECT_EQ(rows->real(0, 0), -7.0);
  EXPECT_EQ(rows->text(0, 1), "seven");
  EXPECT_EQ(rows->real(1, 0), 0.5);
  EXPECT_EQ(rows->integer(1, 0), 0);
  EXPECT_EQ(std::get<std::vector<uint8_t>>(rows->at(1, 1)), (std::vector<uint8_t>{0, 1}));
  EXPECT_TRUE(rows->is_null(2, 0));
  EXPECT_FALSE(rows->is_null(2, 1));
}

TEST(RowsTest, ACutAnywhereButBetweenRowsIsRefused) {
  const std::string whole = sample();
  std::vector<size_t> accepted;
  for (size_t size = 0; size < whole.size(); ++size) {
    const auto rows = Rows::decode(std::string_view(whole).substr(0, size));
    if (rows.ok())
      accepted.push_back(size);
    else
      EXPECT_EQ(rows.error().code, Code::data_loss);
  }
  EXPECT_EQ(accepted, (std::vector<size_t>{19, 38, 54}));
}

struct Broken {
  const char* name;
  std::string data;
};
class BrokenRowsTest : public testing::TestWithParam<Broken> {};

TEST_P(BrokenRowsTest, AreRefused) {
  const auto rows = Rows::decode(GetParam().data);
  ASSERT_FALSE(rows.ok());
  EXPECT_EQ(rows.error().code, Code::data_loss);
}

std::string columns(uint32_t count) {
  std::string out;
  put(out, count);
  return out;
}

INSTANTIATE_TEST_SUITE_P(
    All, BrokenRowsTest,
    testing::Values(Broken{"too_many_columns", columns(4097)},
                    Broken{"all_bits", columns(0xffffffff) + std::string(64, '\xff')},
                    Broken{"cells_without_columns", columns(0) + std::string(1, '\0')},
                    Broken{"unknown_type", sample() + std::string(2, '\x09')},
                    Broken{"huge_text", sample() + std::string("\x03\xff\xff\xff\xff", 5)}),
    [](const auto& info) { return info.param.name; });

TEST(RowsTest, NoColumnsAreNoRows) {
  const auto rows = Rows::decode(columns(0));
  ASSERT_TRUE(rows.ok());
  EXPECT_TRUE(rows->empty());
  EXPECT_EQ(rows->size(), 0u);
}

}  // namespace
}  // namespace tenon
