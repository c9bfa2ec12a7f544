#include "catalog/page/page_facts.hpp"

#include <boost/json/array.hpp>
#include <unordered_map>

#include "catalog/model/clean_text.hpp"
#include "catalog/model/price_parser.hpp"
#include "catalog/model/url.hpp"
#include "catalog/page/page_lists.hpp"
#include "catalog/page/schema_product.hpp"
#include "catalog/page/structured_data.hpp"
#include "catalog/text/fold.hpp"

namespace tenon::catalog {
namespace json = boost::json;
namespace {

constexpr size_t kMaxProducts = 500;

using Meta = std::unordered_map<std::string, std::vector<std::string>>;

struct Head {
  Meta meta;  // by property or name, in lower case
  std::string base;
  std::string canonical;
  std::string language;
  std::string title;
  std::string heading;
};

Head read_head(const HtmlDocument& page) {
  Head head;
  HtmlDocument::each_element(page.root(), [&](HtmlNode element) {
    switch (element->tag) {
      case HtmlTag::html:
        head.language = clean_text(attribute(element, "lang"));
        break;
      case HtmlTag::base:
        if (head.base.empty()) head.base = clean_text(attribute(element, "href"));
        break;
      case HtmlTag::link:
        if (ascii_lower(trim_ascii(attribute(element, "rel"))) == "canonical")
          head.canonical = clean_text(attribute(element, "href"));
        break;
      case HtmlTag::title:
        // An icon's title inside an svg is not the page's.
        if (head.title.empty() && !element->foreign) head.title = text_of(element);
        break;
      case HtmlTag::h1:
        if (head.heading.empty()) head.heading = text_of(element);
        break;
      case HtmlTag::meta: {
        std::string_view name = attribute(element, "property");
        if (name.empty()) name = attribute(element, "name");
        std::string value = clean_text(attribute(element, "content"));
        if (!name.empty() && !value.empty())
          head.meta[ascii_lower(trim_ascii(name))].push_back(std::move(value));
        break;
      }
      default:
        break;
    }
    return true;
  });
  return head;
}

std::string first(const Meta& meta, std::initializer_list<const char*> names) {
  for (const char* name : names)
    if (auto found = meta.find(name); found != meta.end()) return found->second.front();
  return {};
}

std::optional<PageProduct> opengraph_product(const Meta& meta, const std::string& base) {
  std::string type = ascii_lower(first(meta, {"og:type"}));
  std::string price = first(meta, {"product:price:amount", "og:price:amount"});
  bool is_product = type == "product" || type == "og:product" || type == "product.item";
  if (!is_product && price.empty()) return std::nullopt;
  PageProduct product;
  product.origin = "opengraph";
  product.name = first(meta, {"og:title", "twitter:title"});
  if (product.name.empty()) return std::nullopt;
  product.sku = first(meta, {"product:retailer_item_id", "product:sku"});
  product.mpn = first(meta, {"product:mfr_part_no"});
  product.gtin = first(meta, {"product:ean", "product:gtin", "product:upc"});
  product.brand = first(meta, {"product:brand", "og:brand"});
  product.category = first(meta, {"product:category"});
  product.description = first(meta, {"og:description", "description"});
  if (!price.empty()) {
    auto parsed = parse_price(price, first(meta, {"product:price:currency", "og:price:currency"}));
    if (parsed && parsed->minor > 0) product.price = *parsed;
  }
  std::string stock = text::fold_words(first(meta, {"product:availability", "og:availability"}));
  if (stock == "in stock" || stock == "instock") product.stock = Stock::in;
  if (stock == "out of stock" || stock == "oos" || stock == "outofstock")
    product.stock = Stock::out;
  if (auto url = resolve_url(base, first(meta, {"og:url"}))) product.url = *std::move(url);
  if (auto found = meta.find("og:image"); found != meta.end())
    for (const auto& image : found->second)
      if (auto url = resolve_url(base, image)) product.images.push_back(*std::move(url));
  return product;
}

// The same product is often told twice, as JSON-LD and as microdata or OpenGraph: the later
// tellings only fill what the first one left empty.
void add_product(std::vector<PageProduct>& products, PageProduct product, bool only_page_product) {
  for (auto& known : products) {
    bool same_sku = !product.sku.empty() && product.sku == known.sku;
    bool same_name = text::fold_words(product.name) == text::fold_words(known.name) &&
                     (product.sku.empty() || known.sku.empty() || same_sku);
    if (!same_sku && !same_name && !only_page_product) continue;
    auto fill = [](std::string& to, std::string& from) {
      if (to.empty()) to = std::move(from);
    };
    fill(known.sku, product.sku);
    fill(known.mpn, product.mpn);
    fill(known.gtin, product.gtin);
    fill(known.brand, product.brand);
    fill(known.category, product.category);
    fill(known.description, product.description);
    fill(known.url, product.url);
    if (!known.price) known.price = product.price;
    if (known.stock == Stock::unknown) known.stock = product.stock;
    for (auto& image : product.images)
      if (std::find(known.images.begin(), known.images.end(), image) == known.images.end())
        known.images.push_back(std::move(image));
    for (auto& spec : product.specs) add_spec(known.specs, spec.name, spec.value);
    return;
  }
  if (products.size() < kMaxProducts) products.push_back(std::move(product));
}

void add_breadcrumbs(const StructuredData& data, const HtmlDocument& page, PageFacts& facts) {
  for (const auto* items : {&data.json_ld, &data.microdata}) {
    for (const auto& [item, position] : *items) {
      if (!facts.breadcrumbs.empty() || !has_type(item, "BreadcrumbList")) continue;
      const json::value* list = item.if_contains("itemListElement");
      if (!list || !list->is_array()) continue;
      for (const auto& entry : list->get_array()) {
        if (!entry.is_object()) continue;
        const json::object* object = &entry.get_object();
        const json::value* name = object->if_contains("name");
        const json::value* inner = object->if_contains("item");
        if (!name && inner && inner->is_object()) name = inner->get_object().if_contains("name");
        if (name && name->is_string()) facts.breadcrumbs.push_back(clean_text(name->get_string()));
      }
    }
  }
  if (!facts.breadcrumbs.empty()) return;
  HtmlNode trail = nullptr;
  HtmlDocument::each_element(page.root(), [&](HtmlNode element) {
    const bool marked = std::any_of(
        element->attributes.begin(), element->attributes.end(), [](const HtmlAttribute& one) {
          return (one.name == "class" || one.name == "aria-label" || one.name == "id") &&
                 ascii_icontains(one.value, "breadcrumb");
        });
    if (!marked) return true;
    trail = element;
    return false;
  });
  if (!trail) return;
  HtmlDocument::each_element(trail, [&](HtmlNode element) {
    bool current = has_attribute(element, "aria-current") && !is_element(element, HtmlTag::a);
    if (is_element(element, HtmlTag::a) || current)
      if (std::string text = text_of(element, 300); !text.empty() && facts.breadcrumbs.size() < 20)
        facts.breadcrumbs.push_back(std::move(text));
    return true;
  });
}

}  // namespace

PageFacts facts_of(const HtmlDocument& page, const PageOptions& options) {
  PageFacts facts;
  Head head = read_head(page);
  if (auto canonical = resolve_url(options.url, head.canonical)) facts.canonical = *canonical;
  facts.url = options.url.empty() ? facts.canonical : options.url;
  std::string base = facts.url;
  if (auto declared = resolve_url(facts.url, head.base)) base = *std::move(declared);
  facts.language = head.language.empty() ? first(head.meta, {"og:locale"}) : head.language;
  facts.title = head.heading;
  if (facts.title.empty()) facts.title = first(head.meta, {"og:title"});
  if (facts.title.empty()) facts.title = head.title;
  facts.charset = page.charset();
  facts.content_sha256 = sha256_hex(page.text());

  StructuredData data = structured_data_of(page);
  facts.problems = data.problems;
  for (auto [items, origin] :
       {std::pair{&data.json_ld, "json-ld"}, std::pair{&data.microdata, "microdata"}}) {
    for (const auto& [item, position] : *items) {
      auto product = product_of_item(item, base);
      if (product) {
        product->origin = origin;
        add_product(facts.products, *std::move(product), false);
      }
      add_schema_evidence(item, position, base, facts);
    }
  }
  if (auto product = opengraph_product(head.meta, base))
    add_product(facts.products, *std::move(product), facts.products.size() == 1);

  add_manuals(page, base, facts);
  if (facts.products.size() == 1) {
    for (const auto& image : facts.products.front().images)
      add_media(facts.gallery, {image, MediaType::image, {}, domain_of(image)});
    for (const auto& spec : facts.products.front().specs)
      add_spec(facts.specs, spec.name, spec.value);
  }
  add_videos(page, base, facts);
  add_specs(page, facts);
  add_declared_lists(page, base, facts);
  add_breadcrumbs(data, page, facts);
  return facts;
}

Result<PageFacts> read_page(std::string_view bytes, const PageOptions& options) {
  TN_TRY(HtmlDocument page, HtmlDocument::parse(bytes, options.charset, options.limits));
  return facts_of(page, options);
}

}  // namespace tenon::catalog
