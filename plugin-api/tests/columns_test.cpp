#include "tenon/columns.hpp"

#include <gmock/gmock.h>

#include <limits>

namespace tenon {
namespace {

constexpr uint64_t kMany = std::numeric_limits<uint64_t>::max();

tn_column column(const char* name, uint32_t type, const void* data, uint64_t count,
                 const uint64_t* offsets = nullptr) {
  return {view(name), type, 0, data, count, offsets};
}

TEST(BatchBufferTest, TextsAreARaggedColumn) {
  BatchBuffer buffer(3);
  buffer.text("name", std::vector<std::string>{"ab", "", "c"});
  const tn_batch raw = buffer.raw();
  ASSERT_TRUE(check_batch(raw).ok());
  const auto names = Batch(&raw).text("name");
  EXPECT_EQ(text_at(*names, 0), "ab");
  EXPECT_EQ(text_at(*names, 1), "");
  EXPECT_EQ(text_at(*names, 2), "c");
}

TEST(ColumnsTest, WhatABufferHoldsABatchShows) {
  const std::vector<int64_t> prices{-1, 1999};
  const std::string text = "onethree";
  const std::vector<uint64_t> offsets{0, 3, 8};
  BatchBuffer buffer(2);
  buffer.flat<int64_t>("price", prices);
  buffer.ragged<uint8_t>("name", {reinterpret_cast<const uint8_t*>(text.data()), text.size()},
                         offsets);
  const tn_batch raw = buffer.raw();
  BatchBuffer copy = BatchBuffer::copy(raw).value();
  const tn_batch copied = copy.raw();

  const Batch batch(&copied);

  EXPECT_THAT(batch.flat<int64_t>("price").value(), testing::ElementsAreArray(prices));
  const auto names = batch.ragged<uint8_t>("name");
  ASSERT_TRUE(names.ok());
  EXPECT_EQ(names->rows(), 2u);
  EXPECT_EQ(text_at(*names, 0), "one");
  EXPECT_EQ(text_at(*names, 1), "three");
}

TEST(ColumnsTest, ABatchOfNoRowsHasEmptyColumns) {
  const uint64_t offsets[] = {0};
  const tn_column columns[] = {column("flat", TN_I64, nullptr, 0),
                               column("ragged", TN_U8, nullptr, 0, offsets)};
  const tn_batch raw{sizeof(tn_batch), 2, columns, 0};
  EXPECT_TRUE(Batch(&raw).flat<int64_t>("flat").value().empty());
  EXPECT_EQ(Batch(&raw).ragged<uint8_t>("ragged")->rows(), 0u);
}

struct Malformed {
  const char* name;
  uint64_t rows;
  tn_column column;
  const char* message;
  const char* path;
};
class MalformedBatchTest : public testing::TestWithParam<Malformed> {
 protected:
  const tn_batch raw_{sizeof(tn_batch), 1, &GetParam().column, GetParam().rows};
};

TEST_P(MalformedBatchTest, IsRefusedByColumnAndRow) {
  const auto checked = check_batch(raw_);
  ASSERT_FALSE(checked.ok());
  EXPECT_EQ(checked.error().code, Code::invalid);
  EXPECT_EQ(checked.error().message, GetParam().message);
  EXPECT_EQ(checked.error().path, GetParam().path);
}

TEST_P(MalformedBatchTest, IsNotCopied) {
  EXPECT_EQ(BatchBuffer::copy(raw_).error().message, GetParam().message);
}

TEST_P(MalformedBatchTest, IsRefusedBeforeAnythingIsIndexed) {
  const Batch batch(&raw_);
  EXPECT_FALSE(batch.flat<uint32_t>("c").ok());
  EXPECT_FALSE(batch.ragged<uint32_t>("c").ok());
}

alignas(8) constexpr uint8_t kData[64] = {};
constexpr uint64_t kBeginsLate[] = {1, 2};
constexpr uint64_t kEndsBeyond[] = {0, 3};
constexpr uint64_t kDescends[] = {0, 5, 2, 8};
constexpr uint64_t kOutAndBack[] = {0, 9, 4};
constexpr uint64_t kOneRow[] = {0, 1};

const uint64_t* shifted(const uint64_t* offsets) {
  return reinterpret_cast<const uint64_t*>(reinterpret_cast<const char*>(offsets) + 4);
}

INSTANTIATE_TEST_SUITE_P(
    All, MalformedBatchTest,
    testing::Values(
        Malformed{"fewer_than_rows", 3, column("c", TN_U32, kData, 2),
                  "column c has 2 elements in a batch of 3 rows", "c"},
        Malformed{"more_than_rows", 1, column("c", TN_U32, kData, 2),
                  "column c has 2 elements in a batch of 1 rows", "c"},
        Malformed{"unknown_type", 1, column("c", 77, kData, 1),
                  "column c has the unknown element type 77", "c"},
        Malformed{"no_type", 1, column("c", 0, kData, 1), "column c has the unknown element type 0",
                  "c"},
        Malformed{"no_data", 1, column("c", TN_U32, nullptr, 1), "column c has no data", "c"},
        Malformed{"not_aligned", 2, column("c", TN_U32, kData + 2, 2),
                  "column c has data that is not aligned", "c"},
        Malformed{"size_overflow", kMany, column("c", TN_U32, kData, kMany),
                  "column c has 18446744073709551615 elements, more than fit into memory", "c"},
        Malformed{"ragged_no_data", 1, column("c", TN_U32, nullptr, 1, kOneRow),
                  "column c has no data", "c"},
        Malformed{"begins_late", 1, column("c", TN_U32, kData, 2, kBeginsLate),
                  "column c row 0 begins at element 1, not at 0", "c[0]"},
        Malformed{"ends_beyond", 1, column("c", TN_U32, kData, 2, kEndsBeyond),
                  "column c row 0 spans the elements 0 to 3 of 2", "c[0]"},
        Malformed{"descends", 3, column("c", TN_U32, kData, 8, kDescends),
                  "column c row 1 spans the elements 5 to 2 of 8", "c[1]"},
        Malformed{"jumps_out_and_back", 2, column("c", TN_U32, kData, 4, kOutAndBack),
                  "column c row 0 spans the elements 0 to 9 of 4", "c[0]"},
        Malformed{"rows_overflow", kMany, column("c", TN_U32, kData, 1, kOneRow),
                  "column c has more offsets than fit into memory", "c"},
        Malformed{"offsets_not_aligned", 0, column("c", TN_U32, kData, 1, shifted(kOneRow)),
                  "column c has offsets that are not aligned", "c"}),
    [](const auto& info) { return info.param.name; });

TEST(CheckBatch, RefusesWhatIsNoBatch) {
  const tn_column twice[] = {column("c", TN_U32, kData, 1), column("d", TN_U32, kData, 1),
                             column("c", TN_U8, kData, 1)};
  const tn_column bad_name = column("\xff", TN_U32, kData, 1);
  tn_column no_name = column("", TN_U32, kData, 1);
  no_name.name = {nullptr, 3};
  const std::pair<tn_batch, const char*> table[] = {
      {{8, 1, twice, 1}, "a batch of 8 bytes is none of version 1"},
      {{sizeof(tn_batch), 1, nullptr, 1}, "a batch has no columns where it counts 1"},
      {{sizeof(tn_batch), 5000, twice, 1}, "a batch has 5000 columns; at most 4096 are allowed"},
      {{sizeof(tn_batch), 3, twice, 1}, "column c is there twice"},
      {{sizeof(tn_batch), 1, &bad_name, 1}, "column 0 has a name that is not UTF-8"},
      {{sizeof(tn_batch), 1, &no_name, 1}, "column 0 has no name"},
  };
  for (const auto& [batch, message] : table) EXPECT_EQ(check_batch(batch).error().message, message);
}

TEST(CheckBatch, ErrorsNameTheColumnThatIsWrong) {
  const tn_column columns[] = {column("good", TN_U32, kData, 1), column("bad", TN_U32, kData, 2)};
  const tn_batch raw{sizeof(tn_batch), 2, columns, 1};
  EXPECT_EQ(check_batch(raw).error().path, "bad");
}

TEST(ColumnsTest, AColumnOfAnotherKindIsNamed) {
  const tn_column columns[] = {column("flat", TN_U32, kData, 1),
                               column("ragged", TN_U32, kData, 1, kOneRow)};
  const tn_batch raw{sizeof(tn_batch), 2, columns, 1};
  EXPECT_EQ(Batch(&raw).flat<uint64_t>("flat").error().message,
            "column flat has another element type");
  EXPECT_EQ(Batch(&raw).ragged<uint32_t>("flat").error().message, "column flat has no offsets");
  EXPECT_EQ(Batch(&raw).flat<uint32_t>("ragged").error().message,
            "column ragged is not one element a row");
}

TEST(ColumnsTest, TextIsUtf8RowByRow) {
  struct Case {
    std::string_view bytes;
    std::vector<uint64_t> offsets;
    const char* message;  // empty: it is text
  };
  using namespace std::string_view_literals;
  const Case table[] = {
      {"ab\u05e9\u20ac\U0001F600"sv, {0, 2, 11}, ""},
      {""sv, {0, 0, 0}, ""},
      {"a\0b"sv, {0, 1, 3}, ""},
      {"0123456789abcdef\u05e9"sv, {0, 18}, ""},
      {"0123456789abcdef\xd7"sv, {0, 17}, "column t row 0 is not UTF-8 at byte 16"},
      {"0123456\xff"sv, {0, 8}, "column t row 0 is not UTF-8 at byte 7"},
      {"\xed\x9f\xbf\xee\x80\x80\xf4\x8f\xbf\xbf"sv, {0, 6, 10}, ""},
      {"ab\xff"sv, {0, 1, 3}, "column t row 1 is not UTF-8 at byte 1"},
      {"\u05e9"sv, {0, 1, 2}, "column t row 0 is not UTF-8 at byte 0"},  // cut by its row
      {"\x80"sv, {0, 0, 1}, "column t row 1 is not UTF-8 at byte 0"},
      {"\xc0\x80"sv, {0, 2, 2}, "column t row 0 is not UTF-8 at byte 0"},          // overlong
      {"\xe0\x9f\xbf"sv, {0, 3, 3}, "column t row 0 is not UTF-8 at byte 0"},      // overlong
      {"\xf0\x8f\xbf\xbf"sv, {0, 4, 4}, "column t row 0 is not UTF-8 at byte 0"},  // overlong
      {"\xed\xa0\x80"sv, {0, 3, 3}, "column t row 0 is not UTF-8 at byte 0"},      // surrogate
      {"\xf4\x90\x80\x80"sv, {0, 4, 4}, "column t row 0 is not UTF-8 at byte 0"},  // too large
      {"\xf5\x80\x80\x80"sv, {0, 4, 4}, "column t row 0 is not UTF-8 at byte 0"},
      {"a\xe2\x82"sv, {0, 3, 3}, "column t row 0 is not UTF-8 at byte 1"},  // cut off
      {"\xe2\x28\xac"sv, {0, 3, 3}, "column t row 0 is not UTF-8 at byte 0"},
      {"\xe2\x82\x28"sv, {0, 3, 3}, "column t row 0 is not UTF-8 at byte 0"},
  };
  for (const auto& [bytes, offsets, message] : table) {
    const tn_column text = column("t", TN_U8, bytes.data(), bytes.size(), offsets.data());
    const tn_batch raw{sizeof(tn_batch), 1, &text, offsets.size() - 1};
    const auto result = Batch(&raw).text("t");
    EXPECT_EQ(result.ok() ? "" : result.error().message, message);
  }
}

TEST(ColumnsTest, AColumnThatIsNotThereIsNamed) {
  const tn_batch raw{sizeof(tn_batch), 0, nullptr, 5};
  EXPECT_EQ(Batch(&raw).flat<double>("price").error().message, "column price is missing");
}

TEST(ColumnsTest, DataThatIsNotAlignedIsRefused) {
  alignas(8) static const uint8_t data[24] = {};
  const tn_column one = column("c", TN_U64, data + 1, 2);
  const tn_batch raw{sizeof(tn_batch), 1, &one, 2};
  EXPECT_EQ(Batch(&raw).flat<uint64_t>("c").error().message,
            "column c has data that is not aligned");
}

}  // namespace
}  // namespace tenon
