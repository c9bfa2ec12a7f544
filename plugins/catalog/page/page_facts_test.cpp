#include "catalog/page/page_facts.hpp"

#include <gmock/gmock.h>

#include "catalog/page/json_ld_text.hpp"

namespace tenon::catalog {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

PageFacts read(std::string_view html) {
  PageOptions options;
  options.url = "https://brand.example/products/nova";
  auto facts = read_page(html, options);
  EXPECT_TRUE(facts.ok()) << facts.error().message;
  return *std::move(facts);
}

TEST(PageFacts, ReadsJsonLdWithGraphOffersAndReferences) {
  auto facts =
      read(R"(<html lang="en"><link rel=canonical href="/p/nova"><script type="application/ld+json">
    {"@context":"https://schema.org","@graph":[{"@type":"WebPage"},
     {"@type":["Product","Thing"],"name":"Nova &amp; Co 61","sku":"N61","brand":{"name":"Auralis"},
      "image":["/i/1.svg",{"contentUrl":"/i/2.svg"}],"gtin12":123456789012,
      "offers":{"@type":"AggregateOffer","offers":[{"priceSpecification":{"price":"4,990.00","priceCurrency":"ILS"},
      "availability":"https://schema.org/OutOfStock"}]},
      "additionalProperty":[{"name":"Weight","value":7.5,"unitText":"kg"}]}]}</script>)");
  ASSERT_EQ(facts.products.size(), 1u);
  const PageProduct& product = facts.products[0];
  EXPECT_EQ(product.name, "Nova & Co 61");
  EXPECT_EQ(product.brand, "Auralis");
  EXPECT_EQ(product.gtin, "123456789012");
  EXPECT_EQ(product.price, (Money{499000, "ILS"}));
  EXPECT_EQ(product.stock, Stock::out);
  EXPECT_THAT(product.images,
              ElementsAre("https://brand.example/i/1.svg", "https://brand.example/i/2.svg"));
  EXPECT_THAT(facts.specs, ElementsAre(Spec{"Weight", "7.5 kg"}));
  EXPECT_EQ(facts.canonical, "https://brand.example/p/nova");
  EXPECT_EQ(facts.language, "en");
}

class DamagedJsonLd : public testing::TestWithParam<const char*> {};

TEST_P(DamagedJsonLd, IsStillRead) {
  auto facts = read("<script type='application/ld+json'>" + std::string(GetParam()) + "</script>");
  ASSERT_EQ(facts.products.size(), 1u) << GetParam();
  EXPECT_EQ(facts.products[0].name, "A b");
  EXPECT_TRUE(facts.problems.empty());
}

INSTANTIATE_TEST_SUITE_P(
    Faults, DamagedJsonLd,
    testing::Values(
        "<!-- {\"@type\":\"Product\",\"name\":\"A b\"} -->",
        "//<![CDATA[\n{\"@type\":\"Product\",\"name\":\"A b\"}\n//]]>",
        "{\"@type\":\"Product\",\"name\":\"A\nb\",}",
        "{/* x */\"@type\":\"Product\", // y\n\"name\":\"A b\"};",
        "[[{\"@type\":\"http://schema.org/Product\",\"name\":\"A b\",\"image\":[\"/a\",],}]]",
        "{&quot;@type&quot;:&quot;Product&quot;,&quot;name&quot;:&quot;A b&quot;}",
        "{\"@type\":\"WebPage\",\"mainEntity\":{\"@type\":\"Product\",\"name\":\"A b\"}}"));

TEST(PageFacts, ReportsAnUnreadableBlockAndGoesOn) {
  auto facts = read(R"(<script type="application/ld+json">{"@type":</script>
    <script type="application/ld+json">{"@type":"Product","name":"B"}</script>)");
  EXPECT_EQ(facts.products.size(), 1u);
  ASSERT_EQ(facts.problems.size(), 1u);
  EXPECT_THAT(facts.problems[0], HasSubstr("JSON-LD at byte 0"));
}

TEST(PageFacts, ReadsMicrodataWithItemref) {
  auto facts = read(R"(<div itemscope itemtype="https://schema.org/Product" itemref="more gone">
    <h1 itemprop="name">Perch 5</h1><img itemprop="image" src="/p.svg">
    <div itemprop="brand" itemscope itemtype="https://schema.org/Brand"><meta itemprop="name" content="Kestrel"></div>
    <div itemprop="offers" itemscope itemtype="https://schema.org/Offer"><span itemprop="price" content="1190">NIS 1,190</span>
    <meta itemprop="priceCurrency" content="ILS"><link itemprop="availability" href="https://schema.org/InStock"></div>
    <div itemprop="isRelatedTo" itemscope itemtype="https://schema.org/Product"><a itemprop="url" href="/products/perch-8"><span itemprop="name">Perch 8</span></a></div>
    </div><p id="more">SKU <b itemprop="sku">KA5</b></p>)");
  ASSERT_EQ(facts.products.size(), 1u);
  EXPECT_EQ(facts.products[0].name, "Perch 5");
  EXPECT_EQ(facts.products[0].sku, "KA5");
  EXPECT_EQ(facts.products[0].brand, "Kestrel");
  EXPECT_EQ(facts.products[0].price, (Money{119000, "ILS"}));
  EXPECT_EQ(facts.products[0].stock, Stock::in);
  ASSERT_EQ(facts.declared.size(), 1u);
  EXPECT_EQ(facts.declared[0].target_name, "Perch 8");
  EXPECT_EQ(facts.declared[0].target_url, "https://brand.example/products/perch-8");
}

TEST(PageFacts, MicrodataThatRefersToItselfEnds) {
  auto facts = read(R"(<div id=a itemscope itemtype="https://schema.org/Product" itemref="a b">
    <p id=b itemprop=name>X<span id=c itemprop=isRelatedTo itemscope itemref="a b c"></span></p></div>)");
  EXPECT_EQ(facts.products.size(), 1u);
}

TEST(PageFacts, ReadsOpenGraphAndFillsGapsOfOtherTellings) {
  auto only =
      read(R"(<meta property="og:type" content="product"><meta property="og:title" content="Moss">
    <meta property="product:price:amount" content="690.00"><meta property="product:price:currency" content="ILS">
    <meta property="og:image" content="/m.svg"><meta property="product:availability" content="in stock">)");
  ASSERT_EQ(only.products.size(), 1u);
  EXPECT_EQ(only.products[0].origin, "opengraph");
  EXPECT_EQ(only.products[0].price, (Money{69000, "ILS"}));
  EXPECT_EQ(only.products[0].stock, Stock::in);
  auto both = read(
      R"(<meta property="og:type" content="product"><meta property="og:title" content="Moss | Shop">
    <meta property="og:description" content="Reverb"><script type="application/ld+json">{"@type":"Product","name":"Moss","sku":"M"}</script>)");
  ASSERT_EQ(both.products.size(), 1u);
  EXPECT_EQ(both.products[0].name, "Moss");
  EXPECT_EQ(both.products[0].description, "Reverb");
}

TEST(PageFacts, FindsManualsWithLabelsThatSaySomething) {
  auto facts = read(
      R"(<base href="https://cdn.example/x/"><h2>Quick start</h2><a href="q.pdf?v=2">Download</a>
    <a href="/m.pdf">Owner's
    Manual</a><a href="/m.pdf">again</a><a href="/by-id/7">Reference [PDF]</a><a href="page.html">no</a>)");
  ASSERT_EQ(facts.manuals.size(), 3u);
  EXPECT_EQ(facts.manuals[0].url, "https://cdn.example/x/q.pdf?v=2");
  EXPECT_EQ(facts.manuals[0].label, "Quick start");
  EXPECT_EQ(facts.manuals[0].source_domain, "cdn.example");
  EXPECT_EQ(facts.manuals[1].label, "Owner's Manual");
  EXPECT_EQ(facts.manuals[2].type, MediaType::pdf);
}

TEST(PageFacts, ReadsSpecificationTablesAndLists) {
  auto facts = read(R"(<table><tr><th>Keys</th><td>61</td></tr><tr><th>A</th><th>B</th></tr></table>
    <table class="tech-specs"><tr><td>Weight:</td><td>7 kg</td></tr></table><table><tr><td>not</td><td>a spec</td></tr></table>
    <dl><dt>Power<dd>12 V<dd>2 A</dl><h3>Technical data</h3><ul><li>Pedal jack: TRS<li>nothing</ul><h3>News</h3><ul><li>a: b</ul>)");
  EXPECT_THAT(facts.specs, ElementsAre(Spec{"Keys", "61"}, Spec{"Weight", "7 kg"},
                                       Spec{"Power", "12 V; 2 A"}, Spec{"Pedal jack", "TRS"}));
}

TEST(PageFacts, ReadsDeclaredListsWithProof) {
  std::string html =
      R"(<h2>Requires</h2><ul><li><a href="/products/sp-1">SP-1</a> pedal (sold separately)</ul>
    <h2>Works with</h2><ul><li>Stand XT-2 - a stand</ul><h2>Accessories</h2><div><h3><a href="/b">Bag</a></h3></div>
    <h2>מוצרים דומים</h2><ul><li><a href="/n88">Nova 88</a></ul><h2>News</h2><ul><li><a href="/x">No</a></ul>)";
  auto facts = read(html);
  ASSERT_EQ(facts.declared.size(), 4u);
  const Declared& required = facts.declared[0];
  EXPECT_EQ(required.kind, EvidenceKind::required);
  EXPECT_EQ(required.target_name, "SP-1");
  EXPECT_EQ(required.target_url, "https://brand.example/products/sp-1");
  EXPECT_EQ(required.sentence, "Requires: SP-1 pedal (sold separately)");
  EXPECT_EQ(required.position, html.find("<li>"));
  EXPECT_EQ(required.content_sha256, sha256_hex(html));
  EXPECT_EQ(required.source_url, "https://brand.example/products/nova");
  EXPECT_EQ(facts.declared[1].kind, EvidenceKind::works_with);
  EXPECT_EQ(facts.declared[1].target_name, "Stand XT-2");
  EXPECT_EQ(facts.declared[2].kind, EvidenceKind::accessory_tab);
  EXPECT_EQ(facts.declared[3].kind, EvidenceKind::related_to);
}

TEST(PageFacts, ASentenceDeclaresUnlessItDenies) {
  auto facts = read(R"(<p>Light. It requires the <a href="/psa">PSA-12</a> supply. Nice.</p>
    <p>The <a href="/fp">FP-2</a> is not required.</p><p>Read <a href="/n">news</a>. A ticket is required.</p>)");
  ASSERT_EQ(facts.declared.size(), 1u);
  EXPECT_EQ(facts.declared[0].target_name, "PSA-12");
  EXPECT_EQ(facts.declared[0].sentence, "It requires the PSA-12 supply.");
}

TEST(PageFacts, DecodesTheCharsetAPageDeclares) {
  EXPECT_EQ(read("<meta charset='windows-1255'><h1>\xEE\xF7\xEC\xE3\xFA</h1>").title, "מקלדת");
  EXPECT_EQ(
      read("<meta http-equiv=content-type content='text/html; charset=ISO-8859-1'><h1>caf\xE9</h1>")
          .title,
      "café");
  // One that nobody would guess.
  EXPECT_EQ(read("<meta charset=\"windows-1251\"><h1>\xCF\xE8\xE0\xED\xEE</h1>").title, "Пиано");
}

TEST(PageFacts, TakesVideosOfKnownHostsAndOfThePageItself) {
  auto facts = read(
      R"(<iframe src="https://www.youtube.com/embed/1" title="Demo"></iframe><iframe src="https://ads.example/x"></iframe>
    <video src="/v.mp4"></video><video><source src="/w.mp4"><source src="/w.webm"></video><audio><source src="/a.mp3"></audio>)");
  std::vector<std::string> urls;
  for (const auto& one : facts.gallery) urls.push_back(one.url);
  EXPECT_THAT(urls, ElementsAre("https://www.youtube.com/embed/1", "https://brand.example/v.mp4",
                                "https://brand.example/w.mp4", "https://brand.example/w.webm"));
  EXPECT_EQ(facts.gallery[0].label, "Demo");
}

TEST(PageFacts, MenusAndFootersDeclareNothing) {
  auto facts = read(R"(<nav><h2>Accessories</h2><ul><li><a href="/x">X</a></ul></nav>
    <footer><h2>Related</h2><ul><li><a href="/y">Y</a></ul></footer>)");
  EXPECT_THAT(facts.declared, testing::IsEmpty());
}

TEST(PageFacts, TheTitleOfAnIconIsNotThePages) {
  EXPECT_EQ(read("<body><svg><title>Cart</title></svg><title>Nova</title>").title, "Nova");
}

TEST(PageFacts, TellingsOfOneNameAreOneProduct) {
  auto facts = read(R"(<script type="application/ld+json">[{"@type":"Product","name":"Nova"},
    {"@type":"Product","name":"Moss"}]</script><div itemscope itemtype="https://schema.org/Product">
    <b itemprop=name>NOVA</b><i itemprop=sku>N61</i></div>)");
  ASSERT_EQ(facts.products.size(), 2u);
  EXPECT_EQ(facts.products[0].sku, "N61");
}

TEST(PageFacts, ReferencesToNoCharacterStay) {
  constexpr std::string_view kNone = "&#x110000; &#xD800; &#0; &nope; &;";
  EXPECT_EQ(decode_references(kNone), kNone);
}

TEST(PageFacts, AnElementReferredToTwiceCountsOnce) {
  auto facts = read(R"(<div itemscope itemtype="https://schema.org/Product" itemref="i i">
    <b itemprop=name>N</b></div><img id=i itemprop=image src="/i.svg">)");
  EXPECT_THAT(facts.products[0].images, ElementsAre("https://brand.example/i.svg"));
}

TEST(PageFacts, ReadsBreadcrumbs) {
  EXPECT_THAT(
      read(
          R"(<nav class=breadcrumb><a href=/>Home</a><a href=/k>Keys</a><span aria-current=page>Nova</span></nav>)")
          .breadcrumbs,
      ElementsAre("Home", "Keys", "Nova"));
}

}  // namespace
}  // namespace tenon::catalog
