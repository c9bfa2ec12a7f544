// Everything a page says that a catalog can use.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/model/product.hpp"
#include "catalog/page/html_document.hpp"

namespace tenon::catalog {

struct PageProduct {
  std::string name;
  std::string sku;
  std::string mpn;
  std::string gtin;
  std::string brand;
  std::string category;
  std::string description;
  std::string url;
  std::optional<Money> price;
  Stock stock = Stock::unknown;
  std::vector<std::string> images;
  std::vector<Spec> specs;
  std::string origin;  // "json-ld", "microdata" or "opengraph"
};

struct PageFacts {
  std::string url;        // the one given, else the canonical one
  std::string canonical;  // empty when the page names none
  std::string language;   // "en", "he-IL"
  std::string title;      // first h1, else og:title, else the title element
  std::string charset;
  std::string content_sha256;  // of the page as UTF-8; positions count in the same text
  std::vector<PageProduct> products;
  std::vector<OfficialMedia> manuals;
  std::vector<OfficialMedia> gallery;  // images and videos
  std::vector<Spec> specs;             // names unique, in the page's order
  std::vector<Declared> declared;
  std::vector<std::string> breadcrumbs;
  std::vector<std::string> problems;
};

struct PageOptions {
  std::string url;      // where the page was found; relative addresses are resolved against it
  std::string charset;  // of the HTTP header
  HtmlLimits limits;
};

// Reads a page. An error only when it cannot be parsed within the limits.
Result<PageFacts> read_page(std::string_view bytes, const PageOptions& options = {});

// The same of a page already parsed, for scrapers that look further themselves.
PageFacts facts_of(const HtmlDocument& page, const PageOptions& options);

}  // namespace tenon::catalog
