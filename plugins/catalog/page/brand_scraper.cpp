#include "catalog/page/brand_scraper.hpp"

#include <algorithm>

#include "catalog/model/clean_text.hpp"
#include "catalog/model/slug.hpp"
#include "catalog/model/url.hpp"
#include "catalog/page/page_lists.hpp"

namespace tenon::catalog {
namespace {

void rewrite(std::string& url, const std::vector<UrlRewrite>& rules) {
  for (const auto& rule : rules) {
    if (rule.from.empty() || !url.starts_with(rule.from)) continue;
    url.replace(0, rule.from.size(), rule.to);
    return;
  }
}

// A second page of the same model (its downloads, its specifications) adds to the first.
void add_missing(Product& known, Product more) {
  auto fill = [](std::string& to, std::string& from) {
    if (to.empty()) to = std::move(from);
  };
  fill(known.sku, more.sku);
  fill(known.mpn, more.mpn);
  fill(known.gtin, more.gtin);
  fill(known.category, more.category);
  fill(known.description, more.description);
  fill(known.image_url, more.image_url);
  for (auto& media : more.official_manuals) add_media(known.official_manuals, std::move(media));
  for (auto& media : more.official_gallery) add_media(known.official_gallery, std::move(media));
  for (auto& spec : more.official_specs)
    add_spec(known.official_specs, std::move(spec.name), std::move(spec.value));
  for (auto& declared : more.declared) known.declared.push_back(std::move(declared));
  for (auto& [field, origin] : more.provenance) known.provenance.emplace(field, std::move(origin));
}

}  // namespace

OfficialBrandScraper::OfficialBrandScraper(PageSource& source, ScraperOptions options)
    : source_(source), options_(std::move(options)) {}

Product OfficialBrandScraper::product_of(const PageFacts& facts) {
  Product product;
  if (!facts.products.empty()) {
    const PageProduct& first = facts.products.front();
    product.name = first.name;
    product.sku = first.sku;
    product.mpn = first.mpn;
    product.gtin = first.gtin;
    product.category = first.category;
    product.description = first.description;
    product.price = first.price;
    product.stock = first.stock;
    if (!first.images.empty()) product.image_url = first.images.front();
  }
  product.official_manuals = facts.manuals;
  product.official_gallery = facts.gallery;
  product.official_specs = facts.specs;
  product.declared = facts.declared;
  return product;
}

std::string OfficialBrandScraper::base_of(const PageFacts& facts) const {
  return facts.url.empty() ? options_.base_url : facts.url;
}

Result<void> OfficialBrandScraper::load(const std::function<bool()>& cancelled) {
  if (loaded_) return {};
  models_.clear();
  report_ = {};
  for (const auto& key : source_.pages()) {
    if (cancelled && cancelled()) return Error{Code::cancelled, "scraping was cancelled", key};
    if (report_.pages >= options_.max_pages) {
      report_.problems.push_back("stopped after " + std::to_string(options_.max_pages) + " pages");
      break;
    }
    ++report_.pages;
    auto page = source_.fetch(key);
    if (!page) {
      ++report_.unusable;
      report_.problems.push_back(key + ": " + page.error().message);
      continue;
    }
    PageOptions page_options{page->url.empty() ? options_.base_url : page->url, page->charset,
                             options_.limits};
    auto document = HtmlDocument::parse(page->bytes, page->charset, options_.limits);
    if (!document) {
      ++report_.unusable;
      report_.problems.push_back(key + ": " + document.error().message);
      continue;
    }
    PageFacts facts = facts_of(*document, page_options);
    for (const auto& problem : facts.problems) report_.problems.push_back(key + ": " + problem);
    auto product = read_product(*document, facts);
    if (!product || product->name.empty()) {
      ++report_.no_product;
      continue;
    }
    add(*std::move(product), facts);
  }
  loaded_ = true;
  return {};
}

void OfficialBrandScraper::add(Product product, const PageFacts& facts) {
  product.name = clean_text(product.name);
  product.brand_id = options_.brand_id;
  product.brand = options_.brand;
  product.logo_url = options_.logo_url;
  product.official_url = facts.url;
  std::string domain = domain_of(facts.url);
  Provenance origin{options_.brand_id, facts.url, domain, options_.time};
  auto came = [&](bool present, const char* field) {
    if (present) product.provenance.emplace(field, origin);
  };
  came(true, "name");
  came(!product.description.empty(), "description");
  came(!product.image_url.empty(), "image_url");
  came(!product.logo_url.empty(), "logo_url");
  came(!product.category.empty(), "category");
  came(!product.gtin.empty(), "gtin");
  came(!product.mpn.empty(), "mpn");
  came(product.price.has_value(), "price");
  came(product.stock != Stock::unknown, "in_stock");
  came(!product.official_manuals.empty(), "official_manuals");
  came(!product.official_gallery.empty(), "official_gallery");
  came(!product.official_specs.empty(), "official_specs");
  rewrite(product.image_url, options_.rewrites);
  for (auto* media : {&product.official_manuals, &product.official_gallery})
    for (auto& one : *media) rewrite(one.url, options_.rewrites);
  auto [known, fresh] = models_.emplace(product.name, product);
  if (!fresh) add_missing(known->second, std::move(product));
}

Result<std::vector<Product>> OfficialBrandScraper::products(
    const std::function<bool()>& cancelled) {
  TN_CHECK(load(cancelled));
  std::vector<Product> out;
  IdMaker ids;
  for (const auto& [name, product] : models_) {
    out.push_back(product);
    out.back().id = ids.make(product.brand_id, name, product.sku);
  }
  return out;
}

Result<std::vector<std::string>> OfficialBrandScraper::discover_models() {
  TN_CHECK(load({}));
  std::vector<std::string> out;
  for (const auto& [name, product] : models_) out.push_back(name);
  return out;
}

Result<const Product*> OfficialBrandScraper::find(const std::string& model) {
  TN_CHECK(load({}));
  auto found = models_.find(model);
  if (found == models_.end())
    return Error{Code::not_found, options_.brand + " has no page of the model '" + model + "'",
                 model};
  return &found->second;
}

Result<std::vector<OfficialMedia>> OfficialBrandScraper::extract_manuals(const std::string& model) {
  TN_TRY(const Product* product, find(model));
  return product->official_manuals;
}

Result<std::vector<OfficialMedia>> OfficialBrandScraper::extract_official_gallery(
    const std::string& model) {
  TN_TRY(const Product* product, find(model));
  return product->official_gallery;
}

Result<std::vector<Spec>> OfficialBrandScraper::extract_specs(const std::string& model) {
  TN_TRY(const Product* product, find(model));
  return product->official_specs;
}

}  // namespace tenon::catalog
