#include "catalog/model/clean_text.hpp"
#include "catalog/model/url.hpp"
#include "catalog/page/brand_scraper.hpp"
#include "catalog/page/page_lists.hpp"

namespace tenon::catalog {
namespace {

HtmlNode first_heading(HtmlNode root) {
  HtmlNode found = nullptr;
  HtmlDocument::each_element(root, [&](HtmlNode element) {
    if (heading_level(element->tag)) found = element;
    return !found;
  });
  return found;
}

}  // namespace

StructuredScraper::StructuredScraper(PageSource& source, ScraperOptions options,
                                     Selectors selectors, bool plain)
    : OfficialBrandScraper(source, std::move(options)),
      selectors_(std::move(selectors)),
      plain_pages_(plain) {}

Result<std::unique_ptr<StructuredScraper>> StructuredScraper::make(PageSource& source,
                                                                   ScraperOptions options,
                                                                   const StructuredRules& rules) {
  Selectors selectors;
  for (auto [name, text] :
       {std::pair{"name", &rules.name}, std::pair{"manuals", &rules.manuals},
        std::pair{"gallery", &rules.gallery}, std::pair{"spec_row", &rules.spec_row},
        std::pair{"spec_section", &rules.spec_section}, std::pair{"required", &rules.required},
        std::pair{"works_with", &rules.works_with}, std::pair{"accessories", &rules.accessories},
        std::pair{"related", &rules.related}}) {
    if (text->empty()) continue;
    auto selector = Selector::parse(*text);
    if (!selector) return Error{Code::invalid, selector.error().message, name};
    selectors.emplace(name, *std::move(selector));
  }
  return std::unique_ptr<StructuredScraper>(
      new StructuredScraper(source, std::move(options), std::move(selectors),
                            rules.without_structured_data || !rules.name.empty()));
}

const Selector* StructuredScraper::selector(const std::string& rule) const {
  auto found = selectors_.find(rule);
  return found == selectors_.end() ? nullptr : &found->second;
}

std::optional<Product> StructuredScraper::read_product(const HtmlDocument& page,
                                                       const PageFacts& facts) {
  // A listing tells of many products; none of them is the page's own.
  if (facts.products.size() > 1 || (facts.products.empty() && !plain_pages_)) return std::nullopt;
  Product product = product_of(facts);
  if (const Selector* name = selector("name")) {
    auto found = name->select(page.root(), 1);
    if (!found.empty())
      product.name = name->value_of(found.front());
    else if (facts.products.empty())
      return std::nullopt;
  } else if (product.name.empty()) {
    product.name = facts.title;
  }
  std::string base = base_of(facts);
  if (const Selector* manuals = selector("manuals")) {
    for (HtmlNode link : manuals->select(page.root())) {
      auto url = resolve_url(base, attribute(link, "href"));
      if (!url) continue;
      std::string domain = domain_of(*url);
      add_media(product.official_manuals,
                {*std::move(url), MediaType::pdf, text_of(link, 300), domain});
    }
  }
  if (const Selector* gallery = selector("gallery")) {
    const std::string& named = gallery->attribute_name();
    for (HtmlNode image : gallery->select(page.root())) {
      auto url = resolve_url(base, attribute(image, named.empty() ? "src" : named.c_str()));
      if (!url) continue;
      if (product.image_url.empty()) product.image_url = *url;
      std::string domain = domain_of(*url);
      add_media(product.official_gallery,
                {*std::move(url), MediaType::image, clean_text(attribute(image, "alt")), domain});
    }
  }
  add_specs(page, product);
  add_declared(page, facts, product);
  return product;
}

void StructuredScraper::add_specs(const HtmlDocument& page, Product& product) const {
  if (const Selector* rows = selector("spec_row")) {
    for (HtmlNode row : rows->select(page.root())) {
      std::vector<HtmlNode> cells;
      each_child(row, [&](HtmlNode child) { cells.push_back(child); });
      if (cells.size() == 2) add_spec(product.official_specs, text_of(cells[0]), text_of(cells[1]));
    }
  }
  if (const Selector* sections = selector("spec_section")) {
    for (HtmlNode section : sections->select(page.root())) {
      HtmlNode heading = first_heading(section);
      if (!heading) continue;
      std::string name = text_of(heading, 300);
      HtmlDocument::each_element(section, [&](HtmlNode element) {
        if (is_element(element, HtmlTag::li))
          add_spec(product.official_specs, name, text_of(element, 1000));
        return true;
      });
    }
  }
}

void StructuredScraper::add_declared(const HtmlDocument& page, const PageFacts& facts,
                                     Product& product) const {
  for (auto [rule, kind] : {std::pair{"required", EvidenceKind::required},
                            std::pair{"works_with", EvidenceKind::works_with},
                            std::pair{"accessories", EvidenceKind::accessory_tab},
                            std::pair{"related", EvidenceKind::related_to}}) {
    const Selector* links = selector(rule);
    if (!links) continue;
    for (HtmlNode link : links->select(page.root(), 500)) {
      auto url = resolve_url(base_of(facts), attribute(link, "href"));
      std::string name = text_of(link, 300);
      if (!url || name.empty()) continue;
      product.declared.push_back({kind,
                                  name,
                                  {},
                                  *std::move(url),
                                  facts.url,
                                  link->position,
                                  facts.content_sha256,
                                  std::string(rule) + ": " + name});
    }
  }
}

}  // namespace tenon::catalog
