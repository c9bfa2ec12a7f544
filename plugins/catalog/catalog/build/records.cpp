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

void drop_brand(std::vector<Product>& products, const std::string& brand) {
  std::erase_if(products, [&](const Product& product) { return product.brand_id == brand; });
}

class Loader {
 public:
  Loader(const Host& host, const Call& call, const LoadRequest& request)
      : host_(host), call_(call), request_(request) {}

  Result<ProviderRecords> load(const std::string& interface_id, const std::string& method,
                               const std::string& instance, bool official) const {
    const Selector selector{interface_id, {}, instance};
    TN_TRY(const Method list, host_.messages().resolve(call_, selector, method));
    ProviderRecords records;
    records.instance = instance;
    records.official = official;
    const ProviderRecords* known = known_of(instance);
    if (!request_.brand.empty() && known) {
      records.products = known->products;
      drop_brand(records.products, request_.brand);
    }
    ListProducts wanted;
    if (!request_.brand.empty() && known) wanted.brand = request_.brand;
    for (size_t pages = 0;; ++pages) {
      TN_CHECK(check_step(call_));
      if (pages == kMostPages) return Error{Code::invalid, "gives pages without end"};
      TN_TRY(const ProductPage page, list.call<ProductPage>(call_, wanted));
      if (pages == 0) records.change = page.change;
      if (pages == 0 && known && !page.change.empty() && page.change == known->change)
        return *known;
      add_page(records, page);
      if (!page.next_cursor) break;
      if (wanted.cursor == page.next_cursor)
        return Error{Code::invalid, "gives the same page again and again"};
      wanted.cursor = page.next_cursor;
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
  return out;
}

}  // namespace tenon::catalog
