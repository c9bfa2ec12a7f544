#include "catalog/scraper-boss/boss_scraper.hpp"

#include <algorithm>

#include "catalog/model/clean_text.hpp"
#include "catalog/model/url.hpp"
#include "catalog/page/page_lists.hpp"

namespace tenon::catalog {
namespace {

Selector parse(std::string_view text) {
  return Selector::parse(text).value();
}

}  // namespace

std::optional<Product> BossScraper::read_product(const HtmlDocument& page, const PageFacts& facts) {
  static const Selector kManuals = parse("#dl-manuals li a");
  static const Selector kModel = parse("h3, h1");
  Product product = product_of(facts);
  auto links = kManuals.select(page.root());
  if (product.name.empty()) {
    auto headings = kModel.select(page.root(), 1);
    if (headings.empty()) return std::nullopt;
    product.name = text_of(headings.front(), 200);
  }
  // A page without manuals is an index of models.
  if (links.empty() && facts.products.empty()) return std::nullopt;
  for (HtmlNode link : links) {
    auto url = resolve_url(base_of(facts), attribute(link, "href"));
    if (!url) continue;
    std::string label = text_of(link, 300);
    constexpr std::string_view kMark = "[PDF]";
    if (label.ends_with(kMark)) label = clean_text(label.substr(0, label.size() - kMark.size()));
    std::string domain = domain_of(*url);
    OfficialMedia manual{*std::move(url), MediaType::pdf, std::move(label), std::move(domain)};
    auto known = std::find_if(product.official_manuals.begin(), product.official_manuals.end(),
                              [&](const OfficialMedia& one) { return one.url == manual.url; });
    if (known != product.official_manuals.end())
      known->label = manual.label;
    else
      add_media(product.official_manuals, std::move(manual));
  }
  return product;
}

}  // namespace tenon::catalog
