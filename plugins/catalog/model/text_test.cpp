#include <gtest/gtest.h>

#include "catalog/model/clean_text.hpp"
#include "catalog/model/slug.hpp"
#include "catalog/model/url.hpp"

namespace tenon::catalog {
namespace {

TEST(CleanText, JoinsLinesAndDropsInvisibleCharacters) {
  EXPECT_EQ(clean_text("  GT-1000\nGuitar\xC2\xA0 Processor\t"), "GT-1000 Guitar Processor");
  EXPECT_EQ(clean_text("\xEF\xBB\xBFNova\xE2\x80\x8B 61\xE2\x80\x8F"), "Nova 61");
  EXPECT_EQ(clean_text("a\xFF"
                       "b"),
            "a\xEF\xBF\xBD"
            "b");
  EXPECT_EQ(clean_text(" \n "), "");
}

TEST(CleanText, KeepsLinesWhenAskedTo) {
  EXPECT_EQ(clean_lines("a \n\n\n\n b\nc"), "a\n\nb\nc");
}

TEST(CleanText, KnowsInvalidUtf8) {
  EXPECT_TRUE(is_valid_utf8("מקלדת \xEF\xBF\xBD"));
  for (const char* bad :
       {"\x80", "\xC0\xAF", "\xE0\x80\x80", "\xED\xA0\x80", "\xF5\x80\x80\x80", "\xE2\x82"})
    EXPECT_FALSE(is_valid_utf8(bad));
}

TEST(CleanText, CutsAtACodePoint) {
  EXPECT_EQ(utf8_prefix("אב", 3), "א");
}

TEST(RepairUrl, RemovesStraySpaceAndEscapesTheRest) {
  EXPECT_EQ(*repair_url("https://www.shop.example  /items/12-nova-61\n"),
            "https://www.shop.example/items/12-nova-61");
  EXPECT_EQ(*repair_url("https://shop.example/a b"), "https://shop.example/a%20b");
  EXPECT_EQ(*repair_url("https://shop.example/\xD7\x90"), "https://shop.example/%D7%90");
  EXPECT_EQ(*repair_url("https://shop.example/50%"), "https://shop.example/50%25");
  EXPECT_EQ(*repair_url("//cdn.example/x.jpg?a[]=1"), "//cdn.example/x.jpg?a%5B%5D=1");
  EXPECT_EQ(*repair_url("a/b:?"), "a/b:?");
}

TEST(RepairUrl, RefusesWhatIsNoWebAddress) {
  for (const char* bad : {"", "  ", "javascript:alert(1)", "data:text/html,x", "mailto:a@b.example",
                          "http://", "https://[::bad/", "http:?", "https:#", "a:["})
    EXPECT_FALSE(repair_url(bad).ok()) << bad;
}

TEST(ResolveUrl, FollowsTheBase) {
  const char* base = "https://brand.example/products/nova/specs";
  EXPECT_EQ(*resolve_url(base, "/m.pdf"), "https://brand.example/m.pdf");
  EXPECT_EQ(*resolve_url(base, "../x.svg"), "https://brand.example/products/x.svg");
  EXPECT_EQ(*resolve_url(base, "//cdn.example/i.svg"), "https://cdn.example/i.svg");
  EXPECT_EQ(*resolve_url(base, "https://o.example/"), "https://o.example/");
  EXPECT_FALSE(resolve_url("", "x.svg").ok());
}

TEST(DomainOf, DropsWwwAndPort) {
  EXPECT_EQ(domain_of("https://WWW.Brand.example:8080/x"), "brand.example");
  EXPECT_EQ(domain_of("/x"), "");
}

TEST(Slug, KeepsLettersAndDigitsOnly) {
  EXPECT_EQ(slug("FANTOM-06"), "fantom_06");
  EXPECT_EQ(slug("Roger's Café Üb 12\""), "rogers_cafe_ub_12");
  EXPECT_EQ(slug("מקלדת"), "");
  EXPECT_EQ(made_up_sku("roland", "FANTOM-06"), "ROLAND-FANTOM-06");
}

TEST(IdMaker, KeepsIdsUnique) {
  IdMaker ids;
  EXPECT_EQ(ids.make("roland", "FANTOM-06", "A"), "roland_fantom_06");
  EXPECT_EQ(ids.make("roland", "Fantom 06", "B-1"), "roland_fantom_06_b_1");
  EXPECT_EQ(ids.make("roland", "Fantom 06", "B-1"), "roland_fantom_06_b_1_2");
  EXPECT_EQ(ids.make("roland", "פסנתר", "Z9"), "roland_z9");
}

}  // namespace
}  // namespace tenon::catalog
