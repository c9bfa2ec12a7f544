#include "tenon/draft/columns.hpp"

#include <gmock/gmock.h>

#include <limits>

namespace tenon {
namespace {

constexpr uint64_t kMany = std::numeric_limits<uint64_t>::max();

tn_column column(const char* name, uint32_t type, const void* data, uint64_t count,
                 const uint64_t* offsets = nullptr) {
  return {view(name), type, 0, data, count, offsets};
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
  BatchBuffer copy = BatchBuffer::copy(raw);
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

struct Hostile {
  const char* name;
  bool ragged;
  uint64_t rows;
  uint32_t type;
  bool has_data;
  uint64_t count;
  std::vector<uint64_t> offsets;
  const char* message;
};
class HostileBatchTest : public testing::TestWithParam<Hostile> {};

TEST_P(HostileBatchTest, IsRefusedBeforeAnythingIsIndexed) {
  const auto& hostile = GetParam();
  alignas(8) static const uint8_t data[64] = {};
  const tn_column one = column("c", hostile.type, hostile.has_data ? data : nullptr, hostile.count,
                               hostile.offsets.empty() ? nullptr : hostile.offsets.data());
  const tn_batch raw{sizeof(tn_batch), 1, &one, hostile.rows};
  const Batch batch(&raw);

  const auto error = [&]() -> Error {
    if (hostile.ragged) {
      const auto result = batch.ragged<uint32_t>("c");
      return result.ok() ? Error{Code::internal, "accepted"} : result.error();
    }
    const auto result = batch.flat<uint32_t>("c");
    return result.ok() ? Error{Code::internal, "accepted"} : result.error();
  }();

  EXPECT_EQ(error.code, Code::invalid);
  EXPECT_EQ(error.message, std::string("column c ") + hostile.message);
  EXPECT_EQ(error.path, "c");
}

INSTANTIATE_TEST_SUITE_P(
    All, HostileBatchTest,
    testing::Values(
        Hostile{"fewer_than_rows", false, 3, TN_U32, true, 2, {}, "is not one element a row"},
        Hostile{"more_than_rows", false, 1, TN_U32, true, 2, {}, "is not one element a row"},
        Hostile{"ragged_as_flat", false, 1, TN_U32, true, 1, {0, 1}, "is not one element a row"},
        Hostile{"other_type", false, 1, TN_U64, true, 1, {}, "has another element type"},
        Hostile{"unknown_type", false, 1, 77, true, 1, {}, "has another element type"},
        Hostile{"no_data", false, 1, TN_U32, false, 1, {}, "has no data"},
        Hostile{"flat_as_ragged", true, 1, TN_U32, true, 1, {}, "has no offsets"},
        Hostile{"ragged_no_data", true, 1, TN_U32, false, 1, {0, 1}, "has no data"},
        Hostile{"begins_late",
                true,
                1,
                TN_U32,
                true,
                2,
                {1, 2},
                "has offsets that do not ascend within its data"},
        Hostile{"ends_beyond",
                true,
                1,
                TN_U32,
                true,
                2,
                {0, 3},
                "has offsets that do not ascend within its data"},
        Hostile{"descends",
                true,
                3,
                TN_U32,
                true,
                8,
                {0, 5, 2, 8},
                "has offsets that do not ascend within its data"},
        Hostile{"jumps_out_and_back",
                true,
                2,
                TN_U32,
                true,
                4,
                {0, 9, 4},
                "has offsets that do not ascend within its data"},
        Hostile{"rows_overflow",
                true,
                kMany,
                TN_U32,
                true,
                1,
                {0, 1},
                "has offsets that do not ascend within its data"}),
    [](const auto& info) { return info.param.name; });

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
