#include "catalog/catalog/build/records.hpp"

#include "catalog/catalog/build/step.hpp"
#include "catalog/model/product_json.hpp"
#include "catalog/model/slug.hpp"

namespace tenon::catalog {
namespace {

constexpr size_t kMostRefusals = 100;
constexpr size_t kMostPages = 1'000'000;  // an endless provider is refused

Error about(const std::string& instance, Error error) {
  error.message = instance + ": " + error.message;
  return error;
}

void add_page(ProviderRecords& records, const ProductPage& page) {
  for (const auto& object : page.products) {
    auto product = product_from_json(object);
    std::string reason;
    if (!product.ok())
      reason = product.error().path + ": " + product.error().message;
    else if (product->id.empty() || product->name.empty())
      reason = "id and name: a product has both";
    if (!reason.empty()) {
      ++records.refused;
      if (records.refusals.size() < kMostRefusals) records.refusals.push_back(std::move(reason));
      continue;
    }
    if (product->brand_id.empty()) product->brand_id = slug(product->brand, '-');
    records.products.push_back(std::move(*product));
  }
}

bool has_brand(const Records& records, const std::string& brand) {
  for (const auto& [instance, one] : records)
    for (const auto& product : one.products)
      if (product.brand_id == brand) return true;
  return false;
}

class Loader {
 public:
  Loader(const Host& host, const Call& call, const LoadRequest& request)
      : host_(host), call_(call), request_(request) {}

  Result<ProviderRecords> load(const std::string& interface_id, const std::string& method,
                               const std::string& instance, bool official) const {
    const Selector selector{interface_id, {}, instance};
    TN_TRY(const Method list, host_.messages().resolve(call_, selector, method));
    const ProviderRecords* known = known_of(instance);
    const bool partly = known && !request_.brand.empty();
    ProviderRecords records;
    if (partly) records = without_brand(*known);
    records.instance = instance;
    records.official = official;
    ListProducts wanted;
    if (partly) wanted.brand = request_.brand;
    for (size_t pages = 0;; ++pages) {
      TN_CHECK(check_step(call_));
      if (pages == kMostPages) return Error{Code::invalid, "gives pages without end"};
      auto page = list.call<ProductPage>(call_, wanted);
      // It has nothing of that brand.
      if (partly && !page.ok() && page.error().code == Code::not_found) return records;
      if (!page.ok()) return std::move(page).error();
      if (pages == 0 && known && !page->change.empty() && page->change == known->change)
        return *known;
      // Read in part, the other brands may have changed unseen.
      if (pages == 0 && !partly) records.change = page->change;
      add_page(records, *page);
      if (!page->next_cursor) break;
      if (wanted.cursor == page->next_cursor)
        return Error{Code::invalid, "gives the same page again and again"};
      wanted.cursor = page->next_cursor;
    }
    TN_CHECK(read_report(selector, records));
    return records;
  }

 private:
  const ProviderRecords* known_of(const std::string& instance) const {
    if (!request_.known) return nullptr;
    const auto found = request_.known->find(instance);
    return found == request_.known->end() ? nullptr : &found->second;
  }
  ProviderRecords without_brand(const ProviderRecords& known) const {
    ProviderRecords out = known;
    const auto dropped = std::erase_if(
        out.products, [&](const Product& one) { return one.brand_id == request_.brand; });
    if (dropped > 0) out.change.clear();
    return out;
  }
  Result<void> read_report(const Selector& selector, ProviderRecords& records) const {
    TN_TRY(const Method report, host_.messages().resolve(call_, selector, "report"));
    TN_TRY(records.report, report.call<InputReport>(call_, boost::json::object{}));
    return {};
  }

  const Host& host_;
  const Call& call_;
  const LoadRequest& request_;
};

}  // namespace

Result<Records> load_records(const Host& host, const Call& call, const LoadRequest& request) {
  const Loader loader(host, call, request);
  Records out;
  struct Side {
    const char* interface_id;
    const char* method;
    bool official;
  };
  for (const Side& side : {Side{kSourceInterface, "list_products", false},
                           Side{kScraperInterface, "products", true}}) {
    TN_TRY(const auto providers, host.messages().providers(call, {side.interface_id}));
    for (const auto& provider : providers) {
      auto records = loader.load(side.interface_id, side.method, provider.instance, side.official);
      if (!records.ok()) return about(provider.instance, records.error());
      out.emplace(provider.instance, std::move(*records));
    }
  }
  if (!request.brand.empty() && !has_brand(out, request.brand))
    return Error{Code::not_found, "no provider has products of the brand \"" + request.brand + "\"",
                 "brand"};
  return out;
}

}  // namespace tenon::catalog
