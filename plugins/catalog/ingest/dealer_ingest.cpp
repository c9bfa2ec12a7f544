// Reasons. Rows skipped: unreadable_row, not_a_product, content_page, no_name, name_too_long,
// unproven_brand, duplicate_item, duplicate_sku. Values refused, the product kept: not_a_price,
// negative_price, zero_price, unproven_price, contradicted_price, negative_stock, unknown_stock,
// bad_url, placeholder_sku. Values changed: repaired_price, moved_to_brand, repaired_url.
#include "catalog/ingest/dealer_ingest.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <unordered_map>
#include <unordered_set>

#include "catalog/ingest/glued_price.hpp"
#include "catalog/model/clean_text.hpp"
#include "catalog/model/price_parser.hpp"
#include "catalog/model/slug.hpp"
#include "catalog/model/url.hpp"
#include "catalog/text/fold.hpp"

namespace tenon::catalog {
namespace {

constexpr size_t kMaxNameBytes = 400;
constexpr size_t kMaxDetailBytes = 200;

// A row that knows nothing but a name is a link text, whatever it calls itself.
bool says_more_than_a_name(const RawRow& row) {
  constexpr std::array kTelling = {Field::sku,  Field::source_id, Field::price,
                                   Field::gtin, Field::mpn,       Field::url};
  return std::any_of(kTelling.begin(), kTelling.end(),
                     [&](Field field) { return !clean_text(row[field]).empty(); });
}

// "XXXX", "-", "N/A", "0000": somebody had to fill in something.
bool is_placeholder(std::string_view sku) {
  std::string folded = text::fold_words(sku);
  if (folded.empty() || folded == "n a" || folded == "none" || folded == "null") return true;
  bool alike = folded.find_first_not_of(folded[0]) == folded.npos;
  return alike && (folded[0] == 'x' || folded[0] == '0');
}

std::optional<bool> stock_word(std::string_view folded) {
  constexpr std::array<std::string_view, 9> kIn = {
      "in stock", "instock", "true", "yes", "y", "available", "limited availability",
      "במלאי",    "יש"};
  constexpr std::array<std::string_view, 9> kOut = {
      "out of stock", "outofstock", "false", "no", "n", "sold out", "אזל", "אזל מהמלאי", "אין"};
  if (std::find(kIn.begin(), kIn.end(), folded) != kIn.end()) return true;
  if (std::find(kOut.begin(), kOut.end(), folded) != kOut.end()) return false;
  return std::nullopt;
}

}  // namespace

size_t IngestReport::total(const std::string& reason) const {
  size_t sum = 0;
  for (const auto& file : files)
    if (auto found = file.reasons.find(reason); found != file.reasons.end()) sum += found->second;
  return sum;
}

DealerIngest::DealerIngest(BrandIndex brands, DealerOptions options)
    : brands_(std::move(brands)), options_(std::move(options)) {
  for (const auto& word : options_.content_categories)
    content_words_.push_back(text::fold_words(word));
}

void DealerIngest::note(size_t file, size_t position, std::string reason, std::string detail) {
  FileReport& counted = report_.files[file];
  ++counted.reasons[reason];
  if (report_.problems.size() >= IngestReport::kMaxProblems) return;
  detail = std::string(utf8_prefix(detail, kMaxDetailBytes));
  report_.problems.push_back({counted.file, position, std::move(reason), std::move(detail), false});
}

void DealerIngest::skip(size_t file, size_t position, std::string reason, std::string detail) {
  bool room = report_.problems.size() < IngestReport::kMaxProblems;
  note(file, position, std::move(reason), std::move(detail));
  ++report_.files[file].skipped;
  if (room) report_.problems.back().skipped = true;
}

Result<void> DealerIngest::add_file(std::string_view name, std::string_view bytes,
                                    std::string brand) {
  size_t file = report_.files.size();
  report_.files.push_back({std::string(name), 0, 0, 0, {}});
  auto raw = read_rows(bytes, options_.limits);
  if (!raw) {
    file_brands_.emplace_back();
    note(file, 0, "unreadable_file", raw.error().message);
    return Error{raw.error().code, raw.error().message, std::string(name)};
  }
  if (brand.empty()) brand = raw->brand_hint;
  if (!brand.empty()) {
    if (auto known = brands_.find_exact(brand)) {
      brand = *known;
    } else {
      brand = slug(brand, '-');
      brands_.add({brand, {}, {}});
    }
  }
  file_brands_.push_back(brand);
  report_.files[file].rows = raw->rows.size() + raw->unreadable.size();
  for (const auto& row : raw->unreadable) skip(file, row.position, "unreadable_row", row.detail);
  for (const auto& row : raw->rows) add_row(file, row, brand);
  return {};
}

void DealerIngest::add_row(size_t file, const RawRow& row, const std::string& file_brand) {
  if (!is_product(file, row)) return;
  Candidate made;
  made.file = file;
  made.position = row.position;
  read_identity(file, row, made.product);
  read_brand(file, row, file_brand, made);
  read_prices(file, row, made);
  read_stock(file, row, made.product);
  read_urls(file, row, made.product);
  Product& product = made.product;
  if (product.sku.empty())
    product.sku = made_up_sku(product.brand_id, brands_.model_of(product.name, product.brand_id));
  Provenance origin{options_.source, product.url, domain_of(product.url), options_.time};
  product.provenance["name"] = origin;
  product.provenance["sku"] = origin;
  if (!product.category.empty()) product.provenance["category"] = origin;
  if (product.price) product.provenance["price"] = origin;
  if (product.stock != Stock::unknown) product.provenance["in_stock"] = origin;
  if (!product.image_url.empty()) product.provenance["image_url"] = origin;
  if (!product.description.empty()) product.provenance["description"] = origin;
  candidates_.push_back(std::move(made));
}

bool DealerIngest::is_product(size_t file, const RawRow& row) {
  std::string name = clean_text(row[Field::name]);
  if (name.empty()) {
    skip(file, row.position, "no_name", "the row has no name");
    return false;
  }
  if (!says_more_than_a_name(row)) {
    skip(file, row.position, "not_a_product", "only a name: '" + name + "'");
    return false;
  }
  if (name.size() > kMaxNameBytes) {
    skip(file, row.position, "name_too_long", std::to_string(name.size()) + " bytes: '" + name);
    return false;
  }
  std::string category = ' ' + text::fold_words(row[Field::category]) + ' ';
  for (const auto& word : content_words_) {
    if (category.find(' ' + word + ' ') == category.npos) continue;
    skip(file, row.position, "content_page", "category '" + clean_text(row[Field::category]) + "'");
    return false;
  }
  return true;
}

void DealerIngest::read_identity(size_t file, const RawRow& row, Product& product) {
  product.name = clean_text(row[Field::name]);
  product.source_id = clean_text(row[Field::source_id]);
  product.category = clean_text(row[Field::category]);
  product.description = clean_lines(row[Field::description]);
  product.gtin = clean_text(row[Field::gtin]);
  product.mpn = clean_text(row[Field::mpn]);
  product.sku = clean_text(row[Field::sku]);
  if (!product.sku.empty() && is_placeholder(product.sku)) {
    note(file, row.position, "placeholder_sku", "'" + product.sku + "'");
    product.sku.clear();
  }
}

void DealerIngest::read_brand(size_t file, const RawRow& row, const std::string& file_brand,
                              Candidate& made) {
  Product& product = made.product;
  std::string stated = clean_text(row[Field::brand]);
  std::string claimed = file_brand;
  if (!stated.empty()) {
    auto known = brands_.find_exact(stated);
    claimed = known ? *known : slug(stated, '-');
    if (!known && !claimed.empty()) brands_.add({claimed, stated, {}});
  }
  auto spoken = brands_.find_in(product.name);
  // The address often holds the full English name when the shown one is cut.
  if (!spoken && !row[Field::url].empty()) {
    std::string_view url = row[Field::url];
    size_t slash = trim_ascii(url).rfind('/');
    if (slash != url.npos) spoken = brands_.find_in(trim_ascii(url).substr(slash));
  }
  made.brand_proven = spoken.has_value();
  made.from_own_file = spoken && *spoken == file_brand;
  product.brand_id = spoken ? *spoken : claimed;
  product.brand = brands_.display_name(product.brand_id);
  if (spoken && !claimed.empty() && *spoken != claimed)
    note(file, row.position, "moved_to_brand",
         "from " + claimed + " to " + *spoken + ": '" + product.name + "'");
}

void DealerIngest::read_prices(size_t file, const RawRow& row, Candidate& made) {
  std::string currency = clean_text(row[Field::currency]);
  for (char& c : currency)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  if (currency.size() != 3) currency = options_.currency;
  if (!clean_text(row[Field::price_without_vat]).empty()) {
    if (auto without = parse_price(row[Field::price_without_vat], currency))
      made.without_vat = *std::move(without);
  }
  std::string text = clean_text(row[Field::price]);
  if (text.empty()) return;
  auto price = parse_price(text, currency);
  if (!price) {
    bool negative = text.find('-') < text.find_first_of("0123456789");
    note(file, row.position,
         negative && price.error().code == Code::invalid ? "negative_price" : "not_a_price",
         price.error().message);
  } else if (price->minor == 0 && text.find('0') != text.npos) {
    note(file, row.position, "zero_price", "'" + text + "'");
  } else {
    made.product.price = *std::move(price);
  }
}

void DealerIngest::read_stock(size_t file, const RawRow& row, Product& product) {
  std::string text = clean_text(row[Field::stock]);
  if (text.empty()) return;
  int64_t count = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  std::string_view rest(end, static_cast<size_t>(text.data() + text.size() - end));
  if (error == std::errc() && rest.find_first_not_of(".0") == rest.npos) {
    if (count < 0)
      note(file, row.position, "negative_stock", "'" + text + "'");
    else
      product.stock = count > 0 ? Stock::in : Stock::out;
    return;
  }
  if (auto known = stock_word(text::fold_words(text.substr(text.rfind('/') + 1))))
    product.stock = *known ? Stock::in : Stock::out;
  else
    note(file, row.position, "unknown_stock", "'" + text + "'");
}

void DealerIngest::read_urls(size_t file, const RawRow& row, Product& product) {
  for (auto [field, target] :
       {std::pair{Field::url, &product.url}, std::pair{Field::image_url, &product.image_url},
        std::pair{Field::logo_url, &product.logo_url}}) {
    std::string_view text = row[field];
    if (trim_ascii(text).empty()) continue;
    auto url = repair_url(text);
    if (!url) {
      note(file, row.position, "bad_url", url.error().message);
      continue;
    }
    if (*url != trim_ascii(text)) note(file, row.position, "repaired_url", *url);
    *target = *std::move(url);
  }
}

// A file in which glued prices are proven is not believed where it offers no proof.
void DealerIngest::settle_prices() {
  std::vector<size_t> repaired(report_.files.size());
  std::vector<Candidate*> unproven;
  for (auto& candidate : candidates_) {
    auto& price = candidate.product.price;
    if (!price || price->minor == 0) continue;
    if (!candidate.without_vat) {
      unproven.push_back(&candidate);
      continue;
    }
    CheckedPrice checked =
        check_against_vat_free(*price, *candidate.without_vat, options_.vat_percents);
    if (checked.verdict == PriceVerdict::confirmed) continue;
    std::string pair = price->decimal() + " beside " + candidate.without_vat->decimal();
    if (checked.verdict == PriceVerdict::repaired) {
      ++repaired[candidate.file];
      note(candidate.file, candidate.position, "repaired_price",
           pair + " without VAT is " + checked.price.decimal());
      price = checked.price;
    } else {
      note(candidate.file, candidate.position, "contradicted_price", pair + " without VAT");
      price.reset();
      candidate.product.provenance.erase("price");
    }
  }
  for (Candidate* candidate : unproven) {
    if (repaired[candidate->file] == 0) continue;
    note(candidate->file, candidate->position, "unproven_price",
         candidate->product.price->decimal() +
             ": other prices of this file are glued, and nothing proves this one");
    candidate->product.price.reset();
    candidate->product.provenance.erase("price");
  }
}

// In a file most of whose rows speak of other brands, the file's own brand is no evidence.
void DealerIngest::drop_unproven_brands() {
  std::vector<size_t> own(report_.files.size());
  std::vector<size_t> foreign(report_.files.size());
  for (const auto& candidate : candidates_) {
    own[candidate.file] += candidate.from_own_file ? 1 : 0;
    foreign[candidate.file] += candidate.brand_proven && !candidate.from_own_file ? 1 : 0;
  }
  std::erase_if(candidates_, [&](const Candidate& candidate) {
    size_t file = candidate.file;
    bool mixed = !file_brands_[file].empty() && foreign[file] > own[file];
    bool drop = candidate.product.brand_id.empty() || (mixed && !candidate.brand_proven);
    if (drop) skip(file, candidate.position, "unproven_brand", "'" + candidate.product.name + "'");
    return drop;
  });
}

void DealerIngest::drop_duplicates() {
  // Best first: from the file of its own brand, with a price, then by file and row.
  std::stable_sort(candidates_.begin(), candidates_.end(),
                   [](const Candidate& a, const Candidate& b) {
                     auto rank = [](const Candidate& c) {
                       return (c.from_own_file ? 0 : 2) + (c.product.price ? 0 : 1);
                     };
                     return rank(a) < rank(b);
                   });
  std::unordered_map<std::string, std::string> items;
  std::unordered_map<std::string, std::string> skus;
  std::erase_if(candidates_, [&](const Candidate& candidate) {
    const Product& product = candidate.product;
    std::string where =
        report_.files[candidate.file].file + ":" + std::to_string(candidate.position);
    if (!product.source_id.empty()) {
      auto [found, fresh] = items.emplace(product.source_id, where);
      if (!fresh) {
        skip(candidate.file, candidate.position, "duplicate_item",
             "item " + product.source_id + " is at " + found->second);
        return true;
      }
    }
    auto [found, fresh] = skus.emplace(product.brand_id + '\n' + product.sku, where);
    if (!fresh)
      skip(candidate.file, candidate.position, "duplicate_sku",
           "SKU " + product.sku + " is at " + found->second);
    return !fresh;
  });
}

IngestResult DealerIngest::finish() {
  settle_prices();
  drop_unproven_brands();
  drop_duplicates();
  for (const auto& candidate : candidates_) ++report_.files[candidate.file].products;
  std::sort(candidates_.begin(), candidates_.end(), [](const Candidate& a, const Candidate& b) {
    return std::tie(a.product.brand_id, a.product.sku) <
           std::tie(b.product.brand_id, b.product.sku);
  });
  IngestResult result;
  IdMaker ids;
  for (auto& candidate : candidates_) {
    Product& product = candidate.product;
    product.id =
        ids.make(product.brand_id, brands_.model_of(product.name, product.brand_id), product.sku);
    result.products.push_back(std::move(product));
  }
  candidates_.clear();
  result.report = std::move(report_);
  return result;
}

}  // namespace tenon::catalog
