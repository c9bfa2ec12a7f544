#include "catalog/ingest/csv_reader.hpp"

#include <gmock/gmock.h>

#include <random>

namespace tenon::catalog {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using Fields = std::vector<std::string>;

std::vector<CsvRecord> read(std::string_view text, char delimiter = ',', CsvLimits limits = {}) {
  CsvReader reader(text, delimiter, limits);
  std::vector<CsvRecord> out;
  while (auto record = reader.next()) out.push_back(*record);
  return out;
}

TEST(CsvReader, ReadsQuotesLineBreaksAndEveryLineEnd) {
  auto records = read("a,b\r\n\"x\ny\",\"q\"\"q\"\n\nlast,\r,");
  ASSERT_EQ(records.size(), 4u);
  EXPECT_THAT(records[0].fields, ElementsAre("a", "b"));
  EXPECT_THAT(records[1].fields, ElementsAre("x\ny", "q\"q"));
  EXPECT_EQ(records[1].line, 2u);
  EXPECT_THAT(records[2].fields, ElementsAre("last", ""));
  EXPECT_EQ(records[2].line, 5u);
  EXPECT_THAT(records[3].fields, ElementsAre("", ""));
}

TEST(CsvReader, GoesOnBehindABrokenRecord) {
  auto records = read("a,b\n\"x\"y,1\nc,\"open\nd,e\n");
  ASSERT_EQ(records.size(), 4u);
  EXPECT_EQ(records[1].line, 2u);
  EXPECT_EQ(records[1].problem, "text after a closing quote");
  EXPECT_EQ(records[2].line, 3u);
  EXPECT_THAT(records[2].problem, HasSubstr("quote of line 3 is never closed"));
  EXPECT_THAT(records[3].fields, ElementsAre("d", "e"));
}

TEST(CsvReader, BoundsRecordsAndFields) {
  auto records = read("a," + std::string(100, 'x') + "\nb,c\n1,2,3,4\n", ',', {50, 3});
  ASSERT_EQ(records.size(), 3u);
  EXPECT_THAT(records[0].problem, HasSubstr("longer than 50 bytes"));
  EXPECT_THAT(records[1].fields, ElementsAre("b", "c"));
  EXPECT_THAT(records[2].problem, HasSubstr("more than 3 fields"));
}

TEST(CsvReader, ReadsBackWhatIsWrittenByTheRule) {
  std::mt19937 random(7);
  constexpr std::string_view kAlphabet = "ab,;\"\n\r \t";
  for (int round = 0; round < 500; ++round) {
    std::vector<Fields> table(1 + random() % 5);
    std::string text;
    for (auto& row : table) {
      row.resize(2 + random() % 3);
      for (size_t i = 0; i < row.size(); ++i) {
        for (size_t n = random() % 6; n > 0; --n) row[i] += kAlphabet[random() % kAlphabet.size()];
        text += i ? ",\"" : "\"";
        for (char c : row[i]) text += c == '"' ? std::string("\"\"") : std::string(1, c);
        text += '"';
      }
      text += "\r\n";
    }
    auto records = read(text);
    ASSERT_EQ(records.size(), table.size()) << text;
    for (size_t i = 0; i < table.size(); ++i) EXPECT_EQ(records[i].fields, table[i]) << text;
  }
}

TEST(SniffDelimiter, TakesTheOneThatSplitsEvenly) {
  EXPECT_EQ(sniff_delimiter("a,b\n1,2\n"), ',');
  EXPECT_EQ(sniff_delimiter("name;price\nx;1,5\ny;2,5\n"), ';');
  EXPECT_EQ(sniff_delimiter("a\tb\tc\n1\t2\t3\n"), '\t');
  EXPECT_EQ(sniff_delimiter("\"a;b\",c\n\"d;e;f\",g\n"), ',');
  EXPECT_EQ(sniff_delimiter("one\ntwo\n"), ',');
}

}  // namespace
}  // namespace tenon::catalog
