#include "catalog/model/charset.hpp"

#include <gtest/gtest.h>

#include "catalog/model/clean_text.hpp"

namespace tenon::catalog {
namespace {

TEST(Charset, KeepsUtf8AndDropsItsMark) {
  auto decoded = to_utf8("\xEF\xBB\xBFמקלדת");
  EXPECT_EQ(decoded->text, "מקלדת");
  EXPECT_EQ(decoded->charset, "utf-8");
}

TEST(Charset, GuessesHebrewAndWestern) {
  auto hebrew = to_utf8("\xEE\xF7\xEC\xE3\xFA Nova 61");
  EXPECT_EQ(hebrew->text, "מקלדת Nova 61");
  EXPECT_EQ(hebrew->charset, "windows-1255");
  auto western = to_utf8("R\xE9sum\xE9 caf\xE9");
  EXPECT_EQ(western->text, "Résumé café");
  EXPECT_TRUE(western->guessed);
}

TEST(Charset, TakesTheDeclaredSetWhenItFits) {
  EXPECT_EQ(to_utf8("caf\xE9", "ISO-8859-1")->text, "café");
  EXPECT_EQ(to_utf8("\xF0", "windows-1255")->text, "נ");
  EXPECT_EQ(to_utf8("caf\xE9", "../../evil//IGNORE")->text, "café");
}

TEST(Charset, ReadsUtf16ByItsMark) {
  std::string bytes("\xFF\xFE\xD0\x05", 4);
  EXPECT_EQ(to_utf8(bytes)->text, "א");
}

TEST(Charset, AlwaysYieldsValidUtf8) {
  std::string bytes;
  for (int i = 0; i < 256; ++i) bytes.push_back(static_cast<char>(i));
  for (const char* declared : {"", "utf-8", "windows-1255", "shift_jis"})
    EXPECT_TRUE(is_valid_utf8(to_utf8(bytes, declared)->text)) << declared;
}

}  // namespace
}  // namespace tenon::catalog
